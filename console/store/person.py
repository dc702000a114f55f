"""What is found of people."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


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
