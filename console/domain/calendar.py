"""Business time: the hours that a floor works, and how far they carry a clock, to the millisecond.

Local times follow the zone: one that occurs twice (the clocks go back) is the earlier one, one that never
occurs (they go forward) is shifted forward. The hours of a day are those that begin on it, so a night
shift belongs to the day of its evening, also where the next day is a holiday.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from console.domain.frozen import frozen
from console.domain.instants import DAY, MINUTE, Millis, to_millis
from console.domain.localtime import DAY_MINUTES, days_away, local_day, local_moment

WEEK_DAYS = 7

_HORIZON_DAYS = 50 * 366
"""A clock looks no further than this; what is left then is added as plain time."""

_REMEMBERED = 1000
"""Days whose hours are kept: the clocks of a floor ask for the same few again and again."""

_FIRST, _LAST = (to_millis(datetime(year, 1, 1, tzinfo=UTC)) for year in (1900, 9000))
"""Outside these moments there are no business hours: all time counts."""


class Hours(NamedTuple):
    """One span of a day, in minutes after its midnight. `end` is later than `start`, by a day at most; one
    beyond 24:00 goes on into the next day."""

    start: int
    end: int

    def __str__(self) -> str:
        end = self.end if self.end <= DAY_MINUTES else self.end - DAY_MINUTES
        return f"{self.start // 60:02d}:{self.start % 60:02d}-{end // 60:02d}:{end % 60:02d}"


class Left(NamedTuple):
    """A day that a holiday or a day off took out of the week's hours, and what it is called."""

    day: date
    name: str


@frozen
class Calendar:
    """The hours of an ordinary week from Monday on, and of the days that differ; a day off has none: ().

    `names` says what such days are called. `known_from` and `known_until` are the first and the last day for
    which the holidays are known; None where the calendar follows none, which is the same as always.
    """

    name: str
    zone: tzinfo
    week: tuple[tuple[Hours, ...], ...]
    days: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)
    known_from: date | None = None
    known_until: date | None = None
    _special: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _week_millis: Millis = field(init=False, repr=False, compare=False)
    _known: dict[date, list[tuple[Millis, Millis]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Raises ValueError where an ordinary week has no hours: a clock on it might never end."""
        if len(self.week) != WEEK_DAYS or not any(self.week):
            raise ValueError(f"calendar {self.name!r} has no hours in an ordinary week")
        object.__setattr__(self, "_special", tuple(sorted(day.toordinal() for day in self.days)))
        object.__setattr__(self, "_week_millis", _week_minutes(self.week) * MINUTE)

    def add(self, start: Millis, length: Millis) -> Millis:
        """The first moment at which `length` of business time has run since `start`.

        A start outside the hours counts from the next opening. No length at all has run at once.
        """
        if length <= 0:
            return start
        left, day = length, self._day(start)
        if day is None:
            return start + length
        last = day + timedelta(_HORIZON_DAYS)
        while day < last:
            if left > self._week_millis and self._is_plain_week(day, start):
                left -= self._week_millis
                day += timedelta(WEEK_DAYS)
                continue
            for opens, closes in self._open(day):
                opens = max(opens, start)
                if opens < closes:
                    if left <= closes - opens:
                        return opens + left
                    left -= closes - opens
            day += timedelta(1)
        return local_moment(day, 0, self.zone) + left

    def between(self, start: Millis, end: Millis) -> Millis:
        """How much business time lies in [start, end); 0 where `end` is not later than `start`."""
        if end <= start:
            return 0
        day, last = self._day(start), self._day(end)
        if day is None or last is None:
            return end - start
        total = 0
        while day <= last:
            if (last - day).days > WEEK_DAYS and self._is_plain_week(day, start):
                total += self._week_millis
                day += timedelta(WEEK_DAYS)
                continue
            for opens, closes in self._open(day):
                total += max(0, min(closes, end) - max(opens, start))
            day += timedelta(1)
        return total

    def is_open(self, moment: Millis) -> bool:
        """Whether the floor works at `moment`; at the closing minute it does not any more."""
        day = self._day(moment)
        return day is None or any(opens <= moment < closes for opens, closes in self._open(day))

    def next_opening(self, moment: Millis) -> Millis:
        """The first moment from `moment` on at which the floor works: itself, where it does already."""
        return self.add(moment, 1) - 1

    def end_of_next_day(self, moment: Millis) -> Millis:
        """The midnight that ends the first working day after the day of `moment`."""
        day = self._day(moment)
        if day is None:
            return moment + 2 * DAY
        for _ in range(_HORIZON_DAYS):
            day += timedelta(1)
            if self._hours(day):
                break
        return local_moment(day, DAY_MINUTES, self.zone)

    def workdays_away(self, moment: Millis, days: int) -> Millis:
        """The same time of day so many working days later; before where `days` is less than 0."""
        if self._day(moment) is None:
            return moment + days * DAY
        return days_away(moment, self.zone, days, lambda day: bool(self._hours(day)))

    def left_out(self, start: Millis, end: Millis) -> Iterator[Left]:
        """The days between two moments whose ordinary hours don't count, in their order."""
        first, last = self._day(start), self._day(end)
        if first is None or last is None:
            return
        low = bisect_left(self._special, first.toordinal())
        for ordinal in self._special[low : bisect_right(self._special, last.toordinal())]:
            day = date.fromordinal(ordinal)
            if not self.days[day] and self.week[day.weekday()]:
                yield Left(day, self.names.get(day, ""))

    def knows(self, start: Millis, end: Millis) -> bool:
        """Whether the holidays are known for all days from `start` to `end`."""
        first, last = self._day(start), self._day(end)
        if first is None or last is None:
            return True
        return (self.known_from is None or self.known_from <= first) and (
            self.known_until is None or last <= self.known_until
        )

    def _day(self, moment: Millis) -> date | None:
        """The local day of `moment`; None where no calendar reaches."""
        if not _FIRST <= moment < _LAST:
            return None
        return local_day(moment, self.zone)

    def _hours(self, day: date) -> tuple[Hours, ...]:
        special = self.days.get(day)
        return self.week[day.weekday()] if special is None else special

    def _open(self, day: date) -> list[tuple[Millis, Millis]]:
        """When the floor works between this day's midnight and the next, in order, without an overlap."""
        found = self._known.get(day)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[day] = found = self._reckon(day)
        return found

    def _reckon(self, day: date) -> list[tuple[Millis, Millis]]:
        before = day - timedelta(1)
        begin, end = local_moment(day, 0, self.zone), local_moment(day, DAY_MINUTES, self.zone)
        spans = [
            [local_moment(begun, minutes, self.zone) for minutes in span]
            for begun in (day, before)
            for span in self._hours(begun)
        ]
        found: list[tuple[Millis, Millis]] = []
        reached = begin
        for opens, closes in sorted(spans):
            opens, closes = max(opens, reached), min(closes, end)
            if opens < closes:
                found.append((opens, closes))
                reached = closes
        return found

    def _is_plain_week(self, day: date, start: Millis) -> bool:
        """Whether the seven days from `day` on lie after `start` and are as long as any: no day that
        differs, no change of the clocks."""
        first = day.toordinal()
        found = bisect_left(self._special, first - 1)
        if found < len(self._special) and self._special[found] < first + WEEK_DAYS:
            return False
        offsets = {
            datetime.combine(day + timedelta(days), time(), self.zone).utcoffset()
            for days in range(-1, WEEK_DAYS + 1)
        }
        return len(offsets) == 1 and local_moment(day, 0, self.zone) >= start


def _week_minutes(week: tuple[tuple[Hours, ...], ...]) -> int:
    """How many minutes of any week are business time, night shifts over its end included."""
    whole = WEEK_DAYS * DAY_MINUTES
    spans: list[tuple[int, int]] = []
    for weekday, hours in enumerate(week):
        for span in hours:
            start, end = weekday * DAY_MINUTES + span.start, weekday * DAY_MINUTES + span.end
            spans.append((start, min(end, whole)))
            if end > whole:
                spans.append((0, end - whole))
    total = reached = 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
