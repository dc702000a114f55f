"""Dates that systems write for never, or for nothing: they are moments like others, and crash nothing."""

from __future__ import annotations

import pytest

from console.domain.event import Event
from console.domain.instants import format_utc
from console.domain.span import parse_span
from tests.domain.story import BOOK, START, clocks, event, floor, site

OFFICE = """
zone = "Asia/Shanghai"
[calendars.office]
weekdays = ["09:00-12:00", "13:30-18:00"]
[hours]
"followup.again" = "office"
"training.confirm" = "office"
"""

FAR = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00")


def course(moment: str) -> list[Event]:
    return [
        event(0, "visit.arrived", "visit/1", type="training", window_start=moment),
        event(5, "visit.attended", "visit/1", step="reply", agent="li", customer="13900000001"),
    ]


def asked_again(moment: str) -> list[Event]:
    return [
        event(0, "followup.selected", "followup/1"),
        event(5, "followup.tried", "followup/1", reason="busy", next_time=moment),
    ]


def account(moment: str) -> list[Event]:
    return [event(0, "customer.account", "customer/+8613800000042", expires=moment)]


@pytest.mark.parametrize("moment", FAR)
@pytest.mark.parametrize("book", [BOOK, site(OFFICE)], ids=["around the clock", "office"])
def test_a_date_at_the_end_of_the_calendar_stops_nothing(book: object, moment: str) -> None:
    for events in (course(moment), asked_again(moment), account(moment)):
        for item in floor(events, START + 60_000, book).values():  # type: ignore[arg-type]
            for clock in item.clocks:
                assert format_utc(clock.row().due)
                assert format_utc(clock.row().warn)
            for effect in item.effects:
                assert format_utc(effect.time)


def test_never_stays_far_away_and_nothing_long_gone() -> None:
    for moment, broken in ((FAR[0], True), (FAR[1], False)):
        item = floor(asked_again(moment), START + 60_000)["followup/1"]
        (row,) = clocks(item, "followup.again")
        assert row.broken(START + 60_000) is broken


def test_no_length_reaches_beyond_the_calendar() -> None:
    assert parse_span("36500d").millis == 36_500 * 86_400_000
    with pytest.raises(ValueError, match="a thousand years"):
        parse_span("999999999d")
