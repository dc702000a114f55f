"""What is found for the board of an earlier moment."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from console.domain.lifecycle import OFF_BOARD
from console.domain.place import AT_RISK, BREACHED

if TYPE_CHECKING:
    from console.domain.instants import Millis

_OFF_BOARD = ", ".join(f"'{kind}'" for kind in sorted(OFF_BOARD))

_STOOD = (
    "SELECT id FROM items WHERE last > ?1 AND opened <= ?1 AND (over IS NULL OR over > ?1) "
    f"AND kind NOT IN ({_OFF_BOARD}) "
    "UNION SELECT id FROM items WHERE last > ?1 - ?2 AND over > ?1 AND state = 'lost' "
    f"UNION SELECT id FROM items WHERE next <= ?1 AND kind NOT IN ({_OFF_BOARD}) "
    # Untouched, yet time alone has made them worse since.
    "UNION SELECT c.item FROM clocks c JOIN items i ON i.id = c.item WHERE i.open "
    f"AND i.band IN ({BREACHED}, {AT_RISK}) AND c.stopped IS NULL "
    "AND ((c.warn > ?1 AND c.warn <= ?3) OR (c.due >= ?1 AND c.due < ?3))"
)


class TimeReading:
    """Reads it on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def stood_otherwise(self, moment: Millis, lost_after: Millis, now: Millis) -> list[str]:
        return [row[0] for row in self._db.execute(_STOOD, (moment, lost_after, now))]

    def came_after(self, moment: Millis) -> list[tuple[str, str, int, int]]:
        return self._db.execute(
            # The plus keeps SQLite from walking over all that is open.
            "SELECT queue, kind, band, count(*) FROM items WHERE last > ?1 AND opened > ?1 AND +open "
            "GROUP BY queue, kind, band",
            (moment,),
        ).fetchall()

    def promised_after(self, moment: Millis) -> list[str]:
        rows = self._db.execute(
            "SELECT DISTINCT customer FROM items WHERE last > ?1 AND opened > ?1 AND +open "
            "AND kind = 'callback' AND +customer <> ''",
            (moment,),
        )
        return [row[0] for row in rows]
