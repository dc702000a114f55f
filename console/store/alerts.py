"""The rows of alerts, and which items to look at for new ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from console.domain.instants import DAY, Millis
from console.service.alert_mark import Mark

if TYPE_CHECKING:
    from console.domain.alerts import Alert

_COLUMNS = ("clock", "item", "norm", "fired", "rung", "acted", "by", "ended", "wake")
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM alerts"

MANY = 2_000
"""After so many new events the clocks themselves are looked through, and the events no more."""

_RUNS_LATE = "rule = 'most' AND (stopped IS NULL OR stopped > due) AND stopped IS NULL"
_OTHERS = (
    "rule <> 'most' AND (rule <> 'least' OR stopped < due) "
    "AND (rule <> 'every' OR stopped IS NULL OR stopped > due)"
)
"""As the partial indexes of what may be broken know themselves by."""


class AlertReading:
    """Reads alerts on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def alert_mark(self) -> Mark:
        row = self._db.execute("SELECT value FROM meta WHERE name = 'alerts'").fetchone()
        return Mark(*map(int, row[0].split())) if row else Mark()

    def newest_event(self) -> int:
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0])

    def touched_since(self, mark: Mark) -> list[str] | None:
        if self.newest_event() - mark.seq > MANY:
            return None
        rows = self._db.execute("SELECT DISTINCT item FROM events WHERE seq > ?", (mark.seq,))
        return [row[0] for row in rows]

    def passed_due(self, since: Millis, now: Millis, most: int | None = None) -> tuple[list[str], Millis]:
        since, until = max(since, now - DAY), now
        sorts = [f"FROM clocks WHERE {where} AND due >= ? AND due < ?" for where in (_RUNS_LATE, _OTHERS)]
        if most is not None:
            for sort in sorts:
                rows = self._db.execute(f"SELECT due {sort} ORDER BY due LIMIT ?", (since, until, most + 1))
                dues = [row[0] for row in rows]
                if len(dues) > most:
                    # Of those of one millisecond all or none: the next reading begins with another one.
                    until = max(dues[-1], since + 1) if most else since
        found: dict[str, None] = {}
        for sort in sorts:
            rows = self._db.execute(f"SELECT DISTINCT item {sort}", (since, until))
            found.update((row[0], None) for row in rows)
        return list(found), until

    def waking_alerts(self, now: Millis) -> list[str]:
        # Not DISTINCT: for that SQLite would walk the whole table in the order of its key.
        rows = self._db.execute("SELECT item FROM alerts WHERE wake <= ?", (now,))
        return list(dict.fromkeys(row[0] for row in rows))

    def alerts_of(self, item_id: str) -> dict[str, Alert]:
        rows = self._db.execute(f"{_SELECT} WHERE item = ?", (item_id,))
        return {alert.clock: alert for alert in map(_alert, rows)}

    def alerts_since(self, moment: Millis) -> list[Alert]:
        rows = self._db.execute(f"{_SELECT} WHERE fired >= ? ORDER BY fired, clock", (moment,))
        return [_alert(row) for row in rows]

    def rung_since(self, moment: Millis) -> list[Alert]:
        rows = self._db.execute(f"{_SELECT} WHERE rung > ? ORDER BY rung, clock", (moment,))
        return [_alert(row) for row in rows]


class AlertWriting(AlertReading):
    """Writes them, inside a transaction that the connection's owner begins and ends."""

    def put_alerts(self, alerts: Iterable[Alert], mark: Mark) -> None:
        marks = ", ".join("?" * len(_COLUMNS))
        self._db.executemany(
            f"INSERT OR REPLACE INTO alerts ({', '.join(_COLUMNS)}) VALUES ({marks})",
            [[getattr(alert, name) for name in _COLUMNS] for alert in alerts],
        )
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('alerts', ?)", (" ".join(map(str, mark)),))


def _alert(row: tuple[Any, ...]) -> Alert:
    from console.domain.alerts import Alert

    return Alert(**dict(zip(_COLUMNS, row, strict=True)))
