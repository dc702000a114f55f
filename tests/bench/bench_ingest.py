"""Ingest against raw SQLite: the same rows by executemany, and the event rows alone.

The same batches, journal mode and sync. Ratios of rates, side by side in one run: 1 is as quick as raw.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from console.bootstrap import standard_pack
from console.collector import take_in
from console.domain.event import Event
from console.feeds.ndjson import decode_event, encode_event
from console.numbers import normalise
from console.service.held import Held
from console.service.ledger import record
from console.store.books import BookShelf
from console.store.schema import journal_mode, migrate, prepare
from console.store.writing import SqliteWriter
from tests.bench.big_floor import events as floor_events
from tests.bench.verdict import verdict

NOW = 1_795_000_000_000
TABLES = ("events", "items", "clocks", "effects")
ROUNDS = 5
BAR = 0.6


def calls(number: int) -> Iterator[Event]:
    """Calls as an exchange tells them: offered, ringing, answered, held, resumed, ended."""
    steps = (
        ("call.offered", 0, {"queue": "support", "direction": "in"}),
        ("call.ringing", 2, {"agent": "li"}),
        ("call.answered", 9, {"agent": "li"}),
        ("call.held", 40, {}),
        ("call.resumed", 70, {}),
        ("call.ended", 200, {"by": "customer"}),
    )
    live: list[Event] = []
    for index in range(number // len(steps)):
        for step, (kind, after, data) in enumerate(steps):
            more = {"from": f"138{index:08d}"} if step == 0 else {}
            live.append(
                Event(
                    source="pbx",
                    id=f"{index}-{step}",
                    type=kind,
                    subject=f"call/{index}",
                    time=NOW - 3_600_000 + index * 100 + after * 1000,
                    data={**data, **more},
                )
            )
    live.sort(key=lambda event: event.time)
    yield from live


def opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    prepare(db, writable=True)
    migrate(db, path)
    return db


def ours(folder: Path, lines: Sequence[bytes], batch: int) -> tuple[float, sqlite3.Connection]:
    """Seconds for decode, clean, fold, clocks, places and SQLite together; a process reads its norms once."""
    db = opened(folder / "ours.db")
    shelf = BookShelf(normalise)
    db.execute("BEGIN IMMEDIATE")
    writer = SqliteWriter(db, shelf)
    writer.put_site("norms", standard_pack(), 0, 0)
    writer.put_site("settings", "", 0, 0)
    db.execute("COMMIT")
    shelf.book(db)
    folds: dict[str, Held] = {}
    began = time.perf_counter()
    for start in range(0, len(lines), batch):
        readings = [decode_event(line, start) for line in lines[start : start + batch]]
        db.execute("BEGIN IMMEDIATE")
        record(SqliteWriter(db, shelf, folds), readings, NOW)
        db.execute("COMMIT")
    return time.perf_counter() - began, db


def raw(folder: Path, name: str, rows: dict[str, list[Any]], batches: int) -> float:
    """Seconds for the rows by executemany, in as many transactions."""
    db = opened(folder / name)
    shares = {table: -(-len(found) // batches) for table, found in rows.items() if found}
    began = time.perf_counter()
    for index in range(batches):
        db.execute("BEGIN IMMEDIATE")
        for table, share in shares.items():
            part = rows[table][index * share : (index + 1) * share]
            if part:
                db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(part[0]))})", part)
        db.execute("COMMIT")
    took = time.perf_counter() - began
    db.close()
    return took


def measure(name: str, events: list[Event], batch: int) -> None:
    lines = [encode_event(event) for event in events]
    batches = -(-len(lines) // batch)
    ratios, alone = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as text:
            folder = Path(text)
            took, db = ours(folder, lines, batch)
            rows = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
            db.close()
            ratios.append(raw(folder, "raw.db", rows, batches) / took)
            alone.append(raw(folder, "events.db", {"events": rows["events"]}, batches) / took)
    rate = len(lines) / took
    print(
        f"{name:<8} batch {batch:>5}: {statistics.median(ratios):.2f} of the same rows "
        f"({min(ratios):.2f} to {max(ratios):.2f}), {statistics.median(alone):.3f} of the event rows alone; "
        f"{rate:,.0f} events/s here"
    )
    verdict(
        f"taking {name} in, batches of {batch:,}, over raw executemany",
        statistics.median(ratios),
        BAR,
        least=True,
    )


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    take_in()  # as `rings serve` and `rings ingest` do
    print(f"ingest over raw executemany, journal {journal_mode()}, synchronous FULL, {number} events")
    for batch in (20, 100, 1000):
        measure("calls", list(calls(number)), batch)
        measure("tickets", list(floor_events(number // 3, NOW)), batch)


if __name__ == "__main__":
    main()
