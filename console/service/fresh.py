"""What time alone has changed since somebody ticked, worked out by whoever reads."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

from console.service.grouping import group_of, grouped
from console.service.history import AsOf, Known
from console.service.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.domain.item import Item
    from console.domain.rules import Rules
    from console.service.ports import Reader
    from console.service.rows import ItemRow

_KEY = "fresh"
"""The name under which a reader keeps it."""


class Move(NamedTuple):
    """An item that time alone has changed since somebody ticked: as written, as it is, and the severity of
    the norm that gives it its place."""

    old: ItemRow | None
    new: ItemRow
    severity: int | None = None


Moved = dict[str, Move]


def fresh(reader: Reader, now: Millis) -> Mapping[str, Move]:
    """What a tick at `now` would move, moved by the reader itself. Right until the reading ends.

    Where nobody ticks, that may be thousands: a reader that keeps what it found goes on from there.
    """
    kept = reader.kept
    if kept is None:
        return Present(None).go_on(reader, now)
    rules, present = reader.rulebook().at(now), _present(kept)
    if present is None or present.rules is not rules or present.until is None or present.until > now:
        present = Present(rules)
    kept.pop(_KEY, None)  # half of a step is worth nothing
    moved = present.go_on(reader, now)
    kept[_KEY] = present
    return moved


def folded(reader: Reader, item_id: str, now: Millis, moved: Collection[str]) -> Item:
    """One item as of `now`, when all those have `moved` that bear on it."""
    present = None if reader.kept is None else _present(reader.kept)
    if present is not None and present.until == now:
        return AsOf(reader, now, (), present.known).folded(item_id)
    return AsOf(reader, now, [*moved, item_id]).items[item_id]


def _present(kept: Mapping[str, Any]) -> Present | None:
    found: Present | None = kept.get(_KEY)
    return found


class Present:
    """What has moved up to a moment. It goes on to a later one by what becomes due in between, as a tick
    would: an item says itself when time alone will change it again."""

    def __init__(self, rules: Rules | None) -> None:
        """`rules` are those in force."""
        self.rules = rules
        self.until: Millis | None = None
        self.known = Known()
        self._moved: Moved = {}
        self._alone: Moved = {}
        self._led: dict[str, Moved] = {}
        self._callbacks: dict[str, set[str]] = {}
        self._nexts: list[tuple[Millis, str]] = []

    def go_on(self, reader: Reader, now: Millis) -> Moved:
        """All that has moved at `now`."""
        due = dict.fromkeys(row.id for row in reader.due(now, since=self.until))
        self.until = now
        while self._nexts and self._nexts[0][0] <= now:
            due[heappop(self._nexts)[1]] = None
        if due:
            self._fold(reader, due, now)
        return self._moved

    def _fold(self, reader: Reader, due: Iterable[str], now: Millis) -> None:
        book = reader.rulebook()
        customers: dict[str, None] = {}
        for name, item in AsOf(reader, now, due, self.known).items.items():
            before, old = self._alone.pop(name, None), reader.item(name)
            new, clocks = summarise(item, old.version if old else 0, book, now)
            if old is not None and new.open:
                new = new._replace(lead=old.lead, promises=old.promises)
            if new != old:
                self._alone[name] = Move(old, new, severity_of(new, clocks))
            if new.next is not None:
                heappush(self._nexts, (new.next, name))
            self._tell(name)
            for row in (old, new, before.new if before else None):
                if row is not None and row.kind == "callback" and row.customer:
                    self._callbacks.setdefault(row.customer, set()).add(name)
                    customers[row.customer] = None
        for customer in customers:
            for name in self._led.pop(customer, ()):
                self._tell(name)
        for customer in customers:
            self._regroup(reader, customer)

    def _tell(self, name: str) -> None:
        """Tell of an item as it is by itself."""
        if name in self._alone:
            self._moved[name] = self._alone[name]
        else:
            self._moved.pop(name, None)

    def _regroup(self, reader: Reader, customer: str) -> None:
        """Let another of a customer's callbacks lead, where time has changed which of them does."""
        names = self._callbacks[customer]
        moves = [self._alone[name] for name in names if name in self._alone]
        if all(move.new.kind != "callback" or group_of(move.old) == group_of(move.new) for move in moves):
            return
        theirs = []
        for name in dict.fromkeys([*reader.callbacks_of(customer), *names]):
            row = self._alone[name].new if name in self._alone else reader.item(name)
            if row is not None and row.kind == "callback" and row.customer == customer:
                theirs.append(row)
        led = self._led[customer] = {}
        for row in grouped(theirs):
            if row.id in self._alone:
                led[row.id] = self._alone[row.id]._replace(new=row)
            elif (old := reader.item(row.id)) != row:
                led[row.id] = Move(old, row, severity_of(row, reader.clocks_of(row.id)))
        self._moved |= led


def severity_of(row: ItemRow, clocks: Iterable[ClockRow]) -> int | None:
    """That of the norm which gives a row its place, by the clocks of its item."""
    return next((clock.severity for clock in clocks if clock.name == row.clock), None)
