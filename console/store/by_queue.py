"""What is found for a wall, queue by queue."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import TYPE_CHECKING

from console.domain.place import BREACHED, SEVERITIES
from console.store.codec import dump

if TYPE_CHECKING:
    from console.domain.instants import Millis

_WITHOUT = "id NOT IN (SELECT value FROM json_each(?{}))"

_LONGEST = " UNION ALL ".join(
    f"SELECT id FROM (SELECT id FROM items WHERE open AND queue = ?1 AND band = {BREACHED} "
    f"AND severity = {severity} AND {_WITHOUT.format(2)} ORDER BY at, id LIMIT 1)"
    for severity in range(len(SEVERITIES))
)


class QueueReading:
    """Reads it on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def counters(self) -> list[tuple[str, str, int, int]]:
        return self._db.execute("SELECT queue, kind, band, n FROM counters WHERE n > 0").fetchall()

    def first_waiting(self, queue: str, states: Collection[str], without: Collection[str]) -> list[str]:
        rows = self._db.execute(
            "SELECT id FROM items WHERE open AND kind = 'call' AND direction = 'in' AND queue = ?1 "
            f"AND state IN (SELECT value FROM json_each(?3)) AND {_WITHOUT.format(2)} "
            "ORDER BY opened, id LIMIT 1",
            (queue, dump(sorted(without)), dump(sorted(states))),
        )
        return [row[0] for row in rows]

    def longest_over(self, queue: str, without: Collection[str]) -> list[str]:
        return [row[0] for row in self._db.execute(_LONGEST, (queue, dump(sorted(without))))]

    def told_before(self, moment: Millis, limit: int) -> list[tuple[str, str, str]]:
        rows = self._db.execute(
            "SELECT DISTINCT source, kind, queue FROM "
            "(SELECT source, kind, queue FROM items WHERE last <= ? ORDER BY last DESC LIMIT ?)",
            (moment, limit),
        )
        return rows.fetchall()

    def sources_of(self, queue: str, limit: int) -> set[str]:
        rows = self._db.execute(
            "SELECT DISTINCT source FROM (SELECT source FROM items WHERE open AND queue = ? "
            "ORDER BY band, severity, at, id LIMIT ?)",
            (queue, limit),
        )
        return {row[0] for row in rows}
