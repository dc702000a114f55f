"""A rota kept as a calendar elsewhere: an iCalendar file (RFC 5545) of which each event is a turn on call."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.instants import Millis, to_millis
from console.domain.localtime import local_moment
from console.domain.rota import Turn
from console.feeds.sanitise import bad_identifier, clean_text

_SIZE_LIMIT = 2_000_000
_EVENT_LIMIT = 5_000
_BACK, _AHEAD = timedelta(days=31), timedelta(days=400)


class RotaFileError(ValueError):
    """What is wrong with the file, in one line."""


def turns_of(path: Path, zone: ZoneInfo, today: date | None = None) -> list[Turn]:
    """The turns in the file from a month ago on for a year ahead, the earliest first; an event's title is the
    person's id. Times without a zone are meant in `zone`. Raises RotaFileError."""
    try:
        import icalendar
        from recurring_ical_events import of  # type: ignore[import-untyped]
    except ImportError:
        raise RotaFileError("needs a library: pip install 'three-rings[calendars]'") from None
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE_LIMIT + 1)
    except OSError as error:
        raise RotaFileError(f"{path}: {error.strerror}") from None
    if len(data) > _SIZE_LIMIT:
        raise RotaFileError(f"{path} is larger than {_SIZE_LIMIT // 1_000_000} MB")
    today = today or datetime.fromtimestamp(time.time(), UTC).date()
    found: list[Turn] = []
    try:
        for calendar in icalendar.Calendar.from_ical(data, multiple=True):
            events = calendar.walk("VEVENT")
            if len(events) > _EVENT_LIMIT or any(_too_often(event) for event in events):
                raise RotaFileError(f"more than {_EVENT_LIMIT} events, or one that comes again within a day")
            found += [
                _turn(event, zone)
                for event in of(calendar).between(today - _BACK, today + _AHEAD)
                if str(event.get("STATUS", "")).upper() != "CANCELLED"
            ]
    except RotaFileError:
        raise
    except Exception as error:
        # The library meets broken files with errors of many kinds; what it says is all there is to tell.
        said = clean_text(str(error))[:120]
        raise RotaFileError(f"{path.name} is no usable iCalendar file: {said}") from None
    if not found:
        raise RotaFileError(f"{path.name} has no turns in it from {today - _BACK} on")
    return sorted(found, key=lambda turn: (turn.start, turn.end, turn.who))


def _too_often(event: Any) -> bool:
    rule = event.get("RRULE")
    rules = rule if isinstance(rule, list) else [rule] if rule else []
    return any(str(each.get("FREQ", [""])[0]).upper() in ("HOURLY", "MINUTELY", "SECONDLY") for each in rules)


def _turn(event: Any, zone: ZoneInfo) -> Turn:
    who = clean_text(str(event.get("SUMMARY", ""))).strip()
    if not who or bad_identifier(who):
        raise RotaFileError(f"an event on {event.start} is not called by a person's id")
    return Turn(_moment(event.start, zone), _moment(event.end, zone), who)


def _moment(value: date | datetime, zone: ZoneInfo) -> Millis:
    if not isinstance(value, datetime):
        return local_moment(value, 0, zone)
    if value.tzinfo is None:
        return local_moment(value.date(), value.hour * 60 + value.minute, zone)
    return to_millis(value)
