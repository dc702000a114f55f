"""A share of what was done: how many are lacking, what a norm may say of it, and what the settings may."""

from __future__ import annotations

import pytest

from console.domain.norm_limit import limit_of
from console.domain.pack_file import parse_pack
from console.domain.reckoning import misfits
from console.domain.rules import Rules
from console.domain.sample import Standing, percent
from console.domain.site import Site, parse_site
from console.domain.tables import TableError
from tests.domain.story import PACK

NORM = "followup.sample.thirty-percent"


@pytest.mark.parametrize(
    ("stands", "lacks"),
    [
        (Standing(finished=0), 0),
        (Standing(finished=1), 1),
        (Standing(finished=10), 3),
        (Standing(finished=11), 4),
        (Standing(finished=10, done=2, open=1), 0),
        (Standing(finished=14, done=2, open=1, excused=4), 0),
        (Standing(finished=15, done=2, open=1, excused=4), 1),
        (Standing(finished=10, done=10), 0),
    ],
)
def test_what_is_lacking_for_thirty_percent(stands: Standing, lacks: int) -> None:
    assert stands.lacks(0.3) == lacks


def test_a_share_is_never_shown_as_more_than_it_is() -> None:
    assert [percent(share) for share in (0.3, 0.299, 0.29, 1.0, 0.0)] == [30, 29, 29, 100, 0]


def pack(keys: str) -> str:
    return f"""
    [[norm]]
    id = "a"
    form = "count"
    subject = "followup"
    on = "job.finished"
    make = "followup.selected"
    item = "followup/{{key}}"
    {keys}
    """


def test_a_share_says_of_what_and_when_it_is_drawn() -> None:
    (norm,) = parse_pack(pack('share = 0.25\nevery = "day"\nat = "end"')).norms
    assert (norm.check, limit_of(norm, Site())) == (None, "≥ 25%")
    assert limit_of(norm, parse_site('[limits]\n"a" = 0.5\n')) == "≥ 50%"


@pytest.mark.parametrize(
    "keys", ["share = 0.3", 'share = 0.3\nevery = "day"', 'share = 30\nevery = "day"\nat = "end"']
)
def test_what_says_too_little_is_named(keys: str) -> None:
    with pytest.raises(TableError, match="share"):
        parse_pack(pack(keys))


@pytest.mark.parametrize(("limit", "said"), [("0.2", 0), ("0", 0), ("30", 1), ('"30m"', 1)])
def test_the_settings_may_want_another_part(limit: str, said: int) -> None:
    found = misfits(Rules(PACK, parse_site(f'[limits]\n"{NORM}" = {limit}\n')))
    assert len([line for line in found if NORM in line]) == said
