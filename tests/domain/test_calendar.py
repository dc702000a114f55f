"""Business time against moments worked out by hand, and against stepping through it minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.calendar import Calendar, Hours
from console.domain.clock import ClockRow
from console.domain.instants import DAY, HOUR, MINUTE, Millis, format_utc, to_datetime, to_millis
from console.domain.reckoning import reckon
from console.domain.site import SettingsError, parse_site

OFFICE = 'weekdays = ["09:00-17:00"]'
SPLIT = 'weekdays = ["09:00-12:00", "13:30-18:00"]'
ALWAYS = "always = true"


def calendar(text: str, zone: str = "Asia/Shanghai") -> Calendar:
    return parse_site(f"zone = {zone!r}\n[calendars.it]\n{text}").calendars["it"]


def local(text: str, zone: str = "Asia/Shanghai", *, later: bool = False) -> Millis:
    """A wall clock's time; `later` where it shows that time for the second time."""
    return to_millis(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=int(later)))


# 2026-03-06 is a Friday.
ADDED = {
    "within a span": (OFFICE, "2026-03-06 10:00", 2 * HOUR, "2026-03-06 12:00"),
    "Friday 16:30 and an hour": (OFFICE, "2026-03-06 16:30", HOUR, "2026-03-09 09:30"),
    "exactly to the closing": (OFFICE, "2026-03-06 16:30", 30 * MINUTE, "2026-03-06 17:00"),
    "a millisecond more": (OFFICE, "2026-03-06 16:30", 30 * MINUTE + 1, "2026-03-09 09:00:00.001"),
    "from the closing on": (OFFICE, "2026-03-06 17:00", HOUR, "2026-03-09 10:00"),
    "before the opening": (OFFICE, "2026-03-06 06:00", HOUR, "2026-03-06 10:00"),
    "at the weekend": (OFFICE, "2026-03-07 12:00", HOUR, "2026-03-09 10:00"),
    "over lunch": (SPLIT, "2026-03-06 11:45", 30 * MINUTE, "2026-03-06 13:45"),
    "begun at lunch": (SPLIT, "2026-03-06 12:30", 30 * MINUTE, "2026-03-06 14:00"),
    "lunch, the night and lunch": (SPLIT, "2026-03-05 11:00", 10 * HOUR, "2026-03-06 15:00"),
    "over midnight around the clock": (ALWAYS, "2026-03-06 23:30", HOUR, "2026-03-07 00:30"),
    "five midnights around the clock": (ALWAYS, "2026-03-06 12:00", 5 * DAY, "2026-03-11 12:00"),
    "a night shift": ('fri = ["22:00-06:00"]', "2026-03-06 23:00", 2 * HOUR, "2026-03-07 01:00"),
    "from one night shift into the next": (
        'weekdays = ["22:00-06:00"]', "2026-03-05 05:00", 2 * HOUR, "2026-03-05 23:00",
    ),
    "a day has its own hours": (
        OFFICE + '\nfri = ["09:00-12:00"]', "2026-03-06 11:59", HOUR, "2026-03-09 09:59",
    ),
    "a day off": (OFFICE + '\noff = ["2026-03-09"]', "2026-03-06 16:30", HOUR, "2026-03-10 09:30"),
    "days off in a row": (
        OFFICE + '\noff = ["2026-03-09..2026-03-12"]', "2026-03-06 16:30", HOUR, "2026-03-13 09:30",
    ),
    "the night before a day off goes on": (
        'daily = ["22:00-06:00"]\noff = ["2026-03-07"]', "2026-03-06 23:00", 8 * HOUR, "2026-03-08 23:00",
    ),
    "a Saturday at work": (OFFICE + '\nwork = ["2026-03-07"]', "2026-03-06 16:30", HOUR, "2026-03-07 09:30"),
    "a Saturday at work for a while": (
        OFFICE + '\nwork = ["2026-03-07 10:00-11:00 14:00-15:00"]',
        "2026-03-06 16:30", 2 * HOUR, "2026-03-07 14:30",
    ),
    "a Saturday with a Friday's hours": (
        'mon = ["09:00-17:00"]\nfri = ["10:00-17:00"]\nwork = ["2026-03-07 as fri"]',
        "2026-03-06 17:00", HOUR, "2026-03-07 11:00",
    ),
    "2000 hours are 250 working days": (OFFICE, "2026-03-02 09:00", 2000 * HOUR, "2027-02-12 17:00"),
    # Thirty nights, one of them off, are the nights from 2 March to 1 April.
    "a day off before a week without one": (
        'daily = ["22:00-06:00"]\noff = ["2026-03-09"]', "2026-03-02 22:00", 240 * HOUR, "2026-04-02 06:00",
    ),
    "nothing at all": (OFFICE, "2026-03-07 12:00", 0, "2026-03-07 12:00"),
}  # fmt: skip


@pytest.mark.parametrize("name", ADDED)
def test_a_length_of_business_time(name: str) -> None:
    text, start, length, end = ADDED[name]
    it = calendar(text)

    assert format_utc(it.add(local(start), length)) == format_utc(local(end))
    assert it.between(local(start), local(end)) == length


# Berlin goes forward on 2026-03-29 (02:00 becomes 03:00) and back on 2026-10-25 (03:00 becomes 02:00),
# New York on 2026-03-08 and 2026-11-01, Lord Howe by half an hour on 2026-10-04 and 2026-04-05.
BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"
NIGHT = 'daily = ["22:00-06:00"]'
CHANGED = {
    "Berlin, a night of seven hours": (NIGHT, BERLIN, "2026-03-28 23:00", 5 * HOUR, "2026-03-29 05:00"),
    "Berlin, a night of nine hours": (NIGHT, BERLIN, "2026-10-24 23:00", 5 * HOUR, "2026-10-25 03:00"),
    "Berlin, a weekend with the change in it": (
        OFFICE, BERLIN, "2026-03-27 16:00", 2 * HOUR, "2026-03-30 10:00",
    ),
    "Berlin, around the clock": (ALWAYS, BERLIN, "2026-03-28 12:00", 24 * HOUR, "2026-03-29 13:00"),
    "Berlin, around the clock, back": (ALWAYS, BERLIN, "2026-10-24 12:00", 24 * HOUR, "2026-10-25 11:00"),
    "Berlin, 2000 hours over both": (OFFICE, BERLIN, "2026-03-02 09:00", 2000 * HOUR, "2027-02-12 17:00"),
    # 27 nights, one of them an hour short, are 215 hours; then three whole ones and an hour.
    "Berlin, a month of nights": (NIGHT, BERLIN, "2026-03-02 22:00", 240 * HOUR, "2026-04-01 23:00"),
    # 24 nights, one of them an hour long, are 193 hours; then five whole ones and seven hours.
    "Berlin, a month of nights, back": (NIGHT, BERLIN, "2026-10-01 22:00", 240 * HOUR, "2026-10-31 05:00"),
    # 02:30 never comes, so it is 03:30; the half hour until 04:00 is what is left of that span.
    "Berlin, an opening that never occurs": (
        'sun = ["02:30-04:00"]', BERLIN, "2026-03-29 00:00", 30 * MINUTE, "2026-03-29 04:00",
    ),
    # 02:30 comes twice; the earlier one closes.
    "Berlin, a closing that occurs twice": (
        'daily = ["01:00-02:30"]', BERLIN, "2026-10-25 00:00", 2 * HOUR, "2026-10-26 01:30",
    ),
    # 02:30 comes twice; the earlier one opens, so there are two hours until 03:30.
    "Berlin, an opening that occurs twice": (
        'daily = ["02:30-03:30"]', BERLIN, "2026-10-25 00:00", 2 * HOUR, "2026-10-25 03:30",
    ),
    "New York, a night of seven hours": (NIGHT, NEW_YORK, "2026-03-07 23:00", 5 * HOUR, "2026-03-08 05:00"),
    "New York, a night of nine hours": (NIGHT, NEW_YORK, "2026-10-31 23:00", 5 * HOUR, "2026-11-01 03:00"),
    "Lord Howe, half an hour less": (NIGHT, LORD_HOWE, "2026-10-03 23:00", 5 * HOUR, "2026-10-04 04:30"),
    "Lord Howe, half an hour more": (NIGHT, LORD_HOWE, "2026-04-04 23:00", 5 * HOUR, "2026-04-05 03:30"),
    # Clocks in Santiago go forward at midnight: 2026-09-06 begins at 01:00.
    "Santiago, a day without its midnight": (
        'daily = ["00:00-02:00"]', "America/Santiago", "2026-09-05 12:00", HOUR, "2026-09-06 02:00",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_the_nights_when_the_clocks_change(name: str) -> None:
    text, zone, start, length, end = CHANGED[name]
    it = calendar(text, zone)

    assert format_utc(it.add(local(start, zone), length)) == format_utc(local(end, zone))
    assert it.between(local(start, zone), local(end, zone)) == length


def test_the_second_of_two_equal_times_is_an_hour_later() -> None:
    """Half past two comes twice: from the second on there is only half an hour until three."""
    it = calendar('daily = ["01:00-03:00"]', BERLIN)
    first, second = (local("2026-10-25 02:30", BERLIN, later=later) for later in (False, True))

    assert it.between(first, local("2026-10-25 03:00", BERLIN)) == 90 * MINUTE
    assert it.between(second, local("2026-10-25 03:00", BERLIN)) == 30 * MINUTE


def test_open_from_the_opening_up_to_the_closing() -> None:
    it = calendar(SPLIT)
    shown = {
        "08:59:59.999": False, "09:00": True, "11:59:59.999": True, "12:00": False, "13:30": True,
        "18:00": False,
    }  # fmt: skip

    assert {text: it.is_open(local(f"2026-03-06 {text}")) for text in shown} == shown


def test_the_next_opening() -> None:
    it = calendar(SPLIT)

    assert it.next_opening(local("2026-03-06 10:00")) == local("2026-03-06 10:00")
    assert it.next_opening(local("2026-03-06 12:00")) == local("2026-03-06 13:30")
    assert it.next_opening(local("2026-03-06 18:00")) == local("2026-03-09 09:00")


def test_the_end_of_the_next_working_day() -> None:
    it = calendar(OFFICE + '\noff = ["2026-03-09"]')

    assert it.end_of_next_day(local("2026-03-05 23:59")) == local("2026-03-07 00:00")
    assert it.end_of_next_day(local("2026-03-06 00:00")) == local("2026-03-11 00:00")


def test_the_days_left_out_are_those_with_hours_in_an_ordinary_week() -> None:
    it = calendar(OFFICE + '\noff = { "2026-03-07" = "Saturday", "2026-03-09" = "Founding day" }')
    found = it.left_out(local("2026-03-06 12:00"), local("2026-03-10 12:00"))

    assert [(str(day), name) for day, name in found] == [("2026-03-09", "Founding day")]


def test_days_off_are_told_together_while_nobody_works_between_them() -> None:
    it = calendar(OFFICE + '\noff = ["2026-03-06", "2026-03-09", "2026-03-11", "2026-03-13"]')
    start, due = local("2026-03-05 12:00"), local("2026-03-16 12:00")
    row = ClockRow("ticket/1", "n", 1, "n@f/1", 1, started=start, warn=start, due=due)

    assert reckon(row, it).told() == ["2026-03-06..2026-03-09", "2026-03-11", "2026-03-13"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "calendars.it: an ordinary week has no hours"),
        ('work = ["2026-05-09 09:00-12:00"]', "calendars.it: an ordinary week has no hours"),
        ("always = true\n" + OFFICE, "calendars.it: always = true leaves no room"),
        ('mon = ["9-17"]', "calendars.it.mon: '9-17' is no span of a day; write e.g. '09:00-12:00'"),
        ('mon = ["09:00-09:00"]', "calendars.it.mon: '09:00-09:00' is empty"),
        ('mon = ["09:00-25:00"]', "calendars.it.mon: '09:00-25:00' is no span"),
        ('mon = ["09:00-12:00", "11:00-14:00"]', "calendars.it.mon: two spans overlap"),
        ('mon = "09:00-12:00"', "calendars.it.mon: a list"),
        (OFFICE + '\noff = ["1 May"]', "calendars.it.off: '1 May' is no day; write e.g. '2026-05-01'"),
        (OFFICE + '\noff = ["2026-02-30"]', "calendars.it.off: '2026-02-30' is no day"),
        (OFFICE + '\noff = ["2026-05-09..2026-05-01"]', "runs backwards"),
        (OFFICE + '\noff = ["2026-05-09"]\nwork = ["2026-05-09"]', "2026-05-09 is in off and in work"),
        (OFFICE + '\nwork = ["2026-05-09 as sun"]', "calendars.it.work"),
        (OFFICE + '\nzone = "Mars/Olympus"', "calendars.it.zone: no such time zone: 'Mars/Olympus'"),
        (OFFICE + '\nholidays = "CN"', "calendars.it.holidays: no [holidays] called 'CN' here"),
        (OFFICE + '\nlunch = "12:00"', "calendars.it: unknown key 'lunch'; known: always, daily, fri"),
        (
            OFFICE + '\n[hours]\n"call.wait" = "that"', "hours.call.wait: no calendar 'that'",
        ),
        (OFFICE + "\n[holidays.CN]", "holidays.CN: no days in it"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        calendar(text)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_written_by_hand_beats_the_holidays() -> None:
    it = calendar(
        OFFICE
        + '\nholidays = ["CN", "DE"]\noff = ["2026-10-10"]\nwork = ["2026-10-05"]'
        + '\n[holidays.CN]\noff = ["2026-10-01..2026-10-07"]\nwork = ["2026-10-10", "2026-09-20"]'
        + '\n[holidays.DE]\noff = { 2026-10-02 = "Bridge" }\nuntil = "2026-11-30"'
    )
    noon = {day: it.is_open(local(f"{day} 12:00")) for day in ("2026-09-20", "2026-10-05", "2026-10-10")}

    assert noon == {"2026-09-20": True, "2026-10-05": True, "2026-10-10": False}
    assert (str(it.known_from), str(it.known_until)) == ("2026-01-01", "2026-11-30")
    assert it.knows(local("2026-10-01 12:00"), local("2026-11-30 23:59"))
    assert not it.knows(local("2026-10-01 12:00"), local("2026-12-01 00:00"))


def test_an_absurd_length_ends() -> None:
    """No length of time and no moment may hold up the floor."""
    it = calendar('mon = ["09:00-09:01"]\noff = ["2026-03-02"]')
    start = local("2026-03-02 09:00")

    assert it.add(start, 999_999_999 * DAY) > start + 999_999_999 * DAY
    assert it.add(2**60, HOUR) == 2**60 + HOUR
    assert it.between(-(2**60), start) == start + 2**60


# The changes of the clocks that the floor's days below have in them, and days without any.
FLOORS = {
    BERLIN: (date(2026, 3, 26), date(2026, 10, 22)),
    NEW_YORK: (date(2026, 10, 29),),
    LORD_HOWE: (date(2026, 4, 2), date(2026, 10, 1)),
    "America/Santiago": (date(2026, 9, 3),),
    "Africa/Casablanca": (date(2026, 3, 20),),
    "Asia/Shanghai": (date(2026, 10, 1),),
}
LENGTH = 5


@cache
def minutes(zone: str, first: date) -> tuple[Millis, dict[datetime, Millis]]:
    """Where to start, and every wall clock time of some days with the first minute that shows it."""
    start = to_millis(datetime(first.year, first.month, first.day, tzinfo=UTC)) - 3 * DAY
    shown: dict[datetime, Millis] = {}
    for minute in range((LENGTH + 6) * 24 * 60):
        moment = start + minute * MINUTE
        wall = to_datetime(moment).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        shown.setdefault(wall, moment)
    return start + 4 * DAY, shown


def shows(zone: str, first: date, wall: datetime) -> Millis:
    """The moment of a wall clock time, found by looking at the clock; past a gap it is as much later as the
    time lies behind the last minute that the clock did show."""
    _, shown = minutes(zone, first)
    missing = timedelta()
    while wall - missing not in shown:
        missing += timedelta(minutes=1)
    return shown[wall - missing] + missing // timedelta(milliseconds=1)


def stepped(it: Calendar, zone: str, first: date) -> set[Millis]:
    """All minutes of those days that are business time."""
    found: set[Millis] = set()
    for number in range(-1, LENGTH + 2):
        day = first + timedelta(number)
        for span in it.days.get(day, it.week[day.weekday()]):
            wall = datetime(day.year, day.month, day.day)  # noqa: DTZ001
            opens, closes = (shows(zone, first, wall + timedelta(minutes=at)) for at in span)
            found.update(range(opens, closes, MINUTE))
    return found


edges = st.lists(st.integers(0, 8 * 15), min_size=2, max_size=4, unique=True).map(sorted)


@st.composite
def floors(draw: st.DrawFn) -> tuple[Calendar, str, date]:
    """A calendar whose hours lie where they hurt, with a floor's days to try it on."""
    zone = draw(st.sampled_from(sorted(FLOORS)))
    first = draw(st.sampled_from(FLOORS[zone]))

    def hours() -> tuple[Hours, ...]:
        step, offset = draw(st.sampled_from([(10, 0), (10, 5), (20, 0), (12, 12 * 60)]))
        at = [offset + step * edge for edge in draw(edges)]
        spans = [Hours(start, end) for start, end in list(pairwise(at))[::2] if start < 24 * 60]
        return tuple(spans) or (Hours(9 * 60, 17 * 60),)

    plain = [hours() for _ in range(draw(st.integers(1, 3)))]
    week = (plain[0], *(draw(st.sampled_from([*plain, ()])) for _ in range(6)))
    days = {
        first + timedelta(draw(st.integers(0, LENGTH))): draw(st.sampled_from([(), plain[-1]]))
        for _ in range(draw(st.integers(0, 2)))
    }
    return Calendar("it", ZoneInfo(zone), week, days), zone, first


@given(floors(), st.integers(0, 2 * DAY), st.integers(0, 2 * DAY))
def test_business_time_is_what_stepping_through_it_counts(
    floor: tuple[Calendar, str, date], offset: Millis, length: Millis
) -> None:
    it, zone, first = floor
    begin, _ = minutes(zone, first)
    start, end = begin + offset, begin + offset + length
    within = sorted(stepped(it, zone, first))
    counted = sum(max(0, min(minute + MINUTE, end) - max(minute, start)) for minute in within)

    assert it.between(start, end) == counted
    for moment in (start, end):
        assert it.is_open(moment) == any(minute <= moment < minute + MINUTE for minute in within)
    later = [max(start, minute) for minute in within if minute + MINUTE > start]
    if later:
        assert it.next_opening(start) == later[0]


@given(floors(), st.integers(0, 60 * DAY), st.integers(0, 400 * HOUR), st.integers(0, 100 * HOUR))
def test_adding_and_counting_undo_each_other(
    floor: tuple[Calendar, str, date], offset: Millis, length: Millis, more: Millis
) -> None:
    it, zone, first = floor
    start = minutes(zone, first)[0] + offset
    end = it.add(start, length)

    assert end >= start
    assert it.between(start, end) == length
    assert length == 0 or it.between(start, end - 1) == length - 1  # the first such moment, not a later one
    assert it.add(end, more) == it.add(start, length + more)
    assert it.add(start + more, length) >= end
    middle = start + more
    assert it.between(start, middle) + it.between(middle, middle + length) == it.between(
        start, middle + length
    )
