"""What is written, inside one transaction that the connection's owner begins and ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from console.domain.clock import ClockRow
from console.domain.event import Event, Rejected
from console.domain.instants import Millis
from console.domain.item import Effect
from console.domain.site import parse_site
from console.service.rows import ItemRow
from console.store.codec import (
    CLOCK_COLUMNS,
    EFFECT_COLUMNS,
    ITEM_COLUMNS,
    clock_values,
    content_digest,
    dump,
    effect_values,
    event_json,
    item_values,
)
from console.store.reading import SqliteReader

_RAW_LIMIT = 65_536


def _insert(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"


_PUT_ITEM = _insert("items", (*ITEM_COLUMNS, "open", "words"))
_PUT_CLOCK = _insert("clocks", CLOCK_COLUMNS)
_PUT_EFFECT = _insert("effects", EFFECT_COLUMNS)


class SqliteWriter(SqliteReader):
    """Fulfils the service's Writer on one connection."""

    changes = 0

    def add_event(self, event: Event, received: Millis) -> str:
        digest = content_digest(event)
        known = self._db.execute(
            "SELECT digest FROM events WHERE source = ? AND id = ?", (event.source, event.id)
        ).fetchone()
        if known is not None:
            return "same" if known[0] == digest else "other"
        actor = event.data.get("actor")
        self._db.execute(
            "INSERT INTO events (source, id, item, version, type, time, sequence, positional, data, digest, "
            "received, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.source,
                event.id,
                event.subject,
                self.version_of(event.subject) + 1,
                event.type,
                event.time,
                event.sequence,
                event.positional,
                dump(event.data),
                digest,
                received,
                actor if isinstance(actor, str) else None,
            ),
        )
        return "new"

    def put_item(self, row: ItemRow) -> None:
        before = self.item(row.id)
        if before == row:
            return
        if before is not None:
            self._count(before, -1)
        self._count(row, +1)
        self._db.execute(_PUT_ITEM, item_values(row))
        self.changes += 1

    def drop_item(self, item_id: str) -> None:
        before = self.item(item_id)
        if before is not None:
            self._count(before, -1)
            self._db.execute("DELETE FROM items WHERE id = ?", (item_id,))
            self._db.execute("DELETE FROM clocks WHERE item = ?", (item_id,))
            self.changes += 1

    def put_clocks(self, item_id: str, clocks: Sequence[ClockRow]) -> None:
        if sorted(self.clocks_of(item_id), key=_clock_key) == sorted(clocks, key=_clock_key):
            return
        self._db.execute("DELETE FROM clocks WHERE item = ?", (item_id,))
        self._db.executemany(_PUT_CLOCK, map(clock_values, clocks))
        self.changes += 1

    def put_effects(self, cause: str, effects: Sequence[Effect]) -> None:
        self._db.execute("DELETE FROM effects WHERE cause = ?", (cause,))
        self._db.executemany(_PUT_EFFECT, map(effect_values, effects))
        self.changes += 1

    def reject(self, rejected: Iterable[Rejected], source: str, received: Millis) -> int:
        kept = 0
        for bad in rejected:
            kept += self._db.execute(
                "INSERT OR IGNORE INTO rejects (origin, line, reason, detail, raw, digest, received) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    source,
                    bad.line,
                    bad.reason,
                    bad.detail,
                    bad.raw[:_RAW_LIMIT],
                    hashlib.blake2b(bad.raw, digest_size=16).digest(),
                    received,
                ),
            ).rowcount
        return kept

    def reject_event(self, event: Event, source: str, received: Millis) -> None:
        said = Rejected(event.sequence or 0, "said_differently", event.name, event_json(event))
        self.reject([said], source or event.source, received)

    def hear(self, feed: str, source: str, now: Millis, *, lost: bool = False) -> None:
        self._db.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?)", (feed, source, now, lost))

    def put_site(self, part: str, body: str, effective: Millis, applied: Millis) -> str:
        """Put "norms" or "settings" in force from `effective` on; answers the hash of the text."""
        digest = hashlib.sha256(body.encode()).hexdigest()
        if part == "settings":
            site = parse_site(body)
            self.put_meta("zone", site.zone)
            known = self.meta("lost_after")
            self.put_meta("lost_after", str(min(site.lost_after, int(known or site.lost_after))))
        self._db.execute(
            "INSERT OR REPLACE INTO site VALUES (?, ?, ?, ?, ?)", (effective, part, digest, body, applied)
        )
        return digest

    def recount(self) -> int:
        wrong = self._differing(
            "counters", "SELECT queue, kind, band, count(*) FROM items WHERE open GROUP BY 1, 2, 3"
        )
        return wrong + self._differing(
            "buckets",
            "SELECT t.value ->> 0, t.value ->> 1, t.value ->> 2, sum(t.value ->> 3) "
            "FROM items, json_each(items.tally) t GROUP BY 1, 2, 3",
        )

    def _differing(self, table: str, sums: str) -> int:
        """Replace a table of counters by its sums; answers how many rows were wrong."""
        written = set(self._db.execute(f"SELECT * FROM {table} WHERE n <> 0"))
        right = set(self._db.execute(sums))
        wrong = written ^ right
        if wrong:
            self._db.execute(f"DELETE FROM {table}")
            self._db.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", right)
        return len(wrong)

    def put_meta(self, name: str, value: str) -> None:
        """Write a value of `meta`."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def _count(self, row: ItemRow, sign: int) -> None:
        """Add an item's share to the counters, or take it away."""
        if row.open:
            self._db.execute(
                "INSERT INTO counters VALUES (?, ?, ?, ?) "
                "ON CONFLICT (queue, kind, band) DO UPDATE SET n = n + excluded.n",
                (row.queue, row.kind, row.band, sign),
            )
        self._db.executemany(
            "INSERT INTO buckets VALUES (?, ?, ?, ?) "
            "ON CONFLICT (bucket, queue, measure) DO UPDATE SET n = n + excluded.n",
            [(bucket, queue, measure, sign * number) for bucket, queue, measure, number in row.tally],
        )


def _clock_key(clock: ClockRow) -> tuple[str, int]:
    return (clock.norm, clock.period)
