"""Counters of open items and of verdicts: kept as deltas, and held against the items by `rings doctor`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.rows import ItemRow

_COUNT = (
    "INSERT INTO counters VALUES (?, ?, ?, ?) "
    "ON CONFLICT (queue, kind, band) DO UPDATE SET n = n + excluded.n"
)
_COUNT_OWNED = "INSERT INTO owners VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET n = n + excluded.n"
_ADD_UP = (
    "INSERT INTO buckets VALUES (?, ?, ?, ?) "
    "ON CONFLICT (bucket, queue, measure) DO UPDATE SET n = n + excluded.n"
)


def count(db: sqlite3.Connection, items: Iterable[tuple[ItemRow | None, ItemRow | None]]) -> None:
    """Change the counters by what items add to them: each as it is, and as it was."""
    counters: dict[tuple[str, str, int], int] = {}
    owners: dict[tuple[str], int] = {}
    buckets: dict[tuple[Millis, str, str], int] = {}
    for row, before in items:
        stands, stood = _standing(row), _standing(before)
        if stands != stood:
            for one, sign in ((stands, 1), (stood, -1)):
                if one is not None:
                    key, owner = one
                    counters[key] = counters.get(key, 0) + sign
                    if owner is not None:
                        owners[(owner,)] = owners.get((owner,), 0) + sign
        now, was = row.tally if row else (), before.tally if before else ()
        if now != was:
            for told, others, sign in ((now, was, 1), (was, now, -1)):
                for bucket, queue, measure, number in set(told).difference(others):
                    share = (bucket, queue, measure)
                    buckets[share] = buckets.get(share, 0) + sign * number
    for sql, deltas in ((_COUNT, counters), (_COUNT_OWNED, owners), (_ADD_UP, buckets)):
        db.executemany(sql, [(*key, number) for key, number in deltas.items() if number])


def recount(db: sqlite3.Connection) -> int:
    """Hold all counters and the filter's texts against the items; answers how many were wrong till now."""
    wrong = _mend_texts(db)
    wrong += _differing(
        db, "counters", "SELECT queue, kind, band, count(*) FROM items WHERE open GROUP BY 1, 2, 3"
    )
    wrong += _differing(
        db, "owners", "SELECT owner, count(*) FROM items WHERE open AND owner IS NOT NULL GROUP BY 1"
    )
    return wrong + _differing(
        db,
        "buckets",
        "SELECT bucket, queue, measure, sum(n) FROM ("
        "SELECT t.value ->> 0 bucket, t.value ->> 1 queue, t.value ->> 2 measure, t.value ->> 3 n "
        "FROM items, json_each(items.tally) t UNION ALL SELECT * FROM retired) GROUP BY 1, 2, 3",
    )


def _mend_texts(db: sqlite3.Connection) -> int:
    """Write the filter's texts anew where they aren't those of the open items; answers how many."""
    kept = "SELECT item, words FROM (SELECT item, words FROM texts UNION ALL SELECT * FROM new_texts)"
    right = "SELECT id, words FROM items WHERE open"
    wrong = 0
    for one, other in ((kept, right), (right, kept)):
        wrong += int(db.execute(f"SELECT count(*) FROM ({one} EXCEPT {other})").fetchone()[0])
    if wrong:
        db.execute("DELETE FROM texts")
        db.execute("DELETE FROM new_texts")
        db.execute(f"INSERT INTO texts (item, words) {right}")
        db.execute("INSERT INTO trigrams (trigrams) VALUES ('rebuild')")
    return wrong


def _differing(db: sqlite3.Connection, table: str, sums: str) -> int:
    """Replace a table of counters by its sums; answers how many rows were wrong."""
    written = set(db.execute(f"SELECT * FROM {table} WHERE n <> 0"))
    right = set(db.execute(sums))
    wrong = written ^ right
    if wrong:
        db.execute(f"DELETE FROM {table}")
        for row in right:
            db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    return len(wrong)


def _standing(row: ItemRow | None) -> tuple[tuple[str, str, int], str | None] | None:
    """Where the counters have an item, and whose it is; None where it is not on the board."""
    return None if row is None or not row.open else ((row.queue, row.kind, row.band), row.owner)
