"""Norms of field jobs where they hang on the settings, or on what other norms made."""

from __future__ import annotations

import pytest
from story import BOOK, PACK, clock, clocks, folded, story

from console.domain.instants import HOUR, MINUTE
from console.domain.rules import RuleBook, Rules
from console.domain.site import SettingsError, parse_site

SITE = '[areas.west]\ntrip = true\n[areas.north]\nmanager = "zhou"\n'


@pytest.mark.parametrize(
    ("data", "broken"),
    [
        ({"area": "west"}, True),
        ({"area": "north"}, False),
        ({"area": "west", "trip": False}, False),  # the feed knows better
        ({"trip": True}, True),
        ({"area": ["west"]}, False),  # no area that anybody could know
    ],
)
def test_a_trip_is_what_the_settings_or_the_feed_say(data: dict[str, object], broken: bool) -> None:
    book = RuleBook([(0, Rules(PACK, parse_site(SITE)))])
    events = story("job/1", (0, "scheduled", data), (HOUR / 1000, "departed"))
    assert bool(clocks(folded(events, "job/1", 7200, book), "job.schedule.filed")) is broken


def test_a_trip_is_true_or_false() -> None:
    with pytest.raises(SettingsError, match="trip"):
        parse_site('[areas.west]\ntrip = "yes"\n')


def test_a_talk_before_the_arrival_starts_no_clock_of_a_stuck_job() -> None:
    """Forty-five minutes on site: an hour on the road is none of them."""
    events = story(
        "job/1",
        (0, "scheduled"), (60, "contacted"), (120, "step", {"step": "prepare"}),
        (3600, "arrived"), (3900, "step", {"step": "maintain"}),
        (3900 + 45 * 60, "step", {"step": "full_check"}), (7200, "finished"),
    )  # fmt: skip
    rows = clocks(folded(events, "job/1", 9000), "job.stuck.support")
    assert len(rows) == 3
    assert all(row.stopped is not None and row.stopped <= row.due for row in rows)


def test_a_job_that_a_refused_guidance_made_waits_for_an_offered_time() -> None:
    made = {"reason": "ticket.phone-guidance-first"}
    row = clock(folded(story("job/1", (0, "scheduled", made)), "job/1", 600, BOOK), "job.on-call")
    assert row.due - row.started == 120 * MINUTE


def test_whom_the_ladder_sends_to_the_address_needs_no_appointment() -> None:
    made = {"reason": "ticket.unreachable.retry-then-visit"}
    item = folded(story("job/1", (0, "scheduled", made), (600, "departed")), "job/1", 900)
    assert clocks(item, "job.appointment.first") == []
