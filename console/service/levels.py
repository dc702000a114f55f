"""The service level of a day by half hours: how calls were answered, per queue and over the whole floor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import tzinfo
from typing import TYPE_CHECKING

from console.domain.fold import site_midnight
from console.domain.frozen import frozen
from console.domain.instants import Millis, to_datetime
from console.domain.target import Target
from console.service.fresh import Move, fresh
from console.service.model import MEASURES, ServiceLevel
from console.service.tally import QUARTER

if TYPE_CHECKING:
    from console.domain.site import Site
    from console.service.ports import Reader

NOTHING = ServiceLevel()

WAITING = ("waiting", "ringing")
"""The states of a call whose customer waits for somebody."""


@frozen
class OpenCalls:
    """Inbound calls going on: customers who wait, since when the longest has been here, and calls that are
    being talked on."""

    waiting: int = 0
    since: Millis | None = None
    talking: int = 0

    def __add__(self, other: OpenCalls) -> OpenCalls:
        known = [since for since in (self.since, other.since) if since is not None]
        return OpenCalls(self.waiting + other.waiting, min(known, default=None), self.talking + other.talking)

    @property
    def number(self) -> int:
        """All of them."""
        return self.waiting + self.talking


@frozen
class HalfHour:
    """One half hour of the site's wall clock, from `start` up to `end`. Where the clock jumps one may be
    shorter; an hour that the clock goes through twice has its half hours twice."""

    start: Millis
    end: Millis


@frozen
class QueueLevels:
    """One queue, or the floor: a level for each half hour of a day, all of them together, its open calls."""

    halves: tuple[ServiceLevel, ...]
    total: ServiceLevel = field(default_factory=ServiceLevel)
    open: OpenCalls = field(default_factory=OpenCalls)
    target: Target = field(default_factory=Target)


@frozen
class DayLevels:
    """The levels of one day of the site, as of `at`. `site` are the settings that it is held to; `back` is
    how many days ago it was. Open calls are told of today alone."""

    at: Millis
    back: int
    start: Millis
    end: Millis
    site: Site
    halves: tuple[HalfHour, ...]
    floor: QueueLevels
    queues: Mapping[str, QueueLevels]


def service_levels(reader: Reader, now: Millis) -> Mapping[str, ServiceLevel]:
    """Per queue since the site's midnight, with what time has changed since the last tick put right."""
    midnight = site_midnight(reader.rulebook().at(now), now)
    levels = dict(reader.service_levels(midnight))
    for bucket, queue, measures in _levels_moved(fresh(reader, now)):
        if bucket >= midnight:
            levels[queue] = levels.get(queue, NOTHING) + measures
    return levels


def day_levels(reader: Reader, now: Millis, back: int = 0) -> DayLevels:
    """The day of the site's that was `back` days before today, as it is known at `now`."""
    rules = reader.rulebook().at(now)
    start, end = site_midnight(rules, now, -back), site_midnight(rules, now, 1 - back)
    site = reader.rulebook().at(min(now, end - 1)).site
    halves = half_hours(start, end, rules.site.tzinfo)
    numbers = {
        quarter: number
        for number, half in enumerate(halves)
        for quarter in range(half.start - half.start % QUARTER, half.end, QUARTER)
        if quarter >= start
    }
    moved = fresh(reader, now)
    floor = [NOTHING] * len(halves)
    found: dict[str, list[ServiceLevel]] = {}
    for bucket, queue, level in [*reader.quarters(start, end), *_levels_moved(moved)]:
        number = numbers.get(bucket)
        if number is not None and level != NOTHING:
            row = found.setdefault(queue, [NOTHING] * len(halves))
            row[number] += level
            floor[number] += level
    calls = {} if back else open_calls(reader, moved)
    targets = site.service_level
    queues = {
        queue: _levels(found.get(queue, floor[:0]), len(halves), calls.get(queue), targets.of(queue))
        for queue in sorted({*_told_of(found), *calls, *targets.queues})
    }
    whole = _levels(floor, len(halves), sum(calls.values(), OpenCalls()), targets.floor)
    return DayLevels(now, back, start, end, site, halves, whole, queues)


def _told_of(found: Mapping[str, list[ServiceLevel]]) -> list[str]:
    """The queues in which anything came: what time alone has moved may leave nothing behind."""
    return [queue for queue, row in found.items() if any(level != NOTHING for level in row)]


def _levels(row: list[ServiceLevel], count: int, calls: OpenCalls | None, target: Target) -> QueueLevels:
    halves = tuple(row) or (NOTHING,) * count
    total = sum((level for level in halves if level is not NOTHING), NOTHING)
    return QueueLevels(halves, total, calls or OpenCalls(), target)


def open_calls(reader: Reader, moved: Mapping[str, Move]) -> dict[str, OpenCalls]:
    """The inbound calls going on in each queue, with what time has `moved` put right."""
    found: dict[str, OpenCalls] = {}
    calls = {name: move.new for name, move in moved.items() if move.new.kind == "call"}
    for queue, state, number, oldest in reader.open_calls(calls):
        found[queue] = found.get(queue, OpenCalls()) + _calls(state, number, oldest)
    for row in calls.values():
        if row.open and row.direction == "in":
            found[row.queue] = found.get(row.queue, OpenCalls()) + _calls(row.state, 1, row.opened)
    return found


def _calls(state: str, number: int, oldest: Millis) -> OpenCalls:
    return OpenCalls(number, oldest) if state in WAITING else OpenCalls(talking=number)


def corrections(moved: Mapping[str, Move]) -> Iterator[tuple[Millis, str, str, int]]:
    """What the buckets lack, and have too much, of items that time alone has moved: (start, queue, measure,
    number)."""
    for old, new, _ in moved.values():
        for row, sign in ((old, -1), (new, +1)):
            if row is not None:
                for bucket, queue, measure, number in row.tally:
                    yield bucket, queue, measure, sign * number


def _levels_moved(moved: Mapping[str, Move]) -> list[tuple[Millis, str, ServiceLevel]]:
    """The same of service levels alone: (start, queue, level)."""
    return [
        (bucket, queue, replace(NOTHING, **{measure: number}))
        for bucket, queue, measure, number in corrections(moved)
        if measure in MEASURES
    ]


def half_hours(start: Millis, end: Millis, zone: tzinfo) -> tuple[HalfHour, ...]:
    """The half hours of the wall clock in `zone` between two moments, by quarters of an hour in UTC.

    A zone whose offset is no multiple of a quarter (none has one today) has them to the quarter.
    """
    begun: list[Millis] = []
    before: tuple[int, object] | None = None
    for quarter in range(start, end, QUARTER):
        local = to_datetime(quarter).astimezone(zone)
        key = ((local.hour * 60 + local.minute) // 30, local.utcoffset())
        if key != before:
            begun.append(quarter)
        before = key
    return tuple(HalfHour(first, then) for first, then in zip(begun, [*begun[1:], end], strict=True))
