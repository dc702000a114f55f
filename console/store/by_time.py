"""What is found for the board of an earlier moment."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from console.domain.lifecycle import OFF_BOARD
from console.domain.place import AT_RISK, BREACHED, SEVERITIES
from console.service.by_time import Written
from console.store.codec import tally_of

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.rows import Tally

FEW = 5_000
"""So many items are sought one by one by the index of when something happened last. Where more were touched
it takes a tenth of the time to walk over all of them in the order in which they lie in the file."""

_OFF_BOARD = ", ".join(f"'{kind}'" for kind in sorted(OFF_BOARD))
_SEVERITIES = ", ".join(str(number) for number in range(len(SEVERITIES)))

_WRITTEN = "SELECT id, kind, band, open AND opened <= ?1, iif(kind = 'call', tally, '[]') FROM items"

# A plus keeps SQLite from the index.
_TOUCHED = (
    f"{_WRITTEN} WHERE {{}}last > ?1 AND opened <= ?1 AND (over IS NULL OR over > ?1) "
    f"AND kind NOT IN ({_OFF_BOARD}) "
    f"UNION {_WRITTEN} WHERE {{}}last > ?1 - ?2 AND over > ?1 AND opened <= ?1 AND state = 'lost' "
    f"UNION {_WRITTEN} WHERE next <= ?1 AND kind NOT IN ({_OFF_BOARD})"
)

# What leads an item's clocks now and did so then already gave it the same place.
_TURNED = (
    f"{_WRITTEN} WHERE open AND band = {BREACHED} AND severity IN ({_SEVERITIES}) AND at >= ?1 "
    "AND last <= ?1 AND opened <= ?1 "
    f"UNION ALL {_WRITTEN} WHERE open AND band = {AT_RISK} AND warn > ?1 AND last <= ?1 AND opened <= ?1"
)


class TimeReading:
    """Reads it on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def touched_after(self, moment: Millis, lost_after: Millis) -> list[Written]:
        sql = _TOUCHED.format(self._way(moment), self._way(moment - lost_after))
        return self._written_in(sql, moment, lost_after)

    def turned_after(self, moment: Millis) -> list[Written]:
        return self._written_in(_TURNED, moment)

    def came_after(self, moment: Millis) -> list[tuple[str, str, int, int]]:
        return self._db.execute(
            f"SELECT queue, kind, band, count(*) FROM items WHERE {self._way(moment)}last > ?1 "
            "AND opened > ?1 AND +open GROUP BY queue, kind, band",
            (moment,),
        ).fetchall()

    def called_after(self, moment: Millis, until: Millis) -> list[Tally]:
        rows = self._db.execute(
            f"SELECT tally FROM items WHERE {self._way(moment)}last > ?1 AND opened > ?1 AND opened < ?2 "
            "AND +kind = 'call' AND direction = 'in' AND over IS NOT NULL",
            (moment, until),
        )
        return [tally_of(row[0]) for row in rows]

    def promised_after(self, moment: Millis) -> list[str]:
        rows = self._db.execute(
            f"SELECT DISTINCT customer FROM items WHERE {self._way(moment)}last > ?1 AND opened > ?1 "
            "AND +open AND +kind = 'callback' AND +customer <> ''",
            (moment,),
        )
        return [row[0] for row in rows]

    def first_told(self) -> Millis:
        found = self._db.execute(
            "SELECT time FROM events WHERE seq = (SELECT min(seq) FROM events)"
        ).fetchone()
        return int(found[0]) if found else 0

    def noted_by(self, feed: str, moment: Millis) -> bool:
        sql = "SELECT 1 FROM silences WHERE feed = ? AND back <= ? LIMIT 1"
        return self._db.execute(sql, (feed, moment)).fetchone() is not None

    def next_silence(self, feed: str, moment: Millis) -> tuple[Millis, Millis] | None:
        sql = "SELECT heard, lost FROM silences WHERE feed = ? AND back > ? ORDER BY back LIMIT 1"
        found: tuple[Millis, Millis] | None = self._db.execute(sql, (feed, moment)).fetchone()
        return None if found is None or found[0] is None else found

    def _written_in(self, sql: str, *values: int) -> list[Written]:
        return [
            Written(item, kind, band, bool(opened), tally_of(tally) if tally != "[]" else ())
            for item, kind, band, opened, tally in self._db.execute(sql, values)
        ]

    def _way(self, moment: Millis) -> str:
        """How to find what was touched after a moment: by the index, or past it."""
        rows = self._db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM items WHERE last > ? LIMIT ?)", (moment, FEW + 1)
        )
        return "+" if rows.fetchone()[0] > FEW else ""
