"""What is asked of the database. Every query goes by an index and stops at a limit or at one item's rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from console.service.model import MEASURES, Counts, FeedState, Place, ServiceLevel
from console.service.rows import Found, ItemRow
from console.store.alerts import AlertReading
from console.store.by_queue import QueueReading
from console.store.by_time import TimeReading
from console.store.codec import (
    CLOCK_COLUMNS,
    EFFECT_COLUMNS,
    EVENT_COLUMNS,
    ITEM_COLUMNS,
    clock_of,
    dump,
    effect_of,
    event_of,
    item_of,
)
from console.store.finding import places
from console.store.hands import HandReading
from console.store.notices import NoticeReading
from console.store.orders import OrderReading
from console.store.person import PersonReading
from console.store.positions import PositionReading
from console.store.retaining import RetainReading

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.event import Event
    from console.domain.instants import Millis
    from console.domain.item import Effect
    from console.domain.query import Query
    from console.domain.rules import RuleBook, Rules
    from console.store.books import BookShelf
    from console.store.users import UserTable

_ITEM = ", ".join(f'"{name}"' for name in ITEM_COLUMNS)
_CLOCK = ", ".join(CLOCK_COLUMNS)
_EVENT = ", ".join(EVENT_COLUMNS)
_EFFECT = ", ".join(EFFECT_COLUMNS)

_LEVEL = "instr(measure, ':') = 0"
"""The measures of a service level, as the partial index of them has it; norms' have a colon."""

_SUMS = ", ".join(f"sum(CASE measure WHEN '{name}' THEN n ELSE 0 END)" for name in MEASURES)

_LATE = "rule = 'most' AND (stopped IS NULL OR stopped > due)"
_BROKEN = (
    "rule <> 'most' AND (rule <> 'least' OR stopped < due) "
    "AND (rule <> 'every' OR stopped IS NULL OR stopped > due)"
)
"""As the partial indexes of what may be broken have it."""

_MEASURES = msgspec.json.Decoder(dict[str, int])

_LONG_AGO: Millis = -(2**63)


class SqliteReader(
    AlertReading,
    HandReading,
    NoticeReading,
    OrderReading,
    PersonReading,
    PositionReading,
    QueueReading,
    RetainReading,
    TimeReading,
):
    """Fulfils the service's Reader on one connection."""

    def __init__(
        self, connection: sqlite3.Connection, shelf: BookShelf, kept: dict[str, Any] | None = None
    ) -> None:
        self._connection = connection
        self._shelf = shelf
        self._kept = kept

    @property
    def _db(self) -> sqlite3.Connection:
        """The connection, at a moment when what it finds is right."""
        return self._connection

    @property
    def kept(self) -> dict[str, Any] | None:
        return self._kept

    @property
    def users(self) -> UserTable:
        from console.store.users import UserTable  # loaded when somebody signs in

        return UserTable(self._db)

    def rulebook(self) -> RuleBook:
        return self._shelf.book(self._db)

    def late_rules(self) -> Callable[[], Rules]:
        return self._shelf.late_rules(self._db)

    def item(self, item_id: str) -> ItemRow | None:
        row = self._db.execute(f"SELECT {_ITEM} FROM items WHERE id = ?", (item_id,)).fetchone()
        return item_of(row) if row else None

    def items(self, item_ids: Collection[str]) -> list[ItemRow]:
        found: list[ItemRow] = []
        ids = list(item_ids)
        for start in range(0, len(ids), 500):
            chunk = ids[start : start + 500]
            marks = ", ".join("?" * len(chunk))
            rows = self._db.execute(f"SELECT {_ITEM} FROM items WHERE id IN ({marks})", chunk)
            found.extend(map(item_of, rows))
        return found

    def aimed_at(self, item_ids: Collection[str]) -> set[str]:
        """Those of them in which something is caused."""
        found: set[str] = set()
        ids = list(item_ids)
        for start in range(0, len(ids), 500):
            chunk = ids[start : start + 500]
            marks = ", ".join("?" * len(chunk))
            rows = self._db.execute(f"SELECT DISTINCT target FROM effects WHERE target IN ({marks})", chunk)
            found.update(row[0] for row in rows)
        return found

    def events_of(self, item_id: str, since: Millis | None = None) -> list[Event]:
        sql = f"SELECT {_EVENT} FROM events WHERE item = ?"
        if since is None:
            rows = self._db.execute(f"{sql} ORDER BY version", (item_id,))
        else:
            rows = self._db.execute(f"{sql} AND time >= ? ORDER BY version", (item_id, since))
        return [event_of(row) for row in rows]

    def event(self, source: str, event_id: str) -> Event | None:
        row = self._db.execute(
            f"SELECT {_EVENT} FROM events WHERE source = ? AND id = ?", (source, event_id)
        ).fetchone()
        return event_of(row) if row else None

    def last_time(self, item_id: str, event_type: str, until: Millis) -> Millis | None:
        row = self._db.execute(
            "SELECT max(time) FROM events WHERE item = ? AND type = ? AND time <= ?",
            (item_id, event_type, until),
        ).fetchone()
        return row[0] if row else None

    def version_of(self, item_id: str) -> int:
        row = self._db.execute("SELECT max(version) FROM events WHERE item = ?", (item_id,)).fetchone()
        return row[0] or 0

    def effects_on(self, target: str, after: Millis | None = None) -> list[Effect]:
        rows = self._db.execute(
            f"SELECT {_EFFECT} FROM effects WHERE target = ? AND time > ? ORDER BY time",
            (target, _LONG_AGO if after is None else after),
        )
        return [effect_of(row) for row in rows]

    def effects_of(self, cause: str) -> list[Effect]:
        rows = self._db.execute(f"SELECT {_EFFECT} FROM effects WHERE cause = ?", (cause,))
        return [effect_of(row) for row in rows]

    def clocks_of(self, item_id: str) -> list[ClockRow]:
        rows = self._db.execute(
            f"SELECT {_CLOCK} FROM clocks WHERE item = ? ORDER BY started, norm, period", (item_id,)
        )
        return [clock_of(row) for row in rows]

    def calls_of(self, customer: str, since: Millis) -> list[str]:
        if not customer:
            return []
        rows = self._db.execute(
            "SELECT id FROM items WHERE customer = ? AND customer <> '' AND kind = 'call' AND opened > ? "
            "ORDER BY opened",
            (customer, since),
        )
        return [row[0] for row in rows]

    def callbacks_of(self, customer: str) -> list[str]:
        if not customer:
            return []
        rows = self._db.execute(
            # The second condition is what the partial index knows itself by.
            "SELECT id FROM items WHERE customer = ? AND customer <> '' AND kind = 'callback' "
            "ORDER BY opened",
            (customer,),
        )
        return [row[0] for row in rows]

    def items_under(self, prefix: str, limit: int) -> list[ItemRow]:
        """Items whose ids begin so, the newest first; `prefix` ends with a slash."""
        rows = self._db.execute(
            f"SELECT {_ITEM} FROM items WHERE id >= ? AND id < ? ORDER BY opened DESC, id LIMIT ?",
            (prefix, prefix[:-1] + "0", limit),
        )
        return [item_of(row) for row in rows]

    def followups_of(self, customer: str) -> list[str]:
        if not customer:
            return []
        rows = self._db.execute(
            "SELECT id FROM items WHERE customer = ? AND customer <> '' AND kind = 'followup' ORDER BY id",
            (customer,),
        )
        return [row[0] for row in rows]

    def jobs_of(self, customer: str) -> list[str]:
        if not customer:
            return []
        rows = self._db.execute(
            "SELECT id FROM items WHERE customer = ? AND customer <> '' AND kind = 'job' ORDER BY id",
            (customer,),
        )
        return [row[0] for row in rows]

    def accounts_of(self, customer: str) -> list[str]:
        if not customer:
            return []
        rows = self._db.execute(
            "SELECT id FROM items WHERE customer = ? AND customer <> '' AND kind = 'customer' ORDER BY id",
            (customer,),
        )
        return [row[0] for row in rows]

    def related(self, item: ItemRow, limit: int) -> list[ItemRow]:
        found: dict[str, ItemRow] = {}
        # What came of an item without a case has the item itself as its case.
        for column, value in (("customer", item.customer), ("case", item.case or item.id), ("id", item.case)):
            if value:
                rows = self._db.execute(
                    f'SELECT {_ITEM} FROM items WHERE "{column}" = ? AND "{column}" <> \'\' AND id <> ? '
                    "ORDER BY opened DESC LIMIT ?",
                    (value, item.id, limit),
                )
                found.update((row.id, row) for row in map(item_of, rows))
        return sorted(found.values(), key=lambda row: -row.opened)[:limit]

    def window(self, query: Query, count: int, after: Place | None, before: Place | None) -> Found:
        ids, reached = places(self._db, query, count, after, before)
        found = {row.id: row for row in self.items(ids)}
        return Found([found[name] for name in ids], reached)

    def calls_since(self, moment: Millis) -> list[ItemRow]:
        rows = self._db.execute(f"SELECT {_ITEM} FROM items WHERE last >= ? AND kind = 'call'", (moment,))
        return [item_of(row) for row in rows]

    def asked(self, limit: int) -> list[ItemRow]:
        rows = self._db.execute(
            f"SELECT {_ITEM} FROM items WHERE asked IS NOT NULL AND open LIMIT ?", (limit,)
        )
        return [item_of(row) for row in rows]

    def due(self, now: Millis, limit: int | None = None, since: Millis | None = None) -> list[ItemRow]:
        rows = self._db.execute(
            f"SELECT {_ITEM} FROM items WHERE next <= ? AND next > ? ORDER BY next, id LIMIT ?",
            (now, _LONG_AGO if since is None else since, -1 if limit is None else limit),
        )
        return [item_of(row) for row in rows]

    def changed_since(self, moment: Millis, lost_after: Millis) -> list[str]:
        rows = self._db.execute(
            "SELECT id FROM items WHERE last > ?1 UNION SELECT id FROM items WHERE next <= ?1 "
            "UNION SELECT id FROM items WHERE last > ?1 - ?2 AND over > ?1 AND state = 'lost'",
            (moment, lost_after),
        )
        return [row[0] for row in rows]

    def broken_clocks(self, since: Millis | None, until: Millis, norms: Collection[str]) -> list[ClockRow]:
        among = f" AND norm IN ({', '.join('?' * len(norms))})" if norms else ""
        begin = _LONG_AGO if since is None else since
        # A beat goes on breaking after its first due, and what stopped too soon broke before it.
        asked: list[tuple[str, list[Any]]] = [
            (f"{_LATE} AND due >= ? AND due < ?", [begin, until]),
            (f"{_BROKEN} AND due >= ?", [begin]),
            (f"{_BROKEN} AND rule = 'every' AND due < ?", [begin]),
        ]
        rows = [
            row
            for where, values in asked
            for row in self._db.execute(
                f"SELECT {_CLOCK} FROM clocks WHERE {where}{among}", [*values, *norms]
            )
        ]
        return [clock for clock in map(clock_of, rows) if clock.broken(until)]

    def counts(self) -> Counts:
        bands: dict[int, int] = {}
        kinds: dict[str, int] = {}
        for kind, band, number in self._db.execute(
            "SELECT kind, band, sum(n) FROM counters GROUP BY kind, band"
        ):
            bands[band] = bands.get(band, 0) + number
            kinds[kind] = kinds.get(kind, 0) + number
        return Counts(
            open=sum(bands.values()),
            breached=bands.get(0, 0),
            at_risk=bands.get(1, 0),
            kinds={kind: number for kind, number in kinds.items() if number},
        )

    def service_levels(self, since: Millis) -> Mapping[str, ServiceLevel]:
        rows = self._db.execute(
            f"SELECT queue, {_SUMS} FROM buckets WHERE bucket >= ? AND {_LEVEL} "
            "GROUP BY queue ORDER BY queue",
            (since,),
        )
        return {queue: ServiceLevel(*measures) for queue, *measures in rows}

    def verdicts(self, since: Millis) -> Mapping[str, int]:
        rows = self._db.execute(
            "SELECT measure, sum(n) FROM buckets WHERE bucket >= ? AND measure GLOB '*:*' GROUP BY measure",
            (since,),
        )
        return dict(rows.fetchall())

    def quarters(self, since: Millis, until: Millis) -> list[tuple[Millis, str, ServiceLevel]]:
        # One text for each quarter of a queue: a third of the time that a row for each measure takes.
        rows = self._db.execute(
            "SELECT bucket, queue, json_group_object(measure, n) FROM buckets "
            f"WHERE bucket >= ? AND bucket < ? AND {_LEVEL} GROUP BY bucket, queue",
            (since, until),
        )
        return [
            (bucket, queue, ServiceLevel(**_MEASURES.decode(measures))) for bucket, queue, measures in rows
        ]

    def open_calls(self, without: Collection[str]) -> list[tuple[str, str, int, Millis]]:
        rows = self._db.execute(
            "SELECT queue, state, count(*), min(opened) FROM items WHERE open AND kind = 'call' "
            "AND direction = 'in' AND id NOT IN (SELECT value FROM json_each(?)) GROUP BY queue, state",
            (dump(sorted(without)),),
        )
        return rows.fetchall()

    def feeds(self) -> list[FeedState]:
        rows = self._db.execute("SELECT name, source, heard, lost FROM feeds ORDER BY name")
        return [FeedState(name, source, heard, bool(lost)) for name, source, heard, lost in rows]

    def agents(self) -> list[ItemRow]:
        rows = self._db.execute(
            f"SELECT {_ITEM} FROM items WHERE id >= 'agent/' AND id < 'agent0' ORDER BY id"
        )
        return [item_of(row) for row in rows]

    def open_by_owner(self) -> Mapping[str, int]:
        return dict(self._db.execute("SELECT owner, n FROM owners WHERE n > 0").fetchall())

    def queues(self) -> list[str]:
        rows = self._db.execute("SELECT DISTINCT queue FROM counters WHERE queue <> '' ORDER BY queue")
        return [row[0] for row in rows]

    def site_versions(self) -> list[tuple[Millis, str, str]]:
        """The versions of norms and settings: (in force from, part, hash)."""
        return self._db.execute("SELECT effective, part, hash FROM site ORDER BY effective, part").fetchall()

    def meta(self, name: str) -> str:
        """A value of the store's own notes; empty where there is none."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def rejects(self, limit: int) -> Iterator[tuple[int, str, int, str, str, bytes, Millis]]:
        """The newest bad input: (number, origin, line, reason, detail, raw, received)."""
        yield from self._db.execute(
            "SELECT seq, origin, line, reason, detail, raw, received FROM rejects ORDER BY seq DESC LIMIT ?",
            (limit,),
        )

    def reject_count(self) -> int:
        """How much bad input is kept."""
        return int(self._db.execute("SELECT count(*) FROM rejects").fetchone()[0])

    def item_ids(self, after: str, limit: int) -> list[str]:
        """Ids of everything that events, rows or effects speak of, in order, from `after` on."""
        rows = self._db.execute(
            "SELECT item FROM (SELECT DISTINCT item FROM events WHERE item > ?1 ORDER BY item LIMIT ?2) "
            "UNION SELECT id FROM (SELECT id FROM items WHERE id > ?1 ORDER BY id LIMIT ?2) "
            "UNION SELECT target FROM "
            "(SELECT DISTINCT target FROM effects WHERE target > ?1 ORDER BY target LIMIT ?2) "
            "ORDER BY 1 LIMIT ?2",
            (after, limit),
        )
        return [row[0] for row in rows]
