"""How far files, pipes and folders have been read."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from console.service.position import Position

_COLUMNS = ("feed", "part", "mark", "offset", "line", "modified", "state")


class PositionReading:
    """Reads positions on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def positions(self, feed: str) -> list[Position]:
        sql = f"SELECT {', '.join(_COLUMNS)} FROM positions WHERE feed = ? ORDER BY modified, part"
        return [Position(*row) for row in self._db.execute(sql, (feed,))]


class PositionWriting(PositionReading):
    """Writes them, inside a transaction that the connection's owner begins and ends."""

    def put_positions(self, positions: Iterable[Position]) -> None:
        marks = ", ".join("?" * len(_COLUMNS))
        self._db.executemany(
            f"INSERT OR REPLACE INTO positions ({', '.join(_COLUMNS)}) VALUES ({marks})",
            [[getattr(position, name) for name in _COLUMNS] for position in positions],
        )

    def drop_positions(self, feed: str, parts: Collection[str]) -> None:
        self._db.executemany(
            "DELETE FROM positions WHERE feed = ? AND part = ?", [(feed, part) for part in parts]
        )
