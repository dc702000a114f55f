"""What is found of people."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from console.store.codec import EVENT_COLUMNS, event_of

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.instants import Millis


class PersonReading:
    """Reads it on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def calls_by_owner(self) -> Mapping[str, int]:
        rows = self._db.execute(
            "SELECT owner, count(*) FROM items WHERE open AND kind = 'call' AND owner IS NOT NULL "
            "GROUP BY owner"
        )
        return dict(rows.fetchall())

    def told_before_of(self, item_id: str, types: Collection[str], before: Millis) -> list[Event]:
        marks = ", ".join("?" * len(types))
        rows = self._db.execute(
            f"SELECT {', '.join(EVENT_COLUMNS)} FROM events WHERE item = ? AND type IN ({marks}) "
            "AND time < ? ORDER BY version",
            (item_id, *sorted(types), before),
        )
        return [event_of(row) for row in rows]
