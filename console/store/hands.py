"""What is found for a hand-over."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import TYPE_CHECKING

from console.store.codec import EVENT_COLUMNS, event_of

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.instants import Millis


class HandReading:
    """Reads it on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def acts_since(self, moment: Millis, types: Collection[str], limit: int) -> list[Event]:
        marks = ", ".join("?" * len(types))
        rows = self._db.execute(
            # The first condition is what the partial index knows itself by.
            f"SELECT {', '.join(EVENT_COLUMNS)} FROM events WHERE actor IS NOT NULL AND time >= ? "
            f"AND type IN ({marks}) ORDER BY time DESC LIMIT ?",
            (moment, *types, limit),
        )
        return [event_of(row) for row in rows]

    def due_between(self, since: Millis, until: Millis, limit: int) -> list[str]:
        rows = self._db.execute(
            # The condition in brackets is what the partial index knows itself by.
            "SELECT item FROM clocks WHERE (stopped IS NULL OR stopped > due) AND stopped IS NULL "
            "AND rule = 'most' AND due >= ? AND due < ? ORDER BY due LIMIT ?",
            (since, until, limit),
        )
        return list(dict.fromkeys(row[0] for row in rows))

    def owned_by(self, owner: str, limit: int) -> list[str]:
        rows = self._db.execute(
            "SELECT id FROM items WHERE open AND owner = ? ORDER BY band, severity, at, id LIMIT ?",
            (owner, limit),
        )
        return [row[0] for row in rows]
