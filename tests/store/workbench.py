"""A store in memory without an event loop: what a transaction does, as plain calls."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from console.domain.event import Event
from console.domain.instants import Millis
from console.domain.query import Query
from console.numbers import normalise
from console.service import board, levels, people
from console.service.breaches import breaches
from console.service.ledger import record, refold, tick
from console.service.model import QueueRow, ServiceLevel
from console.store.books import BookShelf
from console.store.schema import migrate, prepare
from console.store.writing import SqliteWriter
from tests.domain.story import PACK_TEXT

State = dict[str, list[tuple[Any, ...]]]


@cache
def _blank() -> sqlite3.Connection:
    """An empty store to copy: all its steps once, not before every test."""
    connection = sqlite3.connect(":memory:")
    prepare(connection, writable=True)
    migrate(connection, Path("memory"))
    return connection


def made(site: str = "") -> SqliteWriter:
    """A new store with the standard norms."""
    connection = sqlite3.connect(":memory:")
    _blank().backup(connection)
    prepare(connection, writable=True)
    migrate(connection, Path("memory"))
    writer = SqliteWriter(connection, BookShelf(normalise))
    writer.put_site("norms", PACK_TEXT, 0, 0)
    writer.put_site("settings", site, 0, 0)
    return writer


def ingest(writer: SqliteWriter, events: Iterable[Event], now: Millis) -> None:
    """One batch."""
    record(writer, events, now)


def settle(writer: SqliteWriter, now: Millis) -> None:
    """Tick until nothing is due."""
    while tick(writer, now, limit=7):
        pass


def state(writer: SqliteWriter) -> State:
    """All that follows from the log, as written."""
    tables = {
        "items": "SELECT * FROM items ORDER BY id",
        "clocks": "SELECT * FROM clocks ORDER BY item, norm, period",
        "effects": "SELECT * FROM effects ORDER BY target, time, cause, source, id, type, norm",
        "owners": "SELECT * FROM owners WHERE n <> 0 ORDER BY owner",
        "counters": "SELECT * FROM counters WHERE n <> 0 ORDER BY queue, kind, band",
        "buckets": "SELECT * FROM buckets WHERE n <> 0 ORDER BY bucket, queue, measure",
    }
    return {name: writer._db.execute(sql).fetchall() for name, sql in tables.items()}


def rebuilt(writer: SqliteWriter, now: Millis) -> int:
    """Work all out anew; answers how many rows came out otherwise."""
    before = writer.changes
    writer.folds.clear()
    refold(writer, writer.item_ids("", 100_000), writer.rulebook(), now)
    return writer.changes - before + writer.recount()


def walked(writer: SqliteWriter) -> Counter[tuple[str, str, int]]:
    """The counters, counted by walking over the rows."""
    rows = writer.items(writer.item_ids("", 100_000))
    return Counter((row.queue, row.kind, row.band) for row in rows if row.open)


def board_at(writer: SqliteWriter, now: Millis, names: Iterable[str]) -> tuple[Any, ...]:
    """What screens read: counts, the whole board, service levels, agents, the panes of `names`."""
    rows: list[QueueRow] = []
    while True:
        window = board.window(writer, Query(), 3, rows[-1].place if rows else None, None, now)
        rows += window.rows
        if not window.after:
            break
    found = levels.service_levels(writer, now)
    served = {queue: level for queue, level in found.items() if level != ServiceLevel()}
    today = levels.day_levels(writer, now)
    views = {name: board.view(writer, name, now) for name in names}
    panes = {name: (view.row, view.over, view.withdrawn, view.clocks) for name, view in views.items() if view}
    return board.counts(writer, now), rows, served, today, people.agents(writer, now), panes


def broken(writer: SqliteWriter, until: Millis) -> list[tuple[Any, ...]]:
    """All breaches as of `until`, as printed."""
    return [
        (one.clock.item, one.clock.name, one.clock.due, one.clock.stopped, one.over, one.owner, one.queue,
         one.clock.agents, one.acknowledged_by)
        for one in breaches(writer, until)
    ]  # fmt: skip
