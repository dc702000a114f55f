"""The shifts of a floor's day: which one runs, which comes next.

Local times follow the zone as business hours do; a shift belongs to the day on which it begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from console.domain.calendar import Hours
from console.domain.frozen import frozen
from console.domain.hours import DAY_GROUPS, WEEKDAYS, parse_span_of_day
from console.domain.localtime import local_day, local_moment

if TYPE_CHECKING:
    from console.domain.instants import Millis

_LOOK_DAYS = 9
"""So many days to both sides of a moment lies any shift that comes again each week."""

_ALL = frozenset(range(7))

LAST = "last"
"""What the shift that ended last is called, where no other is."""


@frozen
class ShiftHours:
    """A shift as the settings have it: its hours, on those days of the week (0 is Monday)."""

    name: str
    hours: Hours
    days: frozenset[int] = _ALL


@frozen
class Shift:
    """One shift of one day, from `start` until before `end`; `id` is its day and its name."""

    id: str
    name: str
    start: Millis
    end: Millis


@frozen
class Shifts:
    """The shifts of a floor, which may overlap or leave gaps; none at all where `hours` is empty."""

    hours: tuple[ShiftHours, ...]
    zone: tzinfo

    def running(self, now: Millis) -> Shift | None:
        """The one that began last: it goes on in what is done here until the next begins."""
        return max((shift for shift in self._near(now) if shift.start <= now), key=_begin, default=None)

    def next(self, now: Millis) -> Shift | None:
        """The one that begins next, later than `now`."""
        return min((shift for shift in self._near(now) if shift.start > now), key=_begin, default=None)

    def after(self, shift: Shift) -> Shift | None:
        """Who takes over from `shift`: the one that began last by its end, else the one that comes then."""
        there = self.running(shift.end)
        if there is not None and there.id != shift.id:
            return there
        return self.next(shift.end)

    def between(self, since: Millis, until: Millis) -> list[Shift]:
        """All that ran at any time from `since` until `until`, in the order of their beginning."""
        days = (local_day(until, self.zone) - local_day(since, self.zone)).days
        near = self._near(until, days + _LOOK_DAYS)
        return sorted((one for one in near if since < one.end and one.start <= until), key=_begin)

    def named(self, shift_id: str) -> Shift | None:
        """The shift of that id; None where these have no such one."""
        day, _, name = shift_id.partition("/")
        try:
            on = date.fromisoformat(day)
        except ValueError:
            return None
        return next((shift for shift in self._on(on) if shift.name == name), None)

    def found(self, text: str, now: Millis) -> Shift | None:
        """The shift that a person means: `last`, which ended last; a name, the one that began last; an id."""
        if "/" in text:
            return self.named(text)
        begun = [shift for shift in self._near(now) if shift.start <= now]
        if text == LAST:
            return max((one for one in begun if one.end <= now), key=lambda one: one.end, default=None)
        return max((one for one in begun if one.name == text), key=_begin, default=None)

    def _near(self, moment: Millis, back: int = _LOOK_DAYS) -> Iterator[Shift]:
        today = local_day(moment, self.zone)
        for days in range(-back, _LOOK_DAYS):
            yield from self._on(today + timedelta(days))

    def _on(self, day: date) -> Iterator[Shift]:
        for each in self.hours:
            if day.weekday() in each.days:
                start, end = (local_moment(day, minutes, self.zone) for minutes in each.hours)
                yield Shift(f"{day.isoformat()}/{each.name}", each.name, start, end)


def _begin(shift: Shift) -> tuple[Millis, Millis, str]:
    return (shift.start, shift.end, shift.name)


STANDARD = (
    ShiftHours("early", Hours(8 * 60, 16 * 60)),
    ShiftHours("late", Hours(16 * 60, 24 * 60)),
    ShiftHours("night", Hours(0, 8 * 60)),
)
"""What a floor has whose settings say nothing of shifts."""


def parse_shifts(table: Any) -> tuple[ShiftHours, ...]:
    """Read `[shifts]`: NAME = "08:00-16:00", or { hours = …, days = ["weekdays"] }. Raises ValueError that
    begins with the key."""
    if not isinstance(table, dict):
        raise ValueError('shifts: a table of name = "08:00-16:00"')
    return tuple(_shift(name, entry) for name, entry in table.items())


def _shift(name: str, entry: Any) -> ShiftHours:
    where = f"shifts.{name}"
    if not name or "/" in name:
        raise ValueError(f"{where}: a name without a slash")
    if not isinstance(entry, dict):
        return ShiftHours(name, parse_span_of_day(entry, where))
    if unknown := sorted(set(entry) - {"hours", "days"}):
        raise ValueError(f"{where}: unknown key {unknown[0]!r}; known: days, hours")
    days = entry.get("days", ["daily"])
    known = {day: (day,) for day in WEEKDAYS} | DAY_GROUPS
    if not isinstance(days, list) or not days or not all(day in known for day in days):
        raise ValueError(f"{where}.days: a list of {', '.join(known)}")
    numbers = frozenset(WEEKDAYS.index(each) for day in days for each in known[day])
    return ShiftHours(name, parse_span_of_day(entry.get("hours"), f"{where}.hours"), numbers)
