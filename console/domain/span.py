"""Limits as norms write them: `15s`, `30m`, `24h`, `3 rings`, `next-day`, `field:due`, `14d before
field:expires`, `2 working days before field:window_start`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from console.domain.frozen import frozen
from console.domain.instants import DAY, HOUR, MINUTE, SECOND, Millis
from console.domain.localtime import days_away, midnight

if TYPE_CHECKING:
    from console.domain.calendar import Calendar

_DURATION = re.compile(r"(\d{1,9})(?:\.(\d{1,3}))?\s*(ms|s|m|h|d)", re.ASCII)
_BESIDE = re.compile(r"(.+) (before|after) field:(\w+)")
_WORKDAYS = re.compile(r"([1-9]\d{0,2}) working days? (before|after) field:(\w+)", re.ASCII)
_RINGS = re.compile(r"(\d{1,3}) rings?", re.ASCII)
_WEEKEND = 5
_LONGEST: Millis = 366_000 * DAY
"""Moments a thousand years away can still be told."""
_UNITS: Mapping[str, Millis] = {"ms": 1, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}


@frozen
class Span:
    """How far a clock may run: one of a fixed length, a number of ring cycles, the end of the next day,
    or up to a moment that a field of the item's events gives, `offset` milliseconds or so many `workdays`
    beside it (before it where they are less than 0)."""

    millis: Millis | None = None
    rings: int | None = None
    field: str | None = None
    next_day: bool = False
    offset: Millis = 0
    workdays: int = 0

    def end(
        self,
        start: Millis,
        *,
        ring_cycle: Millis,
        zone: tzinfo,
        given: Mapping[str, Any],
        calendar: Calendar | None = None,
    ) -> Millis | None:
        """The moment this span ends when it begins at `start`; None where its field has not been given.

        With a `calendar` lengths are business time and the next day is the next working day; a moment that
        was given stays that moment.
        """
        if self.field is None and not self.next_day:
            length = self.millis if self.millis is not None else (self.rings or 0) * ring_cycle
            return start + length if calendar is None else calendar.add(start, length)
        if self.next_day:
            if calendar is not None:
                return calendar.end_of_next_day(start)
            return midnight(start, zone, days=2)
        moment = given.get(self.field or "")
        return self.beside(moment, zone, calendar) if isinstance(moment, int) else None

    def beside(self, moment: Millis, zone: tzinfo, calendar: Calendar | None) -> Millis:
        """Where it ends when its field gives `moment`. Without a calendar Monday to Friday are worked."""
        if not self.workdays:
            return moment + self.offset
        if calendar is not None:
            return calendar.workdays_away(moment, self.workdays)
        return days_away(moment, zone, self.workdays, lambda day: day.weekday() < _WEEKEND)

    def __str__(self) -> str:
        if self.millis is not None:
            for unit, least in (("d", 2 * DAY), ("h", HOUR), ("m", 2 * MINUTE), ("s", SECOND), ("ms", 1)):
                if self.millis % _UNITS[unit] == 0 and self.millis >= least:
                    return f"{self.millis // _UNITS[unit]}{unit}"
            return "0s"
        if self.rings is not None:
            return f"{self.rings} rings"
        if self.next_day:
            return "next-day"
        if self.workdays:
            days = f"{abs(self.workdays)} working day{'s' * (abs(self.workdays) > 1)}"
            return f"{days} {'before' if self.workdays < 0 else 'after'} field:{self.field}"
        if not self.offset:
            return f"field:{self.field}"
        return f"{Span(abs(self.offset))} {'before' if self.offset < 0 else 'after'} field:{self.field}"


def parse_duration(value: object) -> Millis:
    """`15s`, `1.5h`, `30m`, `2d` in milliseconds. Raises ValueError that says what would do."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is no length of time; write e.g. '15s', '30m', '24h'")
    whole, fraction, unit = match.groups()
    length = int(whole) * _UNITS[unit] + int((fraction or "0").ljust(3, "0")) * _UNITS[unit] // 1000
    if length > _LONGEST:
        raise ValueError(f"{value!r} is too long: more than a thousand years")
    return length


def parse_span(value: object) -> Span:
    """Any limit that a norm may have. Raises ValueError that says what would do."""
    if isinstance(value, str):
        if rings := _RINGS.fullmatch(value):
            return Span(rings=int(rings[1]))
        if value == "next-day":
            return Span(next_day=True)
        if value.startswith("field:") and value[6:].isidentifier():
            return Span(field=value[6:])
        if _DURATION.fullmatch(value.strip()):
            return Span(millis=parse_duration(value))
        if days := _WORKDAYS.fullmatch(value):
            return Span(field=days[3], workdays=int(days[1]) * (-1 if days[2] == "before" else 1))
        if (beside := _BESIDE.fullmatch(value)) and _DURATION.fullmatch(beside[1]):
            sign = -1 if beside[2] == "before" else 1
            return Span(field=beside[3], offset=sign * parse_duration(beside[1]))
    raise ValueError(
        f"{value!r} is no limit; write e.g. '15s', '30m', '24h', '3 rings', 'next-day', 'field:due' or "
        "'14d before field:expires'"
    )
