"""The outbox's rows: what other systems are asked to do, and what can be asked of whom."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from console.service.order import Order
from console.store.codec import dump

_COLUMNS = ("id", "source", "item", "verb", "made", "changed", "data", "state", "reason")
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM outbox"


class OrderReading:
    """Reads orders on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def orders_of(self, item_id: str) -> list[Order]:
        rows = self._db.execute(f"{_SELECT} WHERE item = ? ORDER BY made, id", (item_id,))
        return [_order(row) for row in rows]

    def orders_in(self, source: str, states: Collection[str]) -> list[Order]:
        # The second condition is what the partial index knows itself by.
        marks = ", ".join("?" * len(states))
        rows = self._db.execute(
            f"{_SELECT} WHERE source = ? AND state IN ({marks}) "
            "AND state IN ('waiting', 'sending', 'taken') ORDER BY made, id LIMIT 200",
            (source, *states),
        )
        return [_order(row) for row in rows]

    def outlets(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for source, verb in self._db.execute("SELECT source, verb FROM outlets ORDER BY source, verb"):
            found.setdefault(source, set()).add(verb)
        return {source: frozenset(verbs) for source, verbs in found.items()}


class OrderWriting(OrderReading):
    """Writes them, inside a transaction that the connection's owner begins and ends."""

    def put_order(self, order: Order) -> None:
        values = [getattr(order, name) for name in _COLUMNS]
        values[_COLUMNS.index("data")] = dump(order.data)
        marks = ", ".join("?" * len(_COLUMNS))
        self._db.execute(f"INSERT OR REPLACE INTO outbox ({', '.join(_COLUMNS)}) VALUES ({marks})", values)

    def put_outlets(self, source: str, verbs: Collection[str]) -> None:
        self._db.execute("DELETE FROM outlets WHERE source = ?", (source,))
        self._db.executemany("INSERT INTO outlets VALUES (?, ?)", [(source, verb) for verb in sorted(verbs)])


def _order(row: tuple[Any, ...]) -> Order:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Order(**{**values, "data": msgspec.json.decode(values["data"])})
