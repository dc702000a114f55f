"""Moments as integers: milliseconds since 1970-01-01T00:00:00Z.

Integers add and compare exactly, which clocks that are right to the millisecond need.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

Millis = int
"""Milliseconds: a moment since the Unix epoch, or a length of time."""

SECOND: Millis = 1_000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FIRST, _LAST = -14_831_769_600_000, 206_066_937_600_000
"""The years 1500 and 8500: what some systems write for never, or for nothing, and far enough from the ends of
the calendar for any length to be added."""

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def parse_rfc3339(text: str) -> Millis:
    """The moment that RFC 3339 `text` names; an offset is required. Digits past the millisecond are cut.

    Raises ValueError. A leap second (`:60`) is the first moment of the next minute.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError(text)
    second, zone = match.groups()
    if zone == "z":
        text = text[:-1] + "Z"
    elif zone[4:] > "59":
        raise ValueError(text)
    if second == "60":
        return to_millis(datetime.fromisoformat(f"{text[:17]}59{zone.upper()}")) + SECOND
    return to_millis(datetime.fromisoformat(text))


def to_millis(moment: datetime) -> Millis:
    """An aware datetime as milliseconds since the epoch."""
    since = moment - _EPOCH
    return since.days * DAY + since.seconds * SECOND + since.microseconds // 1000


def to_datetime(moment: Millis) -> datetime:
    """Milliseconds since the epoch as an aware datetime in UTC."""
    return _EPOCH + moment * _MILLISECOND


def format_utc(moment: Millis) -> str:
    """RFC 3339 in UTC with milliseconds, as the JSON contracts print it."""
    return to_datetime(moment).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment % 1000:03d}Z"


def moment_of(value: object) -> Millis | None:
    """A moment that an event's data holds, within the years 1500 to 8500; None where it is none."""
    if not isinstance(value, str):
        return None
    try:
        return min(max(parse_rfc3339(value), _FIRST), _LAST)
    except ValueError:
        return None
