"""Rows on their way into the tables: each is written once for a piece of work, with what has changed in it.

A statement for every row and for every step that it took would cost several times what the rows cost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from console.store.codec import (
    CLOCK_COLUMNS,
    EFFECT_COLUMNS,
    ITEM_COLUMNS,
    clock_changes,
    clock_values,
    effect_values,
    item_changes,
    item_values,
)

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.item import Effect
    from console.service.rows import ItemRow

R = TypeVar("R")
Pair = tuple[R, R | None]
"""A row as it is to be, and as it stands written."""

NEW_TEXTS = 1_000
"""As many texts wait for the index of trigrams and are looked through meanwhile: many at once are indexed in
half the time, and most calls are over before."""

Changes = tuple[tuple[str, ...], tuple[Any, ...]]


class _Table(Generic[R]):
    """A table of rows, whose first `keys` columns name one. `values` are those of all its columns, `changes`
    the columns in which one row differs from another, with their values."""

    def __init__(
        self,
        name: str,
        columns: Sequence[str],
        keys: int,
        values: Callable[[R], tuple[Any, ...]],
        changes: Callable[[R, R], Changes],
    ) -> None:
        self._name = name
        self._values = values
        self._changes = changes
        quoted = [f'"{column}"' for column in columns]
        # Or replace: what is believed about a row before counts less than what is to be.
        self._insert = (
            f"INSERT OR REPLACE INTO {name} ({', '.join(quoted)}) VALUES ({', '.join('?' * len(quoted))})"
        )
        self._where = " AND ".join(f"{column} = ?" for column in quoted[:keys])
        self._key = attrgetter(*columns[:keys])
        self._single = keys == 1

    def write(self, db: sqlite3.Connection, pairs: Iterable[Pair[R]]) -> None:
        """Write rows: new ones whole, of others the columns that changed, for every index that a statement
        names costs its share."""
        new: list[tuple[Any, ...]] = []
        changed: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for row, before in pairs:
            if before is None:
                new.append(self._values(row))
                continue
            columns, values = self._changes(row, before)
            if columns:
                key = self._key(row)
                key = (key,) if self._single else key
                changed.setdefault(columns, []).append(values + key)
        if new:
            db.executemany(self._insert, new)
        for columns, rows in changed.items():
            names = ", ".join(f'"{column}" = ?' for column in columns)
            db.executemany(f"UPDATE {self._name} SET {names} WHERE {self._where}", rows)


_ITEMS = _Table("items", (*ITEM_COLUMNS, "open", "words"), 1, item_values, item_changes)
_CLOCKS = _Table("clocks", CLOCK_COLUMNS, 3, clock_values, clock_changes)

_PUT_EFFECT = (
    f"INSERT OR REPLACE INTO effects ({', '.join(EFFECT_COLUMNS)}) "
    f"VALUES ({', '.join('?' * len(EFFECT_COLUMNS))})"
)


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
        if self.effects:
            stale = [(cause,) for cause, (_, before) in self.effects.items() if before]
            new = [effect_values(effect) for effects, _ in self.effects.values() for effect in effects]
            db.executemany("DELETE FROM effects WHERE cause = ?", stale)
            db.executemany(_PUT_EFFECT, new)
        self.clear()
        return items, changes

    def _changed_clocks(self, db: sqlite3.Connection) -> list[Pair[ClockRow]]:
        """Take away the clocks that are no more; answers those that are new or others."""
        pairs: list[Pair[ClockRow]] = []
        gone: list[tuple[str, str, int]] = []
        for item_id, (rows, before) in self.clocks.items():
            # A fold that goes on adds clocks behind those that it has, of which all but one or two stay.
            others = [pair for pair in zip(rows, before, strict=False) if pair[0] is not pair[1]]
            written = {(was.norm, was.period): was for _, was in others}
            written |= {(was.norm, was.period): was for was in before[len(rows) :]}
            for clock in (*(clock for clock, _ in others), *rows[len(before) :]):
                was = written.pop((clock.norm, clock.period), None) if written else None
                if clock != was:
                    pairs.append((clock, was))
            if written:
                gone += [(item_id, norm, period) for norm, period in written]
        if gone:
            db.executemany("DELETE FROM clocks WHERE item = ? AND norm = ? AND period = ?", gone)
        return pairs


def _write_texts(db: sqlite3.Connection, items: Iterable[Pair[ItemRow]]) -> None:
    """Keep what a filter looks in: the words of what is open, written when they change."""
    gone: list[tuple[str]] = []
    new: list[tuple[str, str]] = []
    for row, before in items:
        if (
            before is not None
            and row.open == before.open
            and (row.customer, row.name) == (before.customer, before.name)
        ):
            continue
        words = row.words if row.open else ""
        was = before.words if before is not None and before.open else ""
        if words != was:
            if was:
                gone.append((row.id,))
            if words:
                new.append((row.id, words))
    # Most are still where new ones wait; to ask the index for each costs as much as to write its row.
    if gone and db.executemany("DELETE FROM new_texts WHERE item = ?", gone).rowcount < len(gone):
        db.executemany("DELETE FROM texts WHERE item = ?", gone)
    if new:
        db.executemany("INSERT OR REPLACE INTO new_texts VALUES (?, ?)", new)
        if db.execute("SELECT count(*) FROM new_texts").fetchone()[0] > NEW_TEXTS:
            db.execute("INSERT OR REPLACE INTO texts (item, words) SELECT item, words FROM new_texts")
            db.execute("DELETE FROM new_texts")
