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
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def parse_rfc3339(text: str) -> Millis:
    """The moment that RFC 3339 `text` names; an offset is required. Digits past the millisecond are cut.

    Raises ValueError. A leap second (`:60`) is the first moment of the next minute.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    leap = second == "60"
    moment = datetime(
        int(year), int(month), int(day), int(hour), int(minute), 59 if leap else int(second), tzinfo=UTC
    )
    millis = to_millis(moment) + (SECOND if leap else 0)
    if fraction and not leap:
        millis += int(fraction[:3].ljust(3, "0"))
    if zone not in "Zz":
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 23 or minutes > 59:
            raise ValueError(text)
        offset = hours * HOUR + minutes * MINUTE
        millis += offset if zone[0] == "-" else -offset
    return millis


def to_millis(moment: datetime) -> Millis:
    """An aware datetime as milliseconds since the epoch."""
    return (moment - _EPOCH) // _MILLISECOND


def to_datetime(moment: Millis) -> datetime:
    """Milliseconds since the epoch as an aware datetime in UTC."""
    return _EPOCH + moment * _MILLISECOND


def format_utc(moment: Millis) -> str:
    """RFC 3339 in UTC with milliseconds, as the JSON contracts print it."""
    return to_datetime(moment).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment % 1000:03d}Z"
