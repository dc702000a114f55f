"""The clock table: small stories with moments that were worked out by hand, on a wall clock of their zone.

Each is something that another desk got wrong once; what it was stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate, cycle, islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.clock import ClockRow
from console.domain.instants import Millis, format_utc, to_datetime, to_millis
from console.domain.item import Item
from console.domain.pack_file import parse_pack
from console.domain.reckoning import reckon
from console.domain.rules import RuleBook, Rules
from console.domain.site import parse_site
from console.domain.span import parse_duration
from tests.domain.story import PACK, START, clocks, event, floor

CONTACT, REPLY, DUE = "ticket.contact.thirty-minutes", "ticket.reply.twenty-four-hours", "ticket.due"

OFFICE = 'weekdays = ["09:00-17:00"]'
LUNCH = 'weekdays = ["09:00-12:00", "13:30-18:00"]'
NIGHT = 'daily = ["22:00-06:00"]'
ALWAYS = "always = true"
SHANGHAI, BERLIN, NEW_YORK, LORD_HOWE = (
    "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
)  # fmt: skip
CHINA = """
holidays = "CN"
[holidays.CN]
off = { "2026-10-01..2026-10-07" = "国庆节" }
work = ["2026-09-20", "2026-10-10"]
"""

Told = tuple[str, str] | tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One story: hours, a limit, what happened when, and each clock's start, warning, due and end."""

    hours: str
    limit: str
    events: tuple[Told, ...]
    expected: tuple[tuple[str, str, str, str], ...]
    zone: str = SHANGHAI
    norm: str = REPLY
    given: dict[str, Any] = field(default_factory=dict)


# 2026-03-02 is a Monday, 2026-03-06 a Friday.
TABLE = {
    "midnight, around the clock (a minute was lost at each)": Row(
        ALWAYS, "120h", (("2026-03-02 12:00", "opened"),),
        (("2026-03-02 12:00", "2026-03-06 06:00", "2026-03-07 12:00", "runs"),),
    ),
    "Friday 16:30 and an hour (counted through the weekend)": Row(
        OFFICE, "1h", (("2026-03-06 16:30", "opened"), ("2026-03-09 09:30", "contacted")),
        (("2026-03-06 16:30", "2026-03-09 09:15", "2026-03-09 09:30", "kept"),),
    ),
    "before the opening": Row(
        OFFICE, "2h", (("2026-03-04 07:00", "opened"),),
        (("2026-03-04 07:00", "2026-03-04 10:30", "2026-03-04 11:00", "runs"),),
    ),
    "four hours from Monday 17:00, the warning an hour before (it came at midnight)": Row(
        'weekdays = ["08:00-18:00"]', "4h", (("2026-03-02 17:00", "opened"),),
        (("2026-03-02 17:00", "2026-03-03 10:00", "2026-03-03 11:00", "runs"),),
    ),
    "lunch (broken while nobody works)": Row(
        LUNCH, "30m", (("2026-03-02 11:45", "opened"), ("2026-03-02 13:45", "contacted")),
        (("2026-03-02 11:45", "2026-03-02 13:37:30", "2026-03-02 13:45", "kept"),),
    ),
    "lunch, and a millisecond too late": Row(
        LUNCH, "30m", (("2026-03-02 11:45", "opened"), ("2026-03-02 13:45:00.001", "contacted")),
        (("2026-03-02 11:45", "2026-03-02 13:37:30", "2026-03-02 13:45", "broken"),),
    ),
    "Berlin goes forward in the night (an hour off)": Row(
        NIGHT, "4h", (("2026-03-28 23:00", "opened"),),
        (("2026-03-28 23:00", "2026-03-29 03:00", "2026-03-29 04:00", "runs"),), BERLIN,
    ),
    "Berlin goes back in the night": Row(
        NIGHT, "4h", (("2026-10-24 23:00", "opened"),),
        (("2026-10-24 23:00", "2026-10-25 02:00", "2026-10-25 02:00 again", "runs"),), BERLIN,
    ),
    "Berlin, a day around the clock, forward": Row(
        ALWAYS, "24h", (("2026-03-28 12:00", "opened"),),
        (("2026-03-28 12:00", "2026-03-29 07:00", "2026-03-29 13:00", "runs"),), BERLIN,
    ),
    "Berlin, working hours after the change": Row(
        OFFICE, "2h", (("2026-03-27 16:00", "opened"),),
        (("2026-03-27 16:00", "2026-03-30 09:30", "2026-03-30 10:00", "runs"),), BERLIN,
    ),
    "New York goes forward in the night": Row(
        NIGHT, "4h", (("2026-03-07 23:00", "opened"),),
        (("2026-03-07 23:00", "2026-03-08 03:00", "2026-03-08 04:00", "runs"),), NEW_YORK,
    ),
    "New York goes back in the night": Row(
        NIGHT, "4h", (("2026-10-31 23:00", "opened"),),
        (("2026-10-31 23:00", "2026-11-01 01:00 again", "2026-11-01 02:00", "runs"),), NEW_YORK,
    ),
    "Lord Howe goes forward by half an hour": Row(
        NIGHT, "4h", (("2026-10-03 23:00", "opened"),),
        (("2026-10-03 23:00", "2026-10-04 02:30", "2026-10-04 03:30", "runs"),), LORD_HOWE,
    ),
    "Lord Howe goes back by half an hour": Row(
        NIGHT, "4h", (("2026-04-04 23:00", "opened"),),
        (("2026-04-04 23:00", "2026-04-05 01:30 again", "2026-04-05 02:30", "runs"),), LORD_HOWE,
    ),
    "China works on the Sunday before": Row(
        OFFICE + CHINA, "1h", (("2026-09-19 12:00", "opened"),),
        (("2026-09-19 12:00", "2026-09-20 09:45", "2026-09-20 10:00", "runs"),),
    ),
    "China is off for the week of the National Day": Row(
        OFFICE + CHINA, "1h", (("2026-09-30 16:30", "opened"),),
        (("2026-09-30 16:30", "2026-10-08 09:15", "2026-10-08 09:30", "runs"),),
    ),
    # Six hours are used up when it begins to wait on Monday at 16:00; one on Monday and two on Tuesday pass.
    "waiting overnight (the wait was added as it stood on the wall)": Row(
        OFFICE, "8h",
        (("2026-03-02 10:00", "opened"), ("2026-03-02 16:00", "waiting"), ("2026-03-03 11:00", "resumed")),
        (("2026-03-02 10:00", "2026-03-03 11:00", "2026-03-03 13:00", "runs"),),
    ),
    "waiting ends at night": Row(
        OFFICE, "8h",
        (("2026-03-02 10:00", "opened"), ("2026-03-02 16:00", "waiting"), ("2026-03-02 22:00", "resumed")),
        (("2026-03-02 10:00", "2026-03-02 17:00", "2026-03-03 11:00", "runs"),),
    ),
    "waiting while nobody works moves nothing": Row(
        OFFICE, "8h",
        (("2026-03-02 10:00", "opened"), ("2026-03-02 18:00", "waiting"), ("2026-03-03 08:00", "resumed")),
        (("2026-03-02 10:00", "2026-03-02 16:00", "2026-03-03 10:00", "runs"),),
    ),
    "still waiting": Row(
        OFFICE, "8h", (("2026-03-02 10:00", "opened"), ("2026-03-02 16:00", "waiting")),
        (("2026-03-02 10:00", "2026-03-02 16:00", "2026-03-03 10:00", "waits"),),
    ),
    "another priority while it waits (the wait was forgotten)": Row(
        OFFICE, "8h",
        (
            ("2026-03-02 10:00", "triaged", {"importance": "low"}), ("2026-03-02 10:00", "opened"),
            ("2026-03-02 16:00", "waiting"),
            ("2026-03-02 16:30", "triaged", {"importance": "high", "urgency": "high"}),
            ("2026-03-03 11:00", "resumed"),
        ),
        (("2026-03-02 10:00", "2026-03-03 11:00", "2026-03-03 13:00", "runs"),),
    ),
    "reopened: a whole limit anew, and the first verdict stays": Row(
        OFFICE, "8h",
        (
            ("2026-03-02 10:00", "opened"), ("2026-03-03 10:00:01", "resolved"),
            ("2026-03-06 16:30", "reopened"), ("2026-03-09 16:30", "contacted"),
        ),
        (
            ("2026-03-02 10:00", "2026-03-02 16:00", "2026-03-03 10:00", "broken"),
            ("2026-03-06 16:30", "2026-03-09 14:30", "2026-03-09 16:30", "kept"),
        ),
    ),
    "a thank-you after resolve (the clock ran on)": Row(
        OFFICE, "8h",
        (
            ("2026-03-02 10:00", "opened"), ("2026-03-02 12:00", "resolved"),
            ("2026-03-02 12:05", "contacted", {"text": "Thank you!"}), ("2026-03-02 12:06", "commented"),
            ("2026-03-20 12:00", "confirmed"),
        ),
        (("2026-03-02 10:00", "2026-03-02 16:00", "2026-03-03 10:00", "kept"),),
    ),
    "the first target beside a nearer one (it was overridden)": Row(
        OFFICE, "30m",
        (
            ("2026-03-02 16:50", "opened", {"due": "2026-03-02T17:00:00+08:00"}),
            ("2026-03-02 16:50", "accepted"), ("2026-03-03 09:20", "contacted"),
        ),
        (("2026-03-02 16:50", "2026-03-03 09:12:30", "2026-03-03 09:20", "kept"),),
        norm=CONTACT,
    ),
    "a promised moment stays, at night too; the wait moves it by what was left": Row(
        OFFICE, "8h",
        (
            ("2026-03-02 10:00", "opened", {"due": "2026-03-03T20:00:00+08:00"}),
            ("2026-03-03 16:00", "waiting"), ("2026-03-05 09:30", "resumed"),
        ),
        # 15 hours from Monday 10:00 to Tuesday evening, one of them left; the wait takes 9.5. The
        # warning comes after 11.25 and 9.5 hours: 7 on Monday, 8 on Tuesday, 5.75 on Wednesday.
        (("2026-03-02 10:00", "2026-03-04 14:45", "2026-03-05 10:30", "runs"),),
        norm=DUE,
    ),
    "a promised moment at night, and a wait while nobody works (it was due three hours sooner)": Row(
        OFFICE, "8h",
        (
            ("2026-03-02 10:00", "opened", {"due": "2026-03-03T20:00:00+08:00"}),
            ("2026-03-02 18:00", "waiting"), ("2026-03-02 19:00", "resumed"),
        ),
        (("2026-03-02 10:00", "2026-03-03 13:15", "2026-03-03 20:00", "runs"),),
        norm=DUE,
    ),
}  # fmt: skip


def wall(text: str, zone: str) -> Millis:
    """A wall clock's time; with `again`, the second time that it shows it."""
    time, _, _again = text.partition(" again")
    return to_millis(datetime.fromisoformat(time).replace(tzinfo=ZoneInfo(zone), fold=int(text != time)))


def shown(moment: Millis, zone: str) -> str:
    """A moment on the wall clock, with its offset: two equal times are told apart."""
    return to_datetime(moment).astimezone(ZoneInfo(zone)).isoformat(" ", "milliseconds")


def state(clock: ClockRow, now: Millis) -> str:
    if clock.broken(now):
        return "broken"
    return "kept" if clock.stopped is not None else "waits" if clock.paused is not None else "runs"


def told(row: Row, book: RuleBook) -> Item:
    """The row's ticket as of its last event."""
    events = []
    for time, verb, *rest in row.events:
        seconds = (wall(time, row.zone) - START) / 1000
        events.append(event(seconds, f"ticket.{verb}", "ticket/1", **(rest[0] if rest else {})))
    return floor(events, max(one.time for one in events), book)["ticket/1"]


def book(row: Row) -> RuleBook:
    site = f'zone = "{row.zone}"\n[limits]\n"{row.norm}" = "{row.limit}"\n[hours]\n"{row.norm}" = "it"\n'
    return RuleBook([(0, Rules(PACK, parse_site(f"{site}[calendars.it]\n{row.hours}")))])


@pytest.mark.parametrize("name", TABLE)
def test_the_table(name: str) -> None:
    row = TABLE[name]
    item = told(row, book(row))
    found = [
        (
            *(shown(moment, row.zone) for moment in (clock.started, clock.warn, clock.due)),
            state(clock, item.last),
        )
        for clock in clocks(item, row.norm)
    ]
    assert found == [
        (*(shown(wall(moment, row.zone), row.zone) for moment in moments), how)
        for *moments, how in row.expected
    ]


def test_each_target_is_its_own() -> None:
    """The nearer one is broken, the first is kept, and the one that got no reply runs around the clock."""
    row = TABLE["the first target beside a nearer one (it was overridden)"]
    item = told(row, book(row))

    assert [state(clock, item.last) for clock in clocks(item, DUE)] == ["broken"]
    assert [state(clock, item.last) for clock in clocks(item, CONTACT)] == ["kept"]
    (reply,) = clocks(item, REPLY)
    assert shown(reply.due, SHANGHAI) == "2026-03-03 16:50:00.000+08:00"


STRETCHES = st.lists(st.integers(1, 60 * 3_600_000), min_size=1, max_size=8)


@given(
    st.sampled_from([OFFICE, LUNCH, NIGHT, OFFICE + CHINA]),
    st.sampled_from(["1ms", "7h", "24h", "90h"]),
    st.integers(0, 30 * 86_400_000),
    STRETCHES,
)
def test_the_sum_of_any_waits_adds_up(hours: str, limit: str, offset: Millis, stretches: list[int]) -> None:
    """Whatever waits there were: work since the start, without the work that passed while it waited, is the
    limit; and so it is told. What begins to wait after due is not moved by that."""
    rules = book(Row(hours, limit, (), ()))
    calendar = rules.latest.site.calendars["it"]
    moments = list(accumulate(stretches, initial=to_millis(datetime(2026, 9, 10, tzinfo=UTC)) + offset))
    verbs = ["opened", *islice(cycle(["waiting", "resumed"]), len(stretches))]
    events = [
        event((moment - START) / 1000, f"ticket.{verb}", "ticket/1")
        for moment, verb in zip(moments, verbs, strict=True)
    ]
    (row,) = clocks(floor(events, moments[-1], rules)["ticket/1"], REPLY)

    pauses = sum(calendar.between(start, end) for start, end in row.pauses)
    assert calendar.between(row.started, row.due) - pauses == parse_duration(limit)
    assert all(start < row.due for start, _ in row.pauses)
    assert row.started <= row.warn <= row.due
    told = reckon(row, calendar)
    assert told.limit == parse_duration(limit)
    assert row.started + told.limit + sum(told.pauses) + told.left_out == row.due


PACK_TEXT = """
[[norm]]
id = "t"
form = "clock"
subject = "ticket"
start = "ticket.opened"
stop = "ticket.closed"
most = "{most}"
warn = "{warn}"
calendar = "office"
"""
HOURS = '[calendars.office]\nweekdays = ["09:00-17:00"]\n[calendars.night]\ndaily = ["22:00-06:00"]\n'


@pytest.mark.parametrize(
    ("most", "warn", "site", "warned", "due"),
    [
        # Opened on Friday at 16:30.
        ("4h", "2h", HOURS, "2026-03-09 10:30", "2026-03-09 12:30"),
        ("4h", "2h", f'{HOURS}[hours]\nt = "night"', "2026-03-07 00:00", "2026-03-07 02:00"),
        ("4h", "2h", f'{HOURS}[hours]\nt = "always"', "2026-03-06 18:30", "2026-03-06 20:30"),
        ("4h", "2h", "", "2026-03-06 18:30", "2026-03-06 20:30"),
        ("next-day", "1h", HOURS, "2026-03-09 09:30", "2026-03-10 00:00"),
    ],
)
def test_the_pack_names_the_hours_and_the_site_may_choose_others(
    most: str, warn: str, site: str, warned: str, due: str
) -> None:
    pack = parse_pack(PACK_TEXT.format(most=most, warn=warn))
    row = Row("", "", (("2026-03-06 16:30", "opened"),), (), norm="t")
    (clock,) = clocks(told(row, RuleBook([(0, Rules(pack, parse_site(site)))])), "t")

    assert (clock.warn, clock.due) == (wall(warned, SHANGHAI), wall(due, SHANGHAI))


def test_what_is_due_beside_a_given_moment_stays_beside_the_next_one_given() -> None:
    pack = parse_pack(PACK_TEXT.format(most="1h before field:due", warn="1h"))
    opened = ("2026-03-06 10:00", "opened", {"due": "2026-03-06T15:00:00+08:00"})
    later = ("2026-03-06 11:00", "triaged", {"due": "2026-03-06T16:00:00+08:00"})
    for events, due in (((opened,), "2026-03-06 14:00"), ((opened, later), "2026-03-06 15:00")):
        (clock,) = clocks(told(Row("", "", events, ()), RuleBook([(0, Rules(pack, parse_site("")))])), "t")
        assert clock.due == wall(due, SHANGHAI)


def test_work_that_a_norm_makes_is_due_by_business_hours() -> None:
    """Closed on a Friday: asked about on the Monday, not on the Saturday."""
    pack = parse_pack(
        '[[norm]]\nid = "f"\nform = "task"\nsubject = "ticket"\non = "ticket.closed"\n'
        'make = "followup.selected"\nitem = "followup/{key}"\ndue = "next-day"\ncalendar = "office"\n'
    )
    row = Row("", "", (("2026-03-06 10:00", "opened"), ("2026-03-06 16:30", "closed")), ())
    (effect,) = told(row, RuleBook([(0, Rules(pack, parse_site(HOURS)))])).effects

    assert effect.data["due"] == format_utc(wall("2026-03-10 00:00", SHANGHAI))
