"""How a settings file writes business hours: `[calendars.NAME]`, `[holidays.NAME]` and `[hours]`.

A calendar follows sets of holidays by name. A set that the file does not hold itself is looked up before
the file is put in force (`rings site apply`), so that what is in force never hangs on a library or a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from console.domain.calendar import Calendar, Hours
from console.domain.frozen import frozen
from console.domain.localtime import DAY_MINUTES

ALWAYS = "always"
"""The name of the calendar that everybody has: around the clock."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_GROUPS = {"weekdays": WEEKDAYS[:5], "weekend": WEEKDAYS[5:], "daily": WEEKDAYS}
_CALENDAR_KEYS = frozenset({*WEEKDAYS, *DAY_GROUPS, ALWAYS, "zone", "holidays", "ics", "off", "work"})
_HOLIDAY_KEYS = frozenset({"off", "work", "from", "until", "source"})
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|(24:00))", re.ASCII)
_LONGEST_RANGE = 366


class Wanted(NamedTuple):
    """A set of holidays that calendars follow and the file does not hold: a country, or an iCalendar file.
    `key` is where the file asks for it, `zone` the time zone that is meant there."""

    kind: Literal["holidays", "ics"]
    name: str
    key: str
    zone: str


@frozen
class Holidays:
    """A set of days off, each with what it is called ("" where nobody says), and of extra working days, known
    from one day to another."""

    name: str
    off: Mapping[date, str]
    work: tuple[date, ...]
    known_from: date
    known_until: date
    source: str = ""


def parse_holidays(table: Any) -> dict[str, Holidays]:
    """Read `[holidays.NAME]` tables. Raises ValueError that begins with the key."""
    if not isinstance(table, dict):
        raise ValueError('holidays: a table for each, e.g. [holidays.CN] off = ["2026-10-01..2026-10-07"]')
    found = {}
    for name, entry in table.items():
        where = f"holidays.{name}"
        _check_keys(entry, _HOLIDAY_KEYS, where)
        off = _off(entry.get("off", []), f"{where}.off")
        work = tuple(day for text in _list(entry, "work", where) for day in _days(text, f"{where}.work"))
        known = [*off, *work]
        if not known and not {"from", "until"} <= set(entry):
            raise ValueError(f"{where}: no days in it, and not from when until when that is so")
        first = _day(entry["from"], f"{where}.from") if "from" in entry else date(min(known).year, 1, 1)
        last = _day(entry["until"], f"{where}.until") if "until" in entry else date(max(known).year, 12, 31)
        found[name] = Holidays(name, off, work, first, last, str(entry.get("source", "")))
    return found


def wanted(calendars: Any, holidays: Mapping[str, Holidays], zone: str) -> list[Wanted]:
    """The sets that `calendars` follow and `holidays` does not hold, each once. Raises ValueError."""
    found: dict[str, Wanted] = {}
    for name, entry in _tables(calendars):
        where = f"calendars.{name}"
        local = zone_named(entry.get("zone", zone), f"{where}.zone").key
        for kind, follows in _followed(entry, where):
            if follows not in holidays:
                found.setdefault(follows, Wanted(kind, follows, f"{where}.{kind}", local))
    return list(found.values())


def parse_calendars(table: Any, holidays: Mapping[str, Holidays], zone: str) -> dict[str, Calendar]:
    """Read `[calendars.NAME]` tables; `zone` is the site's. Raises ValueError that begins with the key."""
    missing = wanted(table, holidays, zone)
    if missing:
        raise ValueError(
            f"{missing[0].key}: no [holidays] called {missing[0].name!r} here; rings site apply adds it"
        )
    return {name: _calendar(name, entry, holidays, zone) for name, entry in _tables(table)}


def parse_hours(table: Any, calendars: Mapping[str, Calendar]) -> dict[str, str]:
    """Read `[hours]`: which calendar each norm runs on. Raises ValueError that begins with the key."""
    if not isinstance(table, dict):
        raise ValueError('hours: a table of norm = "calendar"')
    for norm, name in table.items():
        if name != ALWAYS and name not in calendars:
            known = ", ".join([ALWAYS, *calendars])
            raise ValueError(f"hours.{norm}: no calendar {name!r}; there are: {known}")
    return dict(table)


def _tables(table: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(table, dict):
        raise ValueError('calendars: a table for each, e.g. [calendars.office] weekdays = ["09:00-17:00"]')
    for name, entry in table.items():
        if name == ALWAYS:
            raise ValueError(f"calendars.{name}: everybody has that one; choose another name")
        _check_keys(entry, _CALENDAR_KEYS, f"calendars.{name}")
        yield name, entry


def _check_keys(entry: Any, known: frozenset[str], where: str) -> None:
    if not isinstance(entry, dict):
        raise ValueError(f"{where}: a table")
    for key in entry:
        if key not in known:
            raise ValueError(f"{where}: unknown key {key!r}; known: {', '.join(sorted(known))}")


def _followed(entry: Mapping[str, Any], where: str) -> Iterator[tuple[Literal["holidays", "ics"], str]]:
    for name in _names(entry, "holidays", where):
        yield "holidays", name
    for name in _names(entry, "ics", where):
        yield "ics", name


def _calendar(name: str, entry: Mapping[str, Any], holidays: Mapping[str, Holidays], zone: str) -> Calendar:
    where = f"calendars.{name}"
    week = _week(entry, where)
    days: dict[date, tuple[Hours, ...]] = {}
    names: dict[date, str] = {}
    sets = [holidays[follows] for _, follows in _followed(entry, where)]
    usual = next((hours for hours in week if hours), ())
    for one in sets:
        for day, called in one.off.items():
            days[day] = ()
            names[day] = names.get(day) or called
    for one in sets:
        # A working day that makes up for a day off is a whole one, however short a Saturday is else.
        days.update(dict.fromkeys(one.work, usual))
    by_hand = _off(entry.get("off", []), f"{where}.off")
    for day, called in by_hand.items():
        days[day] = ()
        names[day] = called or names.get(day, "")
    for text in _list(entry, "work", where):
        for day, hours in _working(text, week, usual, f"{where}.work"):
            if day in by_hand:
                raise ValueError(f"{where}: {day} is in off and in work")
            days[day] = hours
    if not any(week):
        raise ValueError(f'{where}: an ordinary week has no hours; write e.g. weekdays = ["09:00-17:00"]')
    return Calendar(
        name,
        zone_named(entry.get("zone", zone), f"{where}.zone"),
        week,
        days,
        names,
        max((one.known_from for one in sets), default=None),
        min((one.known_until for one in sets), default=None),
    )


def zone_named(value: object, where: str) -> ZoneInfo:
    """The time zone that a file names. Raises ValueError that begins with the key."""
    try:
        return ZoneInfo(value)  # type: ignore[arg-type]
    except Exception:
        raise ValueError(f"{where}: no such time zone: {value!r}, e.g. 'Asia/Shanghai'") from None


def _week(entry: Mapping[str, Any], where: str) -> tuple[tuple[Hours, ...], ...]:
    """The hours of a week: a group first, then the day that has hours of its own."""
    week: dict[str, tuple[Hours, ...]] = {}
    around = entry.get(ALWAYS, False)
    if not isinstance(around, bool):
        raise ValueError(f"{where}.{ALWAYS}: true or false")
    if around:
        if any(key in entry for key in (*WEEKDAYS, *DAY_GROUPS)):
            raise ValueError(f"{where}: always = true leaves no room for other hours")
        week = dict.fromkeys(WEEKDAYS, (Hours(0, DAY_MINUTES),))
    for group in ("daily", "weekdays", "weekend"):
        if group in entry:
            week.update(dict.fromkeys(DAY_GROUPS[group], _spans(entry, group, where)))
    for day in WEEKDAYS:
        if day in entry:
            week[day] = _spans(entry, day, where)
    return tuple(week.get(day, ()) for day in WEEKDAYS)


def _spans(entry: Mapping[str, Any], key: str, where: str) -> tuple[Hours, ...]:
    spans = sorted(parse_span_of_day(text, f"{where}.{key}") for text in _list(entry, key, where))
    for one, other in pairwise(spans):
        if other.start < one.end:
            raise ValueError(f"{where}.{key}: two spans overlap")
    return tuple(spans)


def parse_span_of_day(text: object, where: str) -> Hours:
    """Read `09:00-12:00`, `22:00-06:00` or `00:00-24:00`. Raises ValueError that begins with the key."""
    match = _HOURS.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{where}: {text!r} is no span of a day; write e.g. '09:00-12:00' or '22:00-06:00'")
    hour, minute, to_hour, to_minute, midnight = match.groups()
    start = int(hour) * 60 + int(minute)
    end = DAY_MINUTES if midnight else int(to_hour) * 60 + int(to_minute)
    if start == end:
        raise ValueError(f"{where}: {text!r} is empty; a whole day is '00:00-24:00'")
    return Hours(start, end if end > start else end + DAY_MINUTES)


def _working(
    text: object, week: tuple[tuple[Hours, ...], ...], usual: tuple[Hours, ...], where: str
) -> Iterator[tuple[date, tuple[Hours, ...]]]:
    """Extra working days: `2026-05-09` (the hours of the week's first working day), `2026-05-09 as fri`,
    `2026-05-09 10:00-16:00`."""
    days, _, how = text.strip().partition(" ") if isinstance(text, str) else (text, "", "")
    hours = usual
    if how[:3] == "as ":
        weekday = how[3:].strip()
        if weekday not in WEEKDAYS or not week[WEEKDAYS.index(weekday)]:
            raise ValueError(f"{where}: {text!r}: as one of the days that have hours, e.g. 'as mon'")
        hours = week[WEEKDAYS.index(weekday)]
    elif how:
        hours = _spans({"work": how.split()}, "work", where.removesuffix(".work"))
    for day in _days(days, where):
        yield day, hours


def _off(value: Any, where: str) -> dict[date, str]:
    """Days off: a list of days, or a table of day = what it is called."""
    if isinstance(value, list):
        return {day: "" for text in value for day in _days(text, where)}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
        raise ValueError(f'{where}: a list of days, or a table of day = "what it is called"')
    return {day: name for text, name in value.items() for day in _days(text, where)}


def _days(text: object, where: str) -> list[date]:
    """`2026-10-01`, or `2026-10-01..2026-10-07`: all of them."""
    if not isinstance(text, str) or ".." not in text:
        return [_day(text, where)]
    first, _, last = text.partition("..")
    begin, end = _day(first, where), _day(last, where)
    if not 0 <= (end - begin).days < _LONGEST_RANGE:
        raise ValueError(f"{where}: {text!r} runs backwards, or for more than a year")
    return [begin + timedelta(days) for days in range((end - begin).days + 1)]


def _day(value: object, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip(), re.ASCII):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    raise ValueError(f"{where}: {value!r} is no day; write e.g. '2026-05-01' or '2026-10-01..2026-10-07'")


def _list(entry: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = entry.get(key, [])
    if not isinstance(value, list):
        raise ValueError(f"{where}.{key}: a list")
    return value


def _names(entry: Mapping[str, Any], key: str, where: str) -> list[str]:
    value = entry.get(key, [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise ValueError(f"{where}.{key}: a name, or a list of names")
    return names
