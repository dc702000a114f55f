"""The rows of climbs and of messages."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from console.service.notice import Notice
from console.store.codec import dump
from console.store.untold import untold

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.ladder import Climb

_CLIMB = ("clock", "item", "norm", "severity", "broke", "found", "state", "told", "wake", "held")
_NOTICE = ("id", "channel", "address", "made", "changed", "again", "tries", "state", "reason", "data")
_CLIMBS = f"SELECT {', '.join(_CLIMB)} FROM climbs"
_NOTICES = f"SELECT {', '.join(_NOTICE)} FROM notices"


class NoticeReading:
    """Reads them on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def climbs_of(self, item_id: str) -> dict[str, Climb]:
        rows = self._db.execute(f"{_CLIMBS} WHERE item = ?", (item_id,))
        return {climb.clock: climb for climb in map(_climb, rows)}

    def waking_climbs(self, now: Millis) -> list[str]:
        # Not DISTINCT: for that SQLite would walk the whole table in the order of its key.
        rows = self._db.execute("SELECT item FROM climbs WHERE wake <= ?", (now,))
        return list(dict.fromkeys(row[0] for row in rows))

    def notice(self, notice_id: str) -> Notice | None:
        row = self._db.execute(f"{_NOTICES} WHERE id = ?", (notice_id,)).fetchone()
        return _notice(row) if row else None

    def notices_due(self, channel: str, now: Millis, limit: int) -> list[Notice]:
        # The last condition is what the partial index knows itself by.
        rows = self._db.execute(
            f"{_NOTICES} WHERE channel = ? AND again <= ? AND state = 'waiting' "
            "AND state IN ('waiting', 'sending') ORDER BY again LIMIT ?",
            (channel, now, limit),
        )
        return [_notice(row) for row in rows]

    def notices_sending(self, channel: str) -> list[Notice]:
        rows = self._db.execute(
            f"{_NOTICES} WHERE channel = ? AND state = 'sending' AND state IN ('waiting', 'sending')",
            (channel,),
        )
        return [_notice(row) for row in rows]

    def notices_made(self, channel: str, since: Millis) -> list[Millis]:
        rows = self._db.execute(
            "SELECT DISTINCT made FROM notices WHERE channel = ? AND made > ? ORDER BY made",
            (channel, since),
        )
        return [row[0] for row in rows]

    def bad_notices(self, since: Millis, limit: int) -> list[Notice]:
        rows = self._db.execute(
            f"{_NOTICES} WHERE state IN ('failed', 'unknown') AND changed >= ? ORDER BY changed DESC LIMIT ?",
            (since, limit),
        )
        return [_notice(row) for row in rows]

    def untold(self, now: Millis) -> dict[str, int]:
        return untold(self._db, now)


class NoticeWriting(NoticeReading):
    """Writes them, inside a transaction that the connection's owner begins and ends."""

    def put_climbs(self, climbs: Iterable[Climb]) -> None:
        self._put("climbs", _CLIMB, [_values(climb, _CLIMB, told=dump(climb.told)) for climb in climbs])

    def put_notices(self, notices: Collection[Notice]) -> None:
        rows = [_values(notice, _NOTICE, data=dump(notice.data)) for notice in notices]
        self._put("notices", _NOTICE, rows)

    def _put(self, table: str, columns: tuple[str, ...], rows: list[list[Any]]) -> None:
        marks = ", ".join("?" * len(columns))
        self._db.executemany(f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)


def _values(thing: object, columns: tuple[str, ...], **written: str) -> list[Any]:
    return [written[name] if name in written else getattr(thing, name) for name in columns]


def _climb(row: tuple[Any, ...]) -> Climb:
    from console.domain.ladder import Climb

    values = dict(zip(_CLIMB, row, strict=True))
    told = tuple((step, at) for step, at in msgspec.json.decode(values["told"]))
    return Climb(**{**values, "told": told, "held": bool(values["held"])})


def _notice(row: tuple[Any, ...]) -> Notice:
    values = dict(zip(_NOTICE, row, strict=True))
    return Notice(**{**values, "data": msgspec.json.decode(values["data"])})
