"""What a site wants of its service level, as its file says it."""

from __future__ import annotations

import pytest

from console.domain.site import SettingsError, parse_site
from console.domain.target import Target, Targets


def test_nothing_is_wanted_where_nothing_is_said() -> None:
    assert parse_site("").service_level == Targets(Target(None, None), {}, short_count=False)


def test_a_queue_has_the_floor_s_targets_but_for_its_own() -> None:
    targets = parse_site(
        """
        [service_level]
        target = 0.8
        abandon_target = 0.05
        count_short_abandons = true
        [service_level.queues.vip]
        target = 1
        """
    ).service_level
    assert targets.of("vip") == Target(1.0, 0.05)
    assert targets.of("sales") == targets.floor == Target(0.8, 0.05)
    assert targets.short_count


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("service_level = 0.8", "service_level: a table"),
        ("[service_level]\ntarget = 80", "service_level.target: a part from 0 to 1"),
        ("[service_level]\ntarget = true", "service_level.target: a part from 0 to 1"),
        ("[service_level]\ngoal = 0.8", "unknown key 'goal'"),
        ('[service_level]\ncount_short_abandons = "no"', "count_short_abandons: true or false"),
        ("[service_level]\nqueues = 3", "service_level.queues: a table for each"),
        ('[service_level.queues.vip]\ntarget = "all"', "service_level.queues.vip.target: a part from 0 to 1"),
        ("[service_level.queues.vip]\nqueues = {}", "unknown key 'queues'"),
    ],
)
def test_a_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said.replace(".", r"\.")):
        parse_site(text)
