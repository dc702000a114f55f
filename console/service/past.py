"""The board as it stood at an earlier moment: what was open then, folded as of then.

What is written holds for all that nothing has happened to since. The rest is folded with everything later cut
off, a few items at a time, so that others can read in between and whoever asked may leave.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.lifecycle import BOARD_KINDS, order_key
from console.domain.place import AT_RISK, BREACHED
from console.domain.reckoning import reckonings
from console.service.board import told
from console.service.fresh import severity_of
from console.service.grouping import grouped
from console.service.history import AsOf, Known
from console.service.model import Counts, Entry, ItemView
from console.service.rows import queue_row
from console.service.summary import customers, summarise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from console.domain.instants import Millis
    from console.domain.item import Item
    from console.domain.query import Query
    from console.domain.rules import Rules
    from console.service.model import Place, QueueRow
    from console.service.ports import Reader
    from console.service.rows import ItemRow

STEP = 40
"""So many items are folded in one reading."""

PAGE = 200
"""So many written rows are looked at in one go."""


@frozen
class Past:
    """The board as of `at`: its first rows (`more` stand below them), the counters, what held then."""

    at: Millis
    rows: tuple[QueueRow, ...]
    more: bool
    counts: Counts
    rules: Rules


class LookBack:
    """One look at an earlier moment. `begin`, then `step` until nothing is left, then `finish`; after that
    `view` shows single items."""

    def __init__(self, at: Millis, query: Query, count: int, now: Millis) -> None:
        self.at = at
        self._query = query
        self._count = count
        self._now = now
        self._known = Known()
        self._items: dict[str, Item] = {}
        self._todo: deque[str] = deque()

    # --- folding ----------------------------------------------------------------------------------

    def begin(self, reader: Reader) -> int:
        """Find what is to be folded; answers how much that is."""
        self._todo = deque(self._changed(reader))
        return len(self._todo)

    def step(self, reader: Reader) -> int:
        """Fold a few of them; answers how many are left."""
        some = [self._todo.popleft() for _ in range(min(STEP, len(self._todo)))]
        self._fold(reader, some)
        return len(self._todo)

    def _changed(self, reader: Reader) -> list[str]:
        longest = max(rules.site.lost_after for _, rules in reader.rulebook().versions)
        return [
            name for name in reader.stood_otherwise(self.at, longest, self._now) if name not in self._items
        ]

    def _fold(self, reader: Reader, names: Iterable[str]) -> None:
        self._items |= AsOf(reader, self.at, names, self._known).items

    # --- the board --------------------------------------------------------------------------------

    def finish(self, reader: Reader) -> Past:
        """The board, from what was folded and what is written."""
        self._fold(reader, self._changed(reader))  # what happened since `begin`
        query, rules = self._query, reader.rulebook().at(self.at)
        if query.words or query.barred:
            query = query.knowing({agent.id: agent.name for agent in rules.site.agents.values()})
        found: dict[str, ItemRow | None] = {}
        severities: dict[str, int | None] = {}
        for name in self._items:
            found[name], severities[name] = self._row(reader, name)
        self._regroup(reader, found)
        rows = [
            row
            for row in found.values()
            if row is not None
            and row.open
            and row.lead
            and query.finds(told(row, self._severity(reader, row, severities)), row.words)
        ]
        rows += self._written(reader, query, found)
        rows.sort(key=_place)
        shown = tuple(queue_row(row) for row in rows[: self._count])
        return Past(self.at, shown, len(rows) > self._count, self._counts(reader, found), rules)

    def _row(self, reader: Reader, name: str) -> tuple[ItemRow | None, int | None]:
        """The row of an item as it was, and the severity of the norm that gave it its place."""
        item = self._items[name]
        if not item.begun:
            return None, None
        row, clocks = summarise(item, 0, reader.rulebook(), self.at)
        return row, severity_of(row, clocks)

    @staticmethod
    def _severity(reader: Reader, row: ItemRow, known: dict[str, int | None]) -> int | None:
        return known[row.id] if row.id in known else severity_of(row, reader.clocks_of(row.id))

    def _stood(self, reader: Reader, names: Iterable[str], found: dict[str, ItemRow | None]) -> list[ItemRow]:
        """Those of these items that were there, as they were."""
        rows = []
        for name in names:
            row = found[name] if name in found else reader.item(name)
            if row is not None and (name in found or row.opened <= self.at):
                rows.append(row)
        return rows

    def _regroup(self, reader: Reader, found: dict[str, ItemRow | None]) -> None:
        """Let the callback lead that led each customer's then."""
        theirs: dict[str, set[str]] = {customer: set() for customer in reader.promised_after(self.at)}
        for name, row in found.items():
            for one in (row, reader.item(name)):
                if one is not None and one.kind == "callback" and one.customer:
                    theirs.setdefault(one.customer, set()).add(name)
        for customer, names in theirs.items():
            rows = self._stood(reader, {*reader.callbacks_of(customer), *names}, found)
            for row in grouped(row for row in rows if row.kind == "callback" and row.customer == customer):
                found[row.id] = row

    def _written(self, reader: Reader, query: Query, found: dict[str, ItemRow | None]) -> list[ItemRow]:
        """The first rows of those that stood then as they are written now."""
        rows: list[ItemRow] = []
        after: Place | None = None
        while len(rows) <= self._count:
            read, reached = reader.window(query, PAGE, after, None)
            rows += [row for row in read if row.id not in found and row.opened <= self.at]
            if len(read) < PAGE and reached is None:
                break
            after = reached or _place(read[-1])
        return rows

    def _counts(self, reader: Reader, found: dict[str, ItemRow | None]) -> Counts:
        numbers: dict[tuple[str, int], int] = {}

        def add(kind: str, band: int, number: int) -> None:
            numbers[kind, band] = numbers.get((kind, band), 0) + number

        for _, kind, band, number in reader.counters():
            add(kind, band, number)
        for _, kind, band, number in reader.came_after(self.at):
            add(kind, band, -number)
        for name, new in found.items():
            old = reader.item(name)
            if old is not None and old.open and old.opened <= self.at:
                add(old.kind, old.band, -1)
            if new is not None and new.open:
                add(new.kind, new.band, 1)
        kinds = {kind: sum(n for (of, _), n in numbers.items() if of == kind) for kind in BOARD_KINDS}
        return Counts(
            sum(numbers.values()),
            sum(number for (_, band), number in numbers.items() if band == BREACHED),
            sum(number for (_, band), number in numbers.items() if band == AT_RISK),
            {kind: number for kind, number in kinds.items() if number},
        )

    # --- one item ---------------------------------------------------------------------------------

    def view(self, reader: Reader, item_id: str) -> ItemView | None:
        """One item as it was: what is told of it, its clocks, what had happened by then. Items beside it are
        left out."""
        if reader.item(item_id) is None:
            return None
        as_of, book = AsOf(reader, self.at, (), self._known), reader.rulebook()
        item = as_of.folded(item_id)
        if not item.begun:
            return None
        row, clocks = summarise(item, 0, book, self.at)
        entries = [
            Entry(event, item.ignored.get(event.name, ""), event.name in item.undone)
            for event in reader.events_of(item_id)
        ]
        effects = as_of.effects_on(item_id, None)
        if item.kind == "callback":
            effects += [
                contact
                for contact in customers(item, as_of.effects_on, book)
                if contact.as_event(item_id).name not in item.ignored
            ]
        entries += [Entry(effect.as_event(item_id), effect=True) for effect in effects]
        return ItemView(
            row=queue_row(row),
            over=item.over,
            withdrawn=item.withdrawn,
            note=item.note,
            timeline=tuple(
                sorted(
                    (entry for entry in entries if entry.event.time <= self.at),
                    key=lambda entry: order_key(entry.event),
                )
            ),
            clocks=tuple(clocks),
            acknowledged_by=row.acknowledged,
            repeats=tuple(item.repeats),
            reckonings=reckonings(clocks, book),
        )


def _place(row: ItemRow) -> Place:
    return (row.band, row.severity, row.at, row.id)
