"""Days off from an iCalendar file (RFC 5545): all-day events, and those from midnight to midnight."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.hours import Holidays
from console.feeds.sanitise import clean_text
from console.holidays.countries import EXTRA

SIZE_LIMIT = 2_000_000
EVENT_LIMIT = 5_000
DAY_LIMIT = 400
_RULES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")


def read(
    name: str, path: Path, zone: ZoneInfo, first: date, last: date, today: date
) -> tuple[Holidays, list[str]]:
    """The days off in the file at `path` from `first` to `last`; and the events that take none, by their
    names: they cover part of a day, or come again within a day. Times are taken in `zone`.

    Raises ValueError that says in one line what is wrong with the file.
    """
    try:
        import icalendar
        from recurring_ical_events import of  # type: ignore[import-untyped]
    except ImportError:
        raise ValueError(f"an iCalendar file needs a library: {EXTRA}") from None
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ValueError(f"{name}: {error.strerror}") from None
    if len(data) > SIZE_LIMIT:
        raise ValueError(f"{name} is larger than {SIZE_LIMIT // 1_000_000} MB")
    off: dict[date, str] = {}
    passed: dict[str, None] = {}
    listed, repeated = {first.year}, {first.year}
    try:
        for calendar in icalendar.Calendar.from_ical(data, multiple=True):
            rules = _rules(calendar, passed)
            for event in of(calendar).between(first, last + timedelta(1)):
                if str(event.get("STATUS", "")).upper() == "CANCELLED":
                    continue
                days = [day for day in _whole_days(event, zone) if first <= day <= last]
                if not days:
                    passed[_name(event)] = None
                off.update({day: off.get(day) or _name(event) for day in days})
                (repeated if str(event.get("UID")) in rules else listed).update(day.year for day in days)
    except Exception as error:
        # The library meets broken files with errors of many kinds; what it says is all there is to tell.
        raise ValueError(f"{name} is no usable iCalendar file: {_told(error)}") from None
    if not off:
        raise ValueError(f"{name} has no whole day off in it from {first} to {last}")
    # Days that are listed end one day; only a file that holds rules alone knows all years to come.
    until = max(listed) if max(listed) >= today.year else max(repeated)
    return Holidays(
        name=name,
        off=off,
        work=(),
        known_from=date(min(off).year, 1, 1),
        known_until=date(until, 12, 31),
        source=f"{name}, read by icalendar {version('icalendar')}",
    ), list(passed)


def _rules(calendar: Any, passed: dict[str, None]) -> set[str]:
    """Which events come again. Those that do so within a day are taken out: they are no holidays, and there
    may be millions of them."""
    events = calendar.walk("VEVENT")
    if len(events) > EVENT_LIMIT:
        raise ValueError(f"more than {EVENT_LIMIT} events")
    rules: set[str] = set()
    for event in events:
        found = event.get("RRULE")
        if not found:
            continue
        rules.add(str(event.get("UID")))
        every = found if isinstance(found, list) else [found]
        if any(str(rule.get("FREQ", [""])[0]).upper() not in _RULES for rule in every):
            calendar.subcomponents.remove(event)
            passed[_name(event)] = None
    return rules


def _whole_days(event: Any, zone: ZoneInfo) -> list[date]:
    """The days that an event covers from midnight to midnight in `zone`."""
    start, end = event.start, event.end
    if isinstance(start, datetime):
        start, end = _local(start, zone), _local(end, zone)
        first = start.date() if start.time() == time() else start.date() + timedelta(1)
        end = end.date()
    else:
        first = start
    return [first + timedelta(days) for days in range(min((end - first).days, DAY_LIMIT))]


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment on the wall clock of `zone`; one without a zone is meant there."""
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def _name(event: Any) -> str:
    return str(event.get("SUMMARY", "")) or "?"


def _told(error: Exception) -> str:
    return clean_text(str(error) or type(error).__name__, 160)
