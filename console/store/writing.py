"""What is written, inside one transaction that the connection's owner begins and ends."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from console.domain.event import Event, Rejected, line_of
from console.domain.site import parse_site
from console.store.alerts import AlertWriting
from console.store.codec import content_digest, dump, event_json
from console.store.gathered import Gathered
from console.store.notices import NoticeWriting
from console.store.orders import OrderWriting
from console.store.positions import PositionWriting
from console.store.reading import SqliteReader
from console.store.retaining import RetainWriting

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.domain.item import Effect
    from console.domain.rules import RuleBook
    from console.service.held import Held
    from console.service.rows import ItemRow
    from console.store.books import BookShelf

_RAW_LIMIT = 65_536


_ADD_EVENT = (
    "INSERT INTO events (source, id, item, version, type, time, sequence, positional, data, digest, "
    "received, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_COUNT = (
    "INSERT INTO counters VALUES (?, ?, ?, ?) "
    "ON CONFLICT (queue, kind, band) DO UPDATE SET n = n + excluded.n"
)
_COUNT_OWNED = "INSERT INTO owners VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET n = n + excluded.n"
_ADD_UP = (
    "INSERT INTO buckets VALUES (?, ?, ?, ?) "
    "ON CONFLICT (bucket, queue, measure) DO UPDATE SET n = n + excluded.n"
)


class SqliteWriter(SqliteReader, AlertWriting, NoticeWriting, OrderWriting, PositionWriting, RetainWriting):
    """Fulfils the service's Writer on one connection. Rows are gathered and written at the end of a piece of
    work; a reading that could miss one has them written first."""

    changes = 0

    def __init__(
        self, connection: sqlite3.Connection, shelf: BookShelf, folds: dict[str, Held] | None = None
    ) -> None:
        super().__init__(connection, shelf)
        self.folds = {} if folds is None else folds
        self._written = SqliteReader(connection, shelf)
        self._gathered = Gathered()
        self._ahead: dict[str, ItemRow | None] = {}
        self._told: dict[str, int] = {}
        self._book: RuleBook | None = None

    @property
    def _db(self) -> sqlite3.Connection:
        self.settle()
        return self._connection

    def settle(self) -> None:
        """Write what has been gathered, and the counters that follow from it."""
        if not self._gathered:
            return
        items, changes = self._gathered.write(self._connection)
        self._ahead.clear()
        self.changes += changes
        self._count(items)

    def forget(self) -> None:
        """The work was taken back: so is what was gathered for it."""
        self.folds.clear()
        self._gathered.clear()
        self._ahead.clear()
        self._told.clear()
        self._book = None

    # --- readings that see what is gathered ---------------------------------------------------------

    def read_ahead(self, item_ids: Collection[str]) -> None:
        """Read the rows of items that are about to be asked for, all at once."""
        found = {row.id: row for row in self._written.items(item_ids)}
        self._ahead.update((name, found.get(name)) for name in item_ids)

    def item(self, item_id: str) -> ItemRow | None:
        if item_id in self._gathered.items:
            return self._gathered.items[item_id][0]
        return self._ahead[item_id] if item_id in self._ahead else self._written.item(item_id)

    def items(self, item_ids: Collection[str]) -> list[ItemRow]:
        gathered = self._gathered.items
        return [gathered[name][0] for name in item_ids if name in gathered] + self._written.items(
            [name for name in item_ids if name not in gathered]
        )

    def callbacks_of(self, customer: str) -> list[str]:
        written = self._written.callbacks_of(customer)
        return list(self._gathered.of_customer(customer, "callback", written))

    def calls_of(self, customer: str, since: Millis) -> list[str]:
        written = self._written.calls_of(customer, since)
        found = self._gathered.of_customer(customer, "call", written)
        return [name for name, row in found.items() if row is None or row.opened > since]

    def accounts_of(self, customer: str) -> list[str]:
        written = self._written.accounts_of(customer)
        return list(self._gathered.of_customer(customer, "customer", written))

    def clocks_of(self, item_id: str) -> list[ClockRow]:
        if item_id in self._gathered.clocks:
            self.settle()
        return self._written.clocks_of(item_id)

    def effects_of(self, cause: str) -> list[Effect]:
        if cause in self._gathered.effects:
            self.settle()
        return self._written.effects_of(cause)

    def effects_on(self, target: str, after: Millis | None = None) -> list[Effect]:
        if self._gathered.aims_at(target):
            self.settle()
        return self._written.effects_on(target, after)

    # Events are written when they are told.

    def rulebook(self) -> RuleBook:
        if self._book is None:
            self._book = self._written.rulebook()
        return self._book

    def events_of(self, item_id: str, since: Millis | None = None) -> list[Event]:
        return self._written.events_of(item_id, since)

    def last_time(self, item_id: str, event_type: str, until: Millis) -> Millis | None:
        return self._written.last_time(item_id, event_type, until)

    def version_of(self, item_id: str) -> int:
        known = self._told.get(item_id)
        return self._written.version_of(item_id) if known is None else known

    # --- writing ------------------------------------------------------------------------------------

    def add_event(self, event: Event, received: Millis) -> str:
        return self.add_events([event], received)[0]

    def add_events(self, events: Sequence[Event], received: Millis) -> list[str]:
        known = self._digests(events)
        versions = self._versions({event.subject for event in events})
        verdicts: list[str] = []
        rows = []
        for event in events:
            data = dump(event.data)
            digest = content_digest(event, data)
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
                    data,
                    digest,
                    received,
                    actor if isinstance(actor, str) else None,
                )
            )
        self._connection.executemany(_ADD_EVENT, rows)
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
                    ((source, name), digest)
                    for name, digest in self._connection.execute(sql, (source, *chunk))
                )
        return found

    def _versions(self, items: Collection[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for chunk in _chunks(list(items)):
            sql = f"SELECT item, max(version) FROM events WHERE item IN ({_marks(chunk)}) GROUP BY item"
            found.update(self._connection.execute(sql, chunk).fetchall())
        return found

    def put_item(self, row: ItemRow, before: ItemRow | None) -> None:
        self._gathered.put_item(row, before)

    def drop_item(self, item_id: str) -> None:
        self.settle()
        before = self.item(item_id)
        if before is not None:
            self._connection.execute("DELETE FROM items WHERE id = ?", (item_id,))
            self._connection.execute("DELETE FROM texts WHERE item = ?", (item_id,))
            self._connection.execute("DELETE FROM new_texts WHERE item = ?", (item_id,))
            self._connection.execute("DELETE FROM clocks WHERE item = ?", (item_id,))
            self._ahead.clear()
            self.changes += 1
            self._count([(None, before)])

    def put_clocks(self, item_id: str, clocks: Sequence[ClockRow], before: Sequence[ClockRow]) -> None:
        if clocks or before:
            self._gathered.put_clocks(item_id, clocks, before)

    def put_effects(self, cause: str, effects: Sequence[Effect], before: Sequence[Effect]) -> None:
        self._gathered.put_effects(cause, effects, before)

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
        line = line_of(event.sequence or 0) if event.positional else 0
        said = Rejected(line, "said_differently", event.name, event_json(event))
        self.reject([said], source or event.source, received)

    def hear(self, feed: str, source: str, now: Millis, *, lost: bool = False) -> None:
        self._db.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?)", (feed, source, now, lost))

    def put_site(self, part: str, body: str, effective: Millis, applied: Millis) -> str:
        """Put "norms" or "settings" in force from `effective` on; answers the hash of the text."""
        self._book = None
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
        wrong = self._mend_texts()
        wrong += self._differing(
            "counters", "SELECT queue, kind, band, count(*) FROM items WHERE open GROUP BY 1, 2, 3"
        )
        wrong += self._differing(
            "owners", "SELECT owner, count(*) FROM items WHERE open AND owner IS NOT NULL GROUP BY 1"
        )
        return wrong + self._differing(
            "buckets",
            "SELECT bucket, queue, measure, sum(n) FROM ("
            "SELECT t.value ->> 0 bucket, t.value ->> 1 queue, t.value ->> 2 measure, t.value ->> 3 n "
            "FROM items, json_each(items.tally) t UNION ALL SELECT * FROM retired) GROUP BY 1, 2, 3",
        )

    def _mend_texts(self) -> int:
        """Write the filter's texts anew where they aren't those of the open items; answers how many."""
        kept = "SELECT item, words FROM (SELECT item, words FROM texts UNION ALL SELECT * FROM new_texts)"
        right = "SELECT id, words FROM items WHERE open"
        wrong = 0
        for one, other in ((kept, right), (right, kept)):
            wrong += int(self._db.execute(f"SELECT count(*) FROM ({one} EXCEPT {other})").fetchone()[0])
        if wrong:
            self._db.execute("DELETE FROM texts")
            self._db.execute("DELETE FROM new_texts")
            self._db.execute(f"INSERT INTO texts (item, words) {right}")
            self._db.execute("INSERT INTO trigrams (trigrams) VALUES ('rebuild')")
        return wrong

    def _differing(self, table: str, sums: str) -> int:
        """Replace a table of counters by its sums; answers how many rows were wrong."""
        written = set(self._db.execute(f"SELECT * FROM {table} WHERE n <> 0"))
        right = set(self._db.execute(sums))
        wrong = written ^ right
        if wrong:
            self._db.execute(f"DELETE FROM {table}")
            for row in right:
                self._db.execute(f"INSERT INTO {table} VALUES ({_marks(row)})", row)
        return len(wrong)

    def put_meta(self, name: str, value: str) -> None:
        """Write a value of `meta`."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def _count(self, items: Iterable[tuple[ItemRow | None, ItemRow | None]]) -> None:
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
            self._connection.executemany(sql, [(*key, number) for key, number in deltas.items() if number])


def _standing(row: ItemRow | None) -> tuple[tuple[str, str, int], str | None] | None:
    """Where the counters have an item, and whose it is; None where it is not on the board."""
    return None if row is None or not row.open else ((row.queue, row.kind, row.band), row.owner)


def _chunks(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), 500):
        yield names[start : start + 500]


def _marks(names: Sequence[str]) -> str:
    return ", ".join("?" * len(names))
