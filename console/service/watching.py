"""The watcher's work: each breach recorded once, and what is to be told of it in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeVar

from console.domain.event import Event
from console.domain.frozen import frozen, slotted
from console.domain.ladder import (
    ACKNOWLEDGED,
    OVER,
    SPENT,
    Climb,
    Ladder,
    Move,
    moves,
    plan,
    tell,
)
from console.domain.lifecycle import NOTIFIED
from console.service.alarms import happened
from console.service.alert_mark import Mark
from console.service.ledger import refold
from console.service.notice import Notice
from console.service.summary import load
from console.service.told import Bundle, Entry, Telling, Told

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.service.ports import Reader, Store, Writer
    from console.service.rows import ItemRow

T = TypeVar("T")

_MARK = "watcher"
"""The store's note of how far was looked."""

_PORTION = 200
"""Items that are read, or whose history is written, at a time: others read and write too."""

MANY = 20
"""So much at one look a system hears one by one; more as a few messages that hold `TOGETHER` each."""

TOGETHER = 100
"""Under 32 kB, which any receiver takes."""


class Watch:
    """Looks on behalf of the one daemon; each look costs what happened since the last."""

    def __init__(self, store: Store, telling: Telling) -> None:
        self._store = store
        self._telling = telling
        self._mark: Mark | None = None
        self._history: list[Event] = []

    async def look(self, now: Millis) -> int:
        """Find what is new at `now`, record it, and write what is to be told; answers how many messages."""
        mark = self._mark
        items, reached = await self._store.read(lambda reader: self._items(reader, mark, now))
        found: list[Seen] = []
        for some in _portions(items):
            found += await self._store.read(partial(self._seen, items=some, now=now))
        made = 0
        if found:
            made, history = await self._store.write(
                lambda writer: _keep(writer, self._telling, found, reached, now)
            )
            self._history += history
        self._mark = reached
        await self._write_history(now)
        return made

    def _items(self, reader: Reader, mark: Mark | None, now: Millis) -> tuple[list[str], Mark]:
        """What to look at: whatever may have changed since the last look."""
        if mark is None:
            seq, due = (int(part) for part in (reader.meta(_MARK) or "0 0").split())
            mark = Mark(seq, due)
        reached = Mark(reader.newest_event(), now)
        return list(dict.fromkeys([*happened(reader, mark, now)[0], *reader.waking_climbs(now)])), reached

    def _seen(self, reader: Reader, items: Iterable[str], now: Millis) -> list[Seen]:
        found = (_seen(reader, self._telling.ladder, item, now) for item in items)
        return [seen for seen in found if seen is not None]

    async def _write_history(self, now: Millis) -> None:
        """What the look's own transaction left: where thousands are told of, nobody shall wait for that."""
        while self._history:
            some = self._history[:_PORTION]
            await self._store.write(partial(_write_history, events=some, now=now))
            del self._history[:_PORTION]


@frozen
class Seen:
    """What a look found of one item, when `row` was kept of it."""

    item: str
    row: ItemRow | None
    moves: list[Move]


def _seen(reader: Reader, ladder: Ladder, item: str, now: Millis) -> Seen | None:
    if not any(_may_climb(ladder, clock, now) for clock in reader.clocks_of(item)) and not any(
        climb.state != ACKNOWLEDGED or climb.wake is not None for climb in reader.climbs_of(item).values()
    ):
        return None
    found = _moves(reader, ladder, item, now)
    return Seen(item, reader.item(item), found) if found else None


def _may_climb(ladder: Ladder, clock: ClockRow, now: Millis) -> bool:
    return ladder.minds(clock.norm, clock.severity) and clock.broken(now)


def _moves(reader: Reader, ladder: Ladder, item_id: str, now: Millis) -> list[Move]:
    book, row = reader.rulebook(), reader.item(item_id)
    # An act may have taken a time a little later than now.
    moment = now if row is None else max(now, row.last)
    item = load(reader, item_id, book, moment)
    return moves(ladder, item, reader.climbs_of(item_id), moment, book.at(now).site.tzinfo)


@slotted
class _Round:
    """What one look writes."""

    writer: Writer
    telling: Telling
    now: Millis
    climbs: list[Climb] = field(default_factory=list)
    history: list[Event] = field(default_factory=list)
    told: list[tuple[Told, str]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    due: dict[tuple[str, bool], dict[str, Entry]] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    full: dict[str, Millis | None] = field(default_factory=dict)

    def take(self, seen: Seen) -> None:
        """Take over one item's climbs and note what is due. What was read holds if nothing happened since."""
        ladder, item_id = self.telling.ladder, seen.item
        known = self.writer.climbs_of(item_id)
        zone = self.writer.rulebook().at(self.now).site.tzinfo
        row = self.writer.item(item_id)
        for move in seen.moves if row == seen.row else _moves(self.writer, ladder, item_id, self.now):
            climb, told, wakes = move.climb, [], []
            for number in move.due:
                channels, unmanned = self.telling.reach(ladder.steps[number].who, self.now)
                waits = [until for name in channels if (until := self._full_until(name)) is not None]
                if waits:
                    wakes.append(max(waits))
                    continue
                told.append(number)
                count = 1 + sum(step == number for step, _ in climb.told)
                if channels:
                    self.history.append(
                        _history(climb, ladder.steps[number].who, number, count, row, self.now)
                    )
                for name in channels:
                    entry = Entry(climb, ladder.steps[number], count, row)
                    self.due.setdefault((name, unmanned), {}).setdefault(climb.clock, entry)
            if move.due:
                climb = tell(climb, told, self.now)
                after = plan(ladder, climb, self.now, zone, snoozed=row.snoozed if row else None)
                wake = min(wakes) if after.due else after.wake
                wake = min([*wakes, *([wake] if wake else [])], default=None)
                climb = replace(climb, wake=wake, state=climb.state if wake else SPENT)
            if move.missed:
                self.missed[climb.norm] += 1
            self.climbs.append(climb)
            self._tell_systems(move, known.get(climb.clock), row)

    def _full_until(self, channel: str) -> Millis | None:
        """Until when a channel has had its fill of messages: after a burst it gets one a window, until it has
        had rest for as long as the burst's worth of these."""
        if channel not in self.full:
            ladder = self.telling.ladder
            made = self.writer.notices_made(channel, self.now - ladder.burst * ladder.window)
            until = made[-1] + ladder.window if len(made) >= ladder.burst else self.now
            self.full[channel] = until if until > self.now else None
        return self.full[channel]

    def _tell_systems(self, move: Move, before: Climb | None, row: ItemRow | None) -> None:
        climb = move.climb
        ended = before is not None and before.state not in (OVER, ACKNOWLEDGED)
        if move.new:
            told = "clock.breached"
        elif ended and climb.state in (OVER, ACKNOWLEDGED):
            told = f"clock.{climb.state}"
        else:
            return
        self.told.append((Told(told, climb, row, self.now), "" if move.new else str(self.now)))

    def write_to_systems(self) -> None:
        """Make messages of what systems hear of: the worst first where it is much."""
        told = self.told
        if len(told) > MANY:
            told.sort(key=lambda one: (one[0].climb.severity, one[0].climb.broke))
        together = TOGETHER if len(told) > MANY else 1
        for start in range(0, len(told), together):
            some = [one for one, _ in told[start : start + together]]
            if together == 1:
                data, key = self.telling.content(some[0]), (some[0].type, some[0].climb.clock, told[start][1])
            else:
                data = self.telling.contents(some, len(told), len(told) - start - len(some))
                key = ("many", some[0].climb.clock, f"{self.now} {start}")
            for name in self.telling.systems:
                self.notices.append(self._notice(name, "", (name, *key), data))

    def write_up(self) -> None:
        """Make messages of what is due: a few one by one, many as one."""
        rules = self.writer.rulebook().at(self.now)
        if self.missed and self.telling.ladder.steps:
            rests = next((step for step in self.telling.ladder.steps if step.rests), None)
            channels, unmanned = self.telling.reach(rests.who, self.now) if rests else ((), False)
            for name in channels:
                self.due.setdefault((name, unmanned), {})
        for (name, unmanned), entries in self.due.items():
            missed = dict(self.missed)
            whole = bool(missed) or len(entries) > self.telling.ladder.few
            groups = [tuple(entries.values())] if whole else [(entry,) for entry in entries.values()]
            for group in groups:
                bundle = Bundle(group, rules, self.now, missed, unmanned)
                key = (name, *(f"{each.climb.clock} {each.step.who} {each.count}" for each in group))
                about = [[each.climb.item, each.climb.clock] for each in group]
                data = {**self.telling.write_up(name, bundle), "clocks": about}
                address = ", ".join(dict.fromkeys(each.step.who for each in group))
                self.notices.append(self._notice(name, address, (*key, str(self.now)), data))

    def _notice(self, channel: str, address: str, key: Iterable[str], data: Mapping[str, Any]) -> Notice:
        name = blake2b("\n".join(key).encode(), digest_size=12).hexdigest()
        return Notice(name, channel, address, self.now, self.now, self.now, data=data)


def _history(climb: Climb, who: str, step: int, count: int, row: ItemRow | None, now: Millis) -> Event:
    """What the item's history says of it. Its name is the same however often it is worked out."""
    return Event(
        source="watcher",
        id=f"{climb.clock}:{step}:{count}",
        type=NOTIFIED,
        subject=climb.item,
        time=max(now, row.last + 1 if row else 0),
        data={"clock": climb.clock, "norm": climb.norm, "to": who},
    )


def _portions(things: Sequence[T]) -> Iterable[Sequence[T]]:
    return (things[start : start + _PORTION] for start in range(0, len(things), _PORTION))


def _keep(
    writer: Writer, telling: Telling, seen: Iterable[Seen], mark: Mark, now: Millis
) -> tuple[int, list[Event]]:
    """Write what a look found; answers how many messages, and what of the history is still to be written."""
    found = _Round(writer, telling, now)
    for one in seen:
        found.take(one)
    found.write_up()
    found.write_to_systems()
    writer.put_climbs(found.climbs)
    writer.put_notices(found.notices)
    writer.put_meta(_MARK, f"{mark.seq} {mark.due}")
    at_once = found.history if len(found.history) <= _PORTION else []
    _write_history(writer, at_once, now)
    return len(found.notices), found.history[len(at_once) :]


def _write_history(writer: Writer, events: Sequence[Event], now: Millis) -> None:
    writer.add_events(events, now)
    moment = max([now, *(event.time for event in events)])
    refold(writer, dict.fromkeys(event.subject for event in events), writer.rulebook(), moment)
