"""Taking away what has been kept for long enough: the one place that deletes from the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from console.domain.pools import POOL
from console.store.codec import ITEM_COLUMNS, item_of

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.rows import ItemRow

_ITEM = ", ".join(f'"{name}"' for name in ITEM_COLUMNS)

_PORTION = 500
"""Names in one statement."""

_OF_ITEMS = (
    "DELETE FROM events WHERE item IN ({})",
    "DELETE FROM clocks WHERE item IN ({})",
    "DELETE FROM effects WHERE cause IN ({})",
    "DELETE FROM effects WHERE target IN ({})",
    "DELETE FROM alerts WHERE item IN ({})",
    "DELETE FROM climbs WHERE item IN ({})",
    "DELETE FROM outbox WHERE item IN ({})",
    "DELETE FROM texts WHERE item IN ({})",
    "DELETE FROM new_texts WHERE item IN ({})",
    "DELETE FROM items WHERE id IN ({})",
)

_RETIRE = (
    "INSERT INTO retired SELECT t.value ->> 0, t.value ->> 1, t.value ->> 2, sum(t.value ->> 3) "
    "FROM items, json_each(items.tally) t WHERE items.id IN ({}) GROUP BY 1, 2, 3 "
    "ON CONFLICT (bucket, queue, measure) DO UPDATE SET n = n + excluded.n"
)

_NEWEST = "SELECT item FROM events ORDER BY seq DESC LIMIT 1"


class RetainReading:
    """Finds what may go, on one connection."""

    @property
    def _db(self) -> sqlite3.Connection:
        raise NotImplementedError

    def quiet_items(self, before: Millis, after: tuple[Millis, str], limit: int) -> list[ItemRow]:
        rows = self._db.execute(
            f"SELECT {_ITEM} FROM items WHERE last < ? AND (last, id) > (?, ?) ORDER BY last, id LIMIT ?",
            (before, *after, limit),
        )
        return [item_of(row) for row in rows]

    def bound_to(self, row: ItemRow) -> list[str]:
        found = self._db.execute(
            "SELECT target FROM effects WHERE cause = ?1 AND target NOT GLOB 'customer/*' "
            f"AND target NOT GLOB '{POOL}/*' "
            "UNION SELECT cause FROM effects WHERE target = ?1 "
            "UNION SELECT id FROM items WHERE customer = ?2 AND customer <> '' AND kind <> 'customer' "
            'UNION SELECT id FROM items WHERE "case" = ?3 AND "case" <> \'\'',
            (row.id, row.customer, row.case),
        )
        return [name for (name,) in found if name != row.id]

    def is_owed(self, item_id: str) -> bool:
        # What came last gives the next event its number: it must not be given twice.
        return bool(
            self._db.execute(
                "SELECT EXISTS (SELECT 1 FROM outbox WHERE item = ?1 "
                "AND state IN ('waiting', 'sending', 'taken')) "
                "OR EXISTS (SELECT 1 FROM climbs WHERE item = ?1 AND wake IS NOT NULL)"
                f" OR ?1 = ({_NEWEST})",
                (item_id,),
            ).fetchone()[0]
        )


class RetainWriting(RetainReading):
    """Takes it away, inside a transaction that the connection's owner begins and ends."""

    def remove_items(self, item_ids: Collection[str]) -> None:
        db = self._db
        secure = db.execute("PRAGMA secure_delete").fetchone()[0]
        # What was said by customers shall not stand in the file's free pages.
        db.execute("PRAGMA secure_delete = ON")
        try:
            for names in _chunks(list(item_ids)):
                marks = ", ".join("?" * len(names))
                db.executemany("INSERT INTO leaving VALUES (?)", [(name,) for name in names])
                db.execute(_RETIRE.format(marks), names)
                for statement in _OF_ITEMS:
                    db.execute(statement.format(marks), names)
                db.execute("DELETE FROM leaving")
        finally:
            db.execute(f"PRAGMA secure_delete = {secure}")

    def remove_messages(self, before: Millis, limit: int) -> int:
        notices = self._db.execute(
            "DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE changed < ? "
            "AND state NOT IN ('waiting', 'sending') LIMIT ?)",
            (before, limit),
        )
        orders = self._db.execute(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE changed < ? "
            "AND state NOT IN ('waiting', 'sending', 'taken') LIMIT ?)",
            (before, limit),
        )
        return notices.rowcount + orders.rowcount

    def remove_rejects(self, before: Millis, limit: int) -> int:
        # They are numbered as they come.
        return self._db.execute(
            "DELETE FROM rejects WHERE seq IN (SELECT seq FROM rejects ORDER BY seq LIMIT ?) "
            "AND received < ?",
            (limit, before),
        ).rowcount

    def remove_silences(self, before: Millis, limit: int) -> int:
        # The last one before then stays: it tells since when it is noted whether the feed is heard.
        return self._db.execute(
            "DELETE FROM silences WHERE (feed, back) IN (SELECT feed, back FROM silences AS old "
            "WHERE back < ?1 AND EXISTS (SELECT 1 FROM silences AS next WHERE next.feed = old.feed "
            "AND next.back > old.back AND next.back < ?1) LIMIT ?2)",
            (before, limit),
        ).rowcount


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _PORTION):
        yield names[start : start + _PORTION]
