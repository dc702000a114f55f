"""What is written, inside one transaction that the connection's owner begins and ends."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from console.domain.event import Event, Rejected, line_of
from console.domain.site import parse_site
from console.service.heard import silence
from console.store.alerts import AlertWriting
from console.store.appending import append
from console.store.codec import dump
from console.store.counters import count, recount
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
    from console.store.users import UserTable

_RAW_LIMIT = 65_536


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
        self._alone: set[str] = set()
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
        self._alone.clear()
        self.changes += changes
        count(self._connection, items)

    def forget(self) -> None:
        """The work was taken back: so is what was gathered for it."""
        self.folds.clear()
        self._gathered.clear()
        self._ahead.clear()
        self._alone.clear()
        self._told.clear()
        self._book = None

    # --- readings that see what is gathered ---------------------------------------------------------

    def read_ahead(self, item_ids: Collection[str]) -> None:
        """Read the rows of items that are about to be asked for, all at once, and what bears on them."""
        found = {row.id: row for row in self._written.items(item_ids)}
        self._ahead.update((name, found.get(name)) for name in item_ids)
        self._alone.update(set(item_ids) - self._written.aimed_at(item_ids))

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

    def followups_of(self, customer: str) -> list[str]:
        written = self._written.followups_of(customer)
        return list(self._gathered.of_customer(customer, "followup", written))

    def jobs_of(self, customer: str) -> list[str]:
        return list(self._gathered.of_customer(customer, "job", self._written.jobs_of(customer)))

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
        return [] if target in self._alone else self._written.effects_on(target, after)

    @property
    def users(self) -> UserTable:
        self._book = None  # it holds their roles
        return super().users

    # Events are written when they are told.

    def rulebook(self) -> RuleBook:
        if self._book is None:
            self._book = self._written.rulebook()
        return self._book

    def events_of(self, item_id: str, since: Millis | None = None) -> list[Event]:
        return self._written.events_of(item_id, since)

    def told_before_of(self, item_id: str, types: Collection[str], before: Millis) -> list[Event]:
        return self._written.told_before_of(item_id, types, before)

    def last_time(self, item_id: str, event_type: str, until: Millis) -> Millis | None:
        return self._written.last_time(item_id, event_type, until)

    def version_of(self, item_id: str) -> int:
        known = self._told.get(item_id)
        return self._written.version_of(item_id) if known is None else known

    # --- writing ------------------------------------------------------------------------------------

    def add_event(self, event: Event, received: Millis) -> str:
        return self.add_events([event], received)[0]

    def add_events(self, events: Sequence[Event], received: Millis) -> list[str]:
        verdicts, versions = append(self._connection, events, received)
        self._told |= versions
        return verdicts

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
            self._alone.clear()
            self.changes += 1
            count(self._connection, [(None, before)])

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
        said = Rejected(line, "said_differently", event.name, dump(event.cloud).encode())
        self.reject([said], source or event.source, received)

    def hear(self, feed: str, source: str, now: Millis, *, lost: bool = False) -> None:
        before = next((state for state in self.feeds() if state.name == feed), None)
        over = None if lost else silence(before, now)
        if over is not None:
            self._db.execute("INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?)", (feed, now, *over))
        self._db.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?)", (feed, source, now, lost))

    def put_site(self, part: str, body: str, effective: Millis, applied: Millis) -> str:
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
        return recount(self._connection)

    def put_meta(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
