"""The on-call rota: who is called at a moment, who is next, and when nobody would be.

Pure. Local times follow the zone as business hours do, so a night in which the clocks change belongs to
whoever has it, an hour longer or shorter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.instants import DAY, Millis
from console.domain.localtime import local_day, local_moment

if TYPE_CHECKING:
    from console.domain.calendar import Hours

ALL_DAYS = frozenset(range(7))

_AHEAD_DAYS = 400
"""How far ahead is looked for who is next."""

_STRIDE = 30 * DAY
"""So much of it is worked out at a time."""


@frozen
class Shift:
    """Hours that come again each week: on those days (0 is Monday), in those hours.

    `people` take turns of `turn_days` each, the first of them from `since` on; before that day nobody has
    the shift. A shift belongs to the day on which it begins.
    """

    people: tuple[str, ...]
    hours: Hours
    days: frozenset[int] = ALL_DAYS
    since: date | None = None
    turn_days: int = 7

    def on(self, day: date) -> str | None:
        """Who has the shift that begins on `day`."""
        if day.weekday() not in self.days or not self.people:
            return None
        if self.since is None:
            return self.people[0]
        turns, _ = divmod((day - self.since).days, self.turn_days)
        return self.people[turns % len(self.people)] if turns >= 0 else None


@frozen
class Turn:
    """One stretch of time from `start` until `end` in which `who` is on call; nobody where that is empty."""

    start: Millis
    end: Millis
    who: str


@frozen
class Rota:
    """Weekly `shifts`, the first that fits counts; over them `turns` by date, the last that fits counts.

    `cover` are the hours in which somebody must be on call (`people` are of no account there); always, where
    there are none.
    """

    zone: tzinfo
    shifts: tuple[Shift, ...] = ()
    turns: tuple[Turn, ...] = ()
    cover: tuple[Shift, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Everybody in it."""
        named = {turn.who for turn in self.turns}
        return frozenset(named.union(*(shift.people for shift in self.shifts)) - {""})

    def on_call(self, now: Millis) -> str | None:
        """Who is on call at `now`; None where nobody is."""
        for turn in reversed(self.turns):
            if turn.start <= now < turn.end:
                return turn.who or None
        for shift in self.shifts:
            for day in _days_about(now, now, self.zone):
                who = shift.on(day)
                if who and _holds(shift, day, now, self.zone):
                    return who
        return None

    def handover(self, now: Millis) -> tuple[Millis, str | None] | None:
        """When somebody else is on call next, and who; None where that never changes for a year ahead."""
        present = self.on_call(now)
        for moment in self._after(now):
            if (who := self.on_call(moment)) != present:
                return moment, who
        return None

    def gaps(self, start: Millis, end: Millis) -> list[tuple[Millis, Millis]]:
        """The stretches of time in which somebody must be on call and nobody is, that begin before `end` and
        are not over at `start`. One that has begun counts from `start`; the last is followed to its own end,
        for a year at most."""
        found: list[tuple[Millis, Millis]] = []
        for begin, until in pairwise([start, *self._changes(start, end), end]):
            if begin < until and self._lacks(begin):
                if found and found[-1][1] == begin:
                    found[-1] = (found[-1][0], until)
                else:
                    found.append((begin, until))
        if found and found[-1][1] == end and self._lacks(end):
            over = (moment for moment in self._after(end) if not self._lacks(moment))
            found[-1] = (found[-1][0], next(over, end + _AHEAD_DAYS * DAY))
        return found

    def _lacks(self, now: Millis) -> bool:
        return self._must(now) and self.on_call(now) is None

    def _after(self, now: Millis) -> Iterator[Millis]:
        """The moments after `now` at which something begins or ends, as far as is looked ahead."""
        for start in range(now, now + _AHEAD_DAYS * DAY, _STRIDE):
            yield from self._changes(start, start + _STRIDE + 1)  # with the moment that ends the stride

    def _must(self, now: Millis) -> bool:
        if not self.cover:
            return True
        return any(
            day.weekday() in shift.days and _holds(shift, day, now, self.zone)
            for shift in self.cover
            for day in _days_about(now, now, self.zone)
        )

    def _changes(self, start: Millis, end: Millis) -> list[Millis]:
        """The moments between two others at which something begins or ends."""
        found = {moment for turn in self.turns for moment in (turn.start, turn.end)}
        for day in _days_about(start, end, self.zone):
            for shift in (*self.shifts, *self.cover):
                if day.weekday() in shift.days:
                    found |= {local_moment(day, minutes, self.zone) for minutes in shift.hours}
        return sorted(moment for moment in found if start < moment < end)


def _days_about(start: Millis, end: Millis, zone: tzinfo) -> Iterator[date]:
    """The days from the one before `start`, whose shifts may reach over, to that of `end`."""
    day, last = local_day(start, zone) - timedelta(1), local_day(end, zone)
    while day <= last:
        yield day
        day += timedelta(1)


def _holds(shift: Shift, day: date, now: Millis, zone: tzinfo) -> bool:
    start, end = (local_moment(day, minutes, zone) for minutes in shift.hours)
    return start <= now < end
