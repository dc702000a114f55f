"""The floor seen from a step back: what matters of each queue, and what is worst."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.lifecycle import BOARD_KINDS
from console.domain.place import BREACHED
from console.domain.query import Query
from console.service import board
from console.service.fresh import fresh
from console.service.glance import feeds
from console.service.levels import (
    NOTHING,
    WAITING,
    OpenCalls,
    QueueLevels,
    open_calls,
    service_levels,
)
from console.service.model import Counts
from console.service.people import agents
from console.service.rows import queue_row

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.site import Site
    from console.service.fresh import Move
    from console.service.model import AgentView, FeedState, QueueRow
    from console.service.ports import Reader
    from console.service.rows import ItemRow

BUSY = ("ringing", "talking", "holding", "wrap-up")
"""What somebody does who can take nothing now, and soon will."""

SEEN = 500
"""So many of the items of which a feed may have told last are looked at for what it tells of."""


@frozen
class Staff:
    """Who is there for a queue. `free` are names, whoever is free longest first; `unsure` are those of whom a
    silent feed told something, `unknown` those of whom nobody tells anything."""

    free: tuple[str, ...] = ()
    busy: int = 0
    away: int = 0
    unsure: int = 0
    unknown: int = 0

    @property
    def known(self) -> bool:
        """Whether anything is known of anybody here."""
        return bool(self.free or self.busy or self.away or self.unsure)


@frozen
class Figures:
    """One queue (`""`: items without one) or the whole floor (None). `levels` are today's, without half
    hours. `longest` is the call whose customer waits longest; where nobody waits, what has been broken for
    longest. `silent` are the lost sources that tell of what is counted here: no figure is sure. `worst` are
    its first rows of the board, where they were asked for."""

    queue: str | None
    open: int = 0
    breached: int = 0
    at_risk: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    levels: QueueLevels = field(default_factory=lambda: QueueLevels((), NOTHING))
    longest: QueueRow | None = None
    staff: Staff = field(default_factory=Staff)
    silent: frozenset[str] = frozenset()
    worst: tuple[QueueRow, ...] = ()


@frozen
class Wall:
    """All of it as of `at`: the floor, its queues by name, the top of the board, the settings in force.
    `silent` are the lost sources with the kinds of item that they tell of (none: nobody can say)."""

    at: Millis
    floor: Figures
    queues: tuple[Figures, ...]
    worst: tuple[QueueRow, ...]
    feeds: tuple[FeedState, ...]
    silent: Mapping[str, frozenset[str]]
    site: Site


def wall(reader: Reader, now: Millis, count: int, queue: str = "", each: int = 0) -> Wall:
    """The floor, or one queue of it alone, with the `count` rows that are worst, and with `each` that are
    worst in each queue."""
    moved = fresh(reader, now)
    site = reader.rulebook().at(now).site
    numbers = _numbers(reader, moved)
    levels, calls = service_levels(reader, now), open_calls(reader, moved)
    names = {*numbers, *levels, *calls, *site.service_level.queues}
    people = agents(reader, now)
    state = feeds(reader, now)
    told = {feed.source: _told_by(reader, feed) for feed in state if feed.lost}
    silent = {source: frozenset(kind for kind, _ in tells) for source, tells in told.items()}
    longest = _longest(reader, moved, numbers, calls)
    found, doubts = [], frozenset[str]()
    for name in sorted({queue} if queue else names, key=lambda name: (not name, name)):
        theirs = people if len(names) == 1 else tuple(one for one in people if name in one.queues)
        level = QueueLevels(
            (), levels.get(name, NOTHING), calls.get(name, OpenCalls()), site.service_level.of(name)
        )
        doubtful = _feeding(reader, name, numbers.get(name, {}), told) if told else frozenset()
        doubts |= doubtful
        found.append(
            _figures(name, numbers.get(name, {}), level, longest.get(name), theirs, silent, doubtful)
        )
    total: dict[tuple[str, int], int] = {}
    for one in numbers.values():
        for key, number in one.items():
            total[key] = total.get(key, 0) + number
    everything = QueueLevels(
        (),
        sum(levels.values(), NOTHING),
        sum(calls.values(), OpenCalls()),
        site.service_level.floor,
    )
    floor = _figures(None, total, everything, _worst_of(longest.values()), people, silent, doubts)
    worst = _worst(reader, queue or None, count, now)
    shown = tuple(one for one in found if queue or one.queue or one.open)
    if each:
        shown = tuple(replace(one, worst=_worst(reader, one.queue, each, now)) for one in shown)
    return Wall(now, floor, shown, worst, state, silent, site)


def _worst(reader: Reader, queue: str | None, count: int, now: Millis) -> tuple[QueueRow, ...]:
    query = Query() if queue is None else Query(terms=(("queue", queue or "none", True),))
    return board.window(reader, query, count, None, None, now).rows


def _numbers(reader: Reader, moved: Mapping[str, Move]) -> dict[str, dict[tuple[str, int], int]]:
    """How many items of each (kind, band) are open in each queue."""
    numbers: dict[str, dict[tuple[str, int], int]] = {}

    def add(queue: str, kind: str, band: int, number: int) -> None:
        of_queue = numbers.setdefault(queue, {})
        of_queue[kind, band] = of_queue.get((kind, band), 0) + number

    for written in reader.counters():
        add(*written)
    for old, new, _ in moved.values():
        for row, sign in ((old, -1), (new, +1)):
            if row is not None and row.open:
                add(row.queue, row.kind, row.band, sign)
    return {queue: of_queue for queue, of_queue in numbers.items() if any(of_queue.values())}


def _figures(
    queue: str | None,
    numbers: Mapping[tuple[str, int], int],
    levels: QueueLevels,
    longest: ItemRow | None,
    people: Iterable[AgentView],
    silent: Mapping[str, frozenset[str]],
    doubtful: frozenset[str],
) -> Figures:
    counts = Counts.of(numbers)
    unsure = {each.source for each in people if each.state and each.source in silent}
    return Figures(
        queue,
        counts.open,
        counts.breached,
        counts.at_risk,
        counts.kinds,
        levels,
        None if longest is None else queue_row(longest),
        _staff(people, silent),
        doubtful | unsure,
    )


def _told_by(reader: Reader, feed: FeedState) -> frozenset[tuple[str, str]]:
    """(kind, queue) of what a feed told of before it fell silent; empty where nobody can say."""
    seen = reader.told_before(feed.heard, SEEN)
    return frozenset(
        (kind, queue) for source, kind, queue in seen if source == feed.source and kind in BOARD_KINDS
    )


def _feeding(
    reader: Reader,
    queue: str,
    numbers: Mapping[tuple[str, int], int],
    told: Mapping[str, frozenset[tuple[str, str]]],
) -> frozenset[str]:
    """Which silent sources feed a queue: those that told of it last, or of something that is open there. Of a
    queue with more than can be looked at also those that tell of the kinds which it has."""
    sources = reader.sources_of(queue, SEEN)
    whole = sum(numbers.values()) <= SEEN
    kinds = {kind for (kind, _), number in numbers.items() if number}
    return frozenset(
        source
        for source, tells in told.items()
        if source in sources
        or not tells
        or any(where == queue or (not whole and kind in kinds) for kind, where in tells)
    )


def _staff(people: Iterable[AgentView], silent: Mapping[str, object]) -> Staff:
    sure = [each for each in people if each.state and each.source not in silent]
    free = sorted((each for each in sure if each.state == "available"), key=lambda each: each.since or 0)
    return Staff(
        tuple(each.name for each in free),
        sum(each.state in BUSY for each in sure),
        sum(each.state not in (*BUSY, "available", "offline") for each in sure),
        sum(bool(each.state) and each.source in silent for each in people),
        sum(not each.state for each in people),
    )


def _longest(
    reader: Reader,
    moved: Mapping[str, Move],
    numbers: Mapping[str, Mapping[tuple[str, int], int]],
    calls: Mapping[str, OpenCalls],
) -> dict[str, ItemRow]:
    """Of each queue the call that waits longest; where none waits, what has been broken for longest."""
    names = (reader.first_waiting(queue, WAITING, moved) for queue, one in calls.items() if one.waiting)
    rows = reader.items([name for found in names for name in found])
    rows += [move.new for move in moved.values() if _waits(move.new)]
    found: dict[str, ItemRow] = {}
    for row in sorted(rows, key=lambda row: (row.opened, row.id)):
        found.setdefault(row.queue, row)
    for queue, of_queue in numbers.items():
        if queue in found or not any(n for (_, band), n in of_queue.items() if band == BREACHED):
            continue
        late = reader.items(reader.longest_over(queue, moved))
        late += [
            move.new
            for move in moved.values()
            if move.new.open and move.new.band == BREACHED and move.new.queue == queue
        ]
        if late:
            found[queue] = min(late, key=lambda row: (row.at, row.id))
    return found


def _waits(row: ItemRow) -> bool:
    return row.open and row.kind == "call" and row.direction == "in" and row.state in WAITING


def _worst_of(rows: Iterable[ItemRow]) -> ItemRow | None:
    """Who waits longest; where nobody waits, what has been broken for longest."""
    known = list(rows)
    waiting = [row for row in known if _waits(row)]
    if waiting:
        return min(waiting, key=lambda row: (row.opened, row.id))
    return min(known, key=lambda row: (row.at, row.id), default=None)
