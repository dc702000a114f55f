"""The watcher's work: each breach recorded once, and what is to be told of it in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from console.domain.event import Event
from console.domain.frozen import frozen
from console.domain.ladder import (
    ACKNOWLEDGED,
    ON_CALL,
    OVER,
    SPENT,
    Climb,
    Ladder,
    Move,
    Step,
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

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.domain.rota import Rota
    from console.domain.rules import Rules
    from console.service.ports import Reader, Store, Writer
    from console.service.rows import ItemRow

_MARK = "watcher"
"""The store's note of how far was looked."""


@frozen
class Entry:
    """One breach that a message tells of: by which step, and the how-manieth notice of that step it is."""

    climb: Climb
    step: Step
    count: int
    row: ItemRow | None


@frozen
class Bundle:
    """What one message says. Many `entries` are told as one. `missed` are breaches, by norm, of which nobody
    heard for the quiet and which are over. `unmanned`: it is for whoever is on call, and nobody is."""

    entries: tuple[Entry, ...]
    rules: Rules
    now: Millis
    missed: Mapping[str, int] = field(default_factory=dict)
    unmanned: bool = False


@frozen
class Told:
    """What became of a breach, for a system: `type` is clock.breached, clock.acknowledged or clock.over."""

    type: str
    climb: Climb
    row: ItemRow | None
    now: Millis


@frozen
class Telling:
    """Who is told, and how. `channels` leads from a role or a person to the names of their channels,
    `systems` are the channels of systems, which hear of everything. `write_up` makes a message of a bundle in
    a channel's words, `content` what a system is sent. Where nobody is on call, `stand_in` is told."""

    ladder: Ladder = field(default_factory=Ladder)
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    systems: tuple[str, ...] = ()
    rota: Rota | None = None
    stand_in: str = ""
    write_up: Callable[[str, Bundle], Mapping[str, Any]] = lambda channel, bundle: {}
    content: Callable[[Told], Mapping[str, Any]] = lambda told: {}

    def reach(self, who: str, now: Millis) -> tuple[tuple[str, ...], bool]:
        """The channels of a role or a person at `now`, and whether nobody is on call."""
        if who != ON_CALL or self.rota is None:
            return self.channels.get(who, ()), False
        person = self.rota.on_call(now)
        shared = self.channels.get(ON_CALL, ())
        if person is not None:
            return tuple(dict.fromkeys((*self.channels.get(person, ()), *shared))), False
        return shared or self.channels.get(self.stand_in, ()), True


class Watch:
    """Looks on behalf of the one daemon; each look costs what happened since the last."""

    def __init__(self, store: Store, telling: Telling) -> None:
        self._store = store
        self._telling = telling
        self._mark: Mark | None = None

    async def look(self, now: Millis) -> int:
        """Find what is new at `now`, record it, and write what is to be told; answers how many messages."""
        mark = self._mark
        found, reached = await self._store.read(lambda reader: self._read(reader, mark, now))
        made = 0
        if found:
            made = await self._store.write(lambda writer: _keep(writer, self._telling, found, reached, now))
        self._mark = reached
        return made

    def _read(self, reader: Reader, mark: Mark | None, now: Millis) -> tuple[list[Seen], Mark]:
        if mark is None:
            seq, due = (int(part) for part in (reader.meta(_MARK) or "0 0").split())
            mark = Mark(seq, due)
        reached = Mark(reader.newest_event(), now)
        items = dict.fromkeys([*happened(reader, mark, now)[0], *reader.waking_climbs(now)])
        found = (_seen(reader, self._telling.ladder, item, now) for item in items)
        return [seen for seen in found if seen is not None], reached


@dataclass(frozen=True, slots=True)
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


@dataclass(slots=True)
class _Round:
    """What one look writes."""

    writer: Writer
    telling: Telling
    now: Millis
    climbs: list[Climb] = field(default_factory=list)
    history: list[Event] = field(default_factory=list)
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
        """Until when a channel has had its fill of messages."""
        if channel not in self.full:
            ladder = self.telling.ladder
            made = self.writer.notices_made(channel, self.now - ladder.window)
            enough = len(made) >= ladder.burst
            self.full[channel] = made[-ladder.burst] + ladder.window if enough else None
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
        data = self.telling.content(Told(told, climb, row, self.now))
        for name in self.telling.systems:
            key = (name, told, climb.clock, "" if move.new else str(self.now))
            self.notices.append(self._notice(name, "", key, data))

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


def _keep(writer: Writer, telling: Telling, seen: Iterable[Seen], mark: Mark, now: Millis) -> int:
    found = _Round(writer, telling, now)
    for one in seen:
        found.take(one)
    found.write_up()
    writer.put_climbs(found.climbs)
    writer.put_notices(found.notices)
    writer.add_events(found.history, now)
    moment = max([now, *(event.time for event in found.history)])
    refold(writer, dict.fromkeys(event.subject for event in found.history), writer.rulebook(), moment)
    writer.put_meta(_MARK, f"{mark.seq} {mark.due}")
    return len(found.notices)
