"""What is found of people."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from console.store.codec import CLOCK_COLUMNS, EVENT_COLUMNS, clock_of, dump, event_of

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
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

    def handled(self, owner: str, since: Millis, limit: int) -> list[str]:
        rows = self._db.execute(
            "SELECT id FROM items WHERE last >= ? AND owner = ? AND NOT withdrawn ORDER BY last DESC LIMIT ?",
            (since, owner, limit),
        )
        return [row[0] for row in rows]

    def clocks_on(self, items: Collection[str]) -> list[ClockRow]:
        rows = self._db.execute(
            f"SELECT {', '.join(CLOCK_COLUMNS)} FROM clocks WHERE item IN (SELECT value FROM json_each(?))",
            (dump(sorted(items)),),
        )
        return [clock_of(row) for row in rows]

    def told_of(
        self, items: Collection[str], types: Collection[str], since: Millis, until: Millis
    ) -> list[Event]:
        marks = ", ".join("?" * len(types))
        rows = self._db.execute(
            f"SELECT {', '.join(EVENT_COLUMNS)} FROM events WHERE item IN (SELECT value FROM json_each(?)) "
            f"AND type IN ({marks}) AND time >= ? AND time <= ?",
            (dump(sorted(items)), *sorted(types), since, until),
        )
        return [event_of(row) for row in rows]
