"""Who is new, and whom a complaint was held valid about: by the settings, a feed, and what is on record."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.instants import DAY, MINUTE
from console.domain.site import SettingsError, parse_site
from tests.domain.story import START, at, event, floor, folded, site

SETTINGS = """
new_for = "30d"
complaint_for = "10d"
[agents.fresh]
joined_on = 2026-02-10
[agents.old]
joined_on = "2026-01-01"
complained_on = 2026-02-25
[agents.plain]
"""
MIDNIGHT = START - 9 * 60 * MINUTE
"""Of 2 March 2026, the day of the stories."""


@pytest.mark.parametrize(
    ("agent", "moment", "marks"),
    [
        # From the midnight of 10 February, 30 days: new until the midnight that begins 12 March.
        ("fresh", MIDNIGHT + 10 * DAY - 1, {"new"}),
        ("fresh", MIDNIGHT + 10 * DAY, set()),
        # Not before they came: that day is 20 days back.
        ("fresh", MIDNIGHT - 20 * DAY, {"new"}),
        ("fresh", MIDNIGHT - 20 * DAY - 1, set()),
        # New no more since 31 January; the complaint of 25 February counts until 7 March begins.
        ("old", START, {"complained"}),
        ("old", MIDNIGHT + 5 * DAY - 1, {"complained"}),
        ("old", MIDNIGHT + 5 * DAY, set()),
        ("plain", START, set()),
        ("stranger", START, set()),
    ],
)
def test_by_the_settings_for_as_long_as_they_say(agent: str, moment: int, marks: set[str]) -> None:
    assert parse_site(SETTINGS).marks(agent, moment) == marks


@pytest.mark.parametrize("value", ['"soon"', "7", "2026-02-10T08:00:00", '"2026-02-31"', "true"])
def test_what_is_no_day_is_named(value: str) -> None:
    with pytest.raises(SettingsError, match=r"agents\.li\.joined_on: a day"):
        parse_site(f"[agents.li]\njoined_on = {value}\n")


@pytest.mark.parametrize(
    ("agent", "told", "followed_up"),
    [
        ("fresh", {}, True),
        ("old", {}, True),
        ("plain", {}, False),
        ("plain", {"marks": ["complained"]}, True),
    ],
)
def test_what_they_repair_at_home_is_followed_up(agent: str, told: dict[str, Any], followed_up: bool) -> None:
    """By the settings alone; a feed that says so itself is believed as well."""
    events = [
        event(0, "job.scheduled", "job/1", type="repair", agent=agent),
        event(60, "job.finished", "job/1", **told),
    ]
    items = floor(events, at(3 * 24 * 3600), site(SETTINGS))
    assert ("followup/1" in items) is followed_up


def test_of_whom_has_it_now_and_not_of_whoever_had_it() -> None:
    events = [
        event(0, "job.scheduled", "job/1", type="repair", agent="fresh"),
        event(5, "job.assigned", "job/1", agent="plain"),
        event(60, "job.finished", "job/1"),
    ]
    assert "followup/1" not in floor(events, at(3 * 24 * 3600), site(SETTINGS))


def test_a_complaint_on_record_counts_for_its_time_whoever_comes_on_shift() -> None:
    """It was observed nine o'clock; ten days by the settings."""
    book = site(SETTINGS)
    events = [
        event(0, "agent.joined", "agent/plain"),
        event(10, "agent.observed", "agent/plain", source="desk", complaint=True),
        event(3600, "agent.joined", "agent/plain", marks=["new"]),
    ]
    end = 10 + 10 * 24 * 3600
    item = folded(events, "agent/plain", end - 0.001, book)
    assert item.value("marks") == {"new", "complained"}
    assert item.next_event == at(end)
    assert folded(events, "agent/plain", end, book).value("marks") == {"new"}
    # It says nothing of what they do.
    assert (item.state, item.source) == ("available", "feed")


def test_what_somebody_saw_is_no_word_of_the_system_that_tells_what_they_do() -> None:
    events = [
        event(0, "agent.joined", "agent/li", source="pbx"),
        event(10, "agent.inspected", "agent/li", source="quality", checklist="appearance", failed=[]),
    ]
    assert folded(events, "agent/li", 20).source == "pbx"
