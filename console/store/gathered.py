"""Rows on their way into the tables: each is written once for a piece of work, with what has changed in it.

A statement for every row and for every step that it took would cost several times what the rows cost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from operator import ne
from typing import Any, Generic, TypeVar

from console.domain.clock import ClockRow
from console.domain.item import Effect
from console.service.rows import ItemRow
from console.store.codec import (
    CLOCK_COLUMNS,
    EFFECT_COLUMNS,
    ITEM_COLUMNS,
    clock_values,
    effect_values,
    item_values,
)

R = TypeVar("R")
Pair = tuple[R, R | None]
"""A row as it is to be, and as it stands written."""


class _Table(Generic[R]):
    """A table of rows, whose first `keys` columns name one."""

    def __init__(
        self, name: str, columns: Sequence[str], keys: int, values: Callable[[R], tuple[Any, ...]]
    ) -> None:
        self._name = name
        self._columns = tuple(f'"{column}"' for column in columns)
        self._keys = keys
        self._values = values
        marks = ", ".join("?" * len(columns))
        # Or replace: what is believed about a row before counts less than what is to be.
        self._insert = f"INSERT OR REPLACE INTO {name} ({', '.join(self._columns)}) VALUES ({marks})"
        self._where = " AND ".join(f"{column} = ?" for column in self._columns[:keys])

    def write(self, db: sqlite3.Connection, pairs: Iterable[Pair[R]]) -> None:
        """Write rows: new ones whole, of others the columns that changed, for every index that a statement
        names costs its share."""
        new: list[tuple[Any, ...]] = []
        changed: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for row, before in pairs:
            values = self._values(row)
            if before is None:
                new.append(values)
                continue
            differs = list(map(ne, values, self._values(before)))
            columns = tuple(compress(self._columns, differs))
            if columns:
                changed.setdefault(columns, []).append((*compress(values, differs), *values[: self._keys]))
        new.sort(key=lambda values: values[: self._keys])
        db.executemany(self._insert, new)
        for columns, rows in changed.items():
            names = ", ".join(f"{column} = ?" for column in columns)
            db.executemany(f"UPDATE {self._name} SET {names} WHERE {self._where}", rows)


_ITEMS = _Table("items", (*ITEM_COLUMNS, "open", "words"), 1, item_values)
_CLOCKS = _Table("clocks", CLOCK_COLUMNS, 3, clock_values)
_EFFECTS = _Table("effects", EFFECT_COLUMNS, 2, effect_values)


class Gathered:
    """What is to be written, and what stood written of it before the work began."""

    def __init__(self) -> None:
        self.items: dict[str, Pair[ItemRow]] = {}
        self.clocks: dict[str, tuple[Sequence[ClockRow], Sequence[ClockRow]]] = {}
        self.effects: dict[str, tuple[Sequence[Effect], Sequence[Effect]]] = {}
        self._of_customer: dict[str, dict[str, None]] = {}
        self._targets: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.items or self.clocks or self.effects)

    def put_item(self, row: ItemRow, before: ItemRow | None) -> None:
        """An item's row; `before` as its writer knew it."""
        last, written = self.items.get(row.id, (before, before))
        self.items[row.id] = (row, written)
        if last is not None and last.customer != row.customer:
            self._of_customer.get(last.customer, {}).pop(row.id, None)
        if row.customer:
            self._of_customer.setdefault(row.customer, {})[row.id] = None

    def put_clocks(self, item_id: str, clocks: Sequence[ClockRow], before: Sequence[ClockRow]) -> None:
        """All clocks of an item."""
        _, written = self.clocks.get(item_id, ((), before))
        self.clocks[item_id] = (clocks, written)

    def put_effects(self, cause: str, effects: Sequence[Effect], before: Sequence[Effect]) -> None:
        """All that an item causes."""
        _, written = self.effects.get(cause, ((), before))
        self.effects[cause] = (effects, written)
        self._targets.update(effect.target for effect in (*effects, *before))

    def of_customer(self, customer: str, kind: str, written: Iterable[str]) -> dict[str, ItemRow | None]:
        """The items of a kind of a customer, of which those `written` stand in the table; the rows of those
        that are here."""
        found: dict[str, ItemRow | None] = {name: None for name in written if name not in self.items}
        for name in self._of_customer.get(customer, ()):
            row = self.items[name][0]
            if row.kind == kind:
                found[name] = row
        return found

    def aims_at(self, target: str) -> bool:
        """Whether an effect on `target` is here, or one is replaced."""
        return target in self._targets

    def clear(self) -> None:
        """Forget all of it."""
        self.items.clear()
        self.clocks.clear()
        self.effects.clear()
        self._of_customer.clear()
        self._targets.clear()

    def write(self, db: sqlite3.Connection) -> tuple[list[Pair[ItemRow]], int]:
        """Write all of it; answers the items whose rows are others now, and how many changes there were."""
        items = [pair for pair in self.items.values() if pair[0] != pair[1]]
        _ITEMS.write(db, items)
        _write_texts(db, items)
        clocks = self._changed_clocks(db)
        changes = len(items) + len({clock.item for clock, _ in clocks}) + len(self.effects)
        _CLOCKS.write(db, clocks)
        stale = [(cause,) for cause, (_, before) in self.effects.items() if before]
        db.executemany("DELETE FROM effects WHERE cause = ?", stale)
        _EFFECTS.write(db, ((effect, None) for effects, _ in self.effects.values() for effect in effects))
        self.clear()
        return items, changes

    def _changed_clocks(self, db: sqlite3.Connection) -> list[Pair[ClockRow]]:
        """Take away the clocks that are no more; answers those that are new or others."""
        pairs: list[Pair[ClockRow]] = []
        gone: list[tuple[str, str, int]] = []
        for item_id, (rows, before) in self.clocks.items():
            written = {(clock.norm, clock.period): clock for clock in before}
            pairs += [(clock, written.pop((clock.norm, clock.period), None)) for clock in rows]
            gone += [(item_id, norm, period) for norm, period in written]
        if gone:
            db.executemany("DELETE FROM clocks WHERE item = ? AND norm = ? AND period = ?", gone)
        return [pair for pair in pairs if pair[0] != pair[1]]


def _write_texts(db: sqlite3.Connection, items: Iterable[Pair[ItemRow]]) -> None:
    """Keep what a filter looks in: the words of what is open, written when they change."""
    gone: list[tuple[str]] = []
    new: list[tuple[str, str]] = []
    for row, before in items:
        words = row.words if row.open else ""
        was = before.words if before is not None and before.open else ""
        if words != was:
            if was:
                gone.append((row.id,))
            if words:
                new.append((row.id, words))
    db.executemany("DELETE FROM texts WHERE item = ?", gone)
    db.executemany("INSERT OR REPLACE INTO texts (item, words) VALUES (?, ?)", new)
