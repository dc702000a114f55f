"""What is written, inside one transaction that the connection's owner begins and ends."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence

from console.domain.clock import ClockRow
from console.domain.event import Event, Rejected
from console.domain.instants import Millis
from console.domain.item import Effect
from console.domain.site import parse_site
from console.service.held import Held
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
from console.store.reading import BookShelf, SqliteReader

_RAW_LIMIT = 65_536


def _insert(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"


_PUT_ITEM = _insert("items", (*ITEM_COLUMNS, "open", "words"))
_PUT_CLOCK = _insert("clocks", CLOCK_COLUMNS)
_PUT_EFFECT = _insert("effects", EFFECT_COLUMNS)
_ADD_EVENT = (
    "INSERT INTO events (source, id, item, version, type, time, sequence, positional, data, digest, "
    "received, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_COUNT = (
    "INSERT INTO counters VALUES (?, ?, ?, ?) "
    "ON CONFLICT (queue, kind, band) DO UPDATE SET n = n + excluded.n"
)
_ADD_UP = (
    "INSERT INTO buckets VALUES (?, ?, ?, ?) "
    "ON CONFLICT (bucket, queue, measure) DO UPDATE SET n = n + excluded.n"
)


class SqliteWriter(SqliteReader):
    """Fulfils the service's Writer on one connection."""

    changes = 0

    def __init__(
        self, connection: sqlite3.Connection, shelf: BookShelf, folds: dict[str, Held] | None = None
    ) -> None:
        super().__init__(connection, shelf)
        self.folds = {} if folds is None else folds
        self._told: dict[str, int] = {}
        self._counters: dict[tuple[str, str, int], int] = {}
        self._buckets: dict[tuple[Millis, str, str], int] = {}

    def version_of(self, item_id: str) -> int:
        known = self._told.get(item_id)
        return super().version_of(item_id) if known is None else known

    def settle(self) -> None:
        """Write what has been gathered for the end of the work: the counters' deltas."""
        self._db.executemany(_COUNT, [(*key, number) for key, number in self._counters.items() if number])
        self._db.executemany(_ADD_UP, [(*key, number) for key, number in self._buckets.items() if number])
        self._counters.clear()
        self._buckets.clear()

    def forget(self) -> None:
        """The work was taken back: so is what was gathered for it."""
        self.folds.clear()
        self._told.clear()
        self._counters.clear()
        self._buckets.clear()

    def add_event(self, event: Event, received: Millis) -> str:
        return self.add_events([event], received)[0]

    def add_events(self, events: Sequence[Event], received: Millis) -> list[str]:
        known = self._digests(events)
        versions = self._versions({event.subject for event in events})
        verdicts: list[str] = []
        rows = []
        for event in events:
            digest = content_digest(event)
            name = (event.source, event.id)
            if name in known:
                verdicts.append("same" if known[name] == digest else "other")
                continue
            known[name] = digest
            verdicts.append("new")
            version = versions[event.subject] = versions.get(event.subject, 0) + 1
            actor = event.data.get("actor")
            rows.append(
                (
                    event.source,
                    event.id,
                    event.subject,
                    version,
                    event.type,
                    event.time,
                    event.sequence,
                    event.positional,
                    dump(event.data),
                    digest,
                    received,
                    actor if isinstance(actor, str) else None,
                )
            )
        self._db.executemany(_ADD_EVENT, rows)
        self._told |= versions
        return verdicts

    def _digests(self, events: Sequence[Event]) -> dict[tuple[str, str], bytes]:
        """The digests of those of the events whose names are known."""
        ids: dict[str, list[str]] = {}
        for event in events:
            ids.setdefault(event.source, []).append(event.id)
        found: dict[tuple[str, str], bytes] = {}
        for source, names in ids.items():
            for chunk in _chunks(names):
                sql = f"SELECT id, digest FROM events WHERE source = ? AND id IN ({_marks(chunk)})"
                found.update(
                    ((source, name), digest) for name, digest in self._db.execute(sql, (source, *chunk))
                )
        return found

    def _versions(self, items: Collection[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for chunk in _chunks(list(items)):
            sql = f"SELECT item, max(version) FROM events WHERE item IN ({_marks(chunk)}) GROUP BY item"
            found.update(self._db.execute(sql, chunk).fetchall())
        return found

    def put_item(self, row: ItemRow, before: ItemRow | None) -> None:
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

    def put_clocks(self, item_id: str, clocks: Sequence[ClockRow], before: Sequence[ClockRow]) -> None:
        written = {_clock_key(clock): clock for clock in before}
        wanted = {_clock_key(clock): clock for clock in clocks}
        if written == wanted:
            return
        gone = [(item_id, *key) for key in written if key not in wanted]
        if gone:
            self._db.executemany("DELETE FROM clocks WHERE item = ? AND norm = ? AND period = ?", gone)
        changed = [clock_values(clock) for key, clock in wanted.items() if written.get(key) != clock]
        self._db.executemany(_PUT_CLOCK, changed)
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
        self.settle()
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
            key = (row.queue, row.kind, row.band)
            self._counters[key] = self._counters.get(key, 0) + sign
        for bucket, queue, measure, number in row.tally:
            share = (bucket, queue, measure)
            self._buckets[share] = self._buckets.get(share, 0) + sign * number


def _chunks(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), 500):
        yield names[start : start + 500]


def _marks(names: Sequence[str]) -> str:
    return ", ".join("?" * len(names))


def _clock_key(clock: ClockRow) -> tuple[str, int]:
    return (clock.norm, clock.period)
