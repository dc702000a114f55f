"""Ingest against raw SQLite: the same rows by executemany, and the event rows alone.

The same batches, journal mode and sync. Ratios of rates, side by side in one run: 1 is as quick as raw. The
rows of a batch are those that it left other than they were, in all tables. Beside them stand those of four
main tables alone, and what raw SQLite takes for the rows that are there at the end, each written once, which
nobody can do who tells of a floor as it goes.
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
MAIN = ("events", "items", "clocks", "effects")
BESIDE = ("texts", "new_texts", "counters", "buckets", "owners", "meta")
"""What is written with them: the texts to search, the figures, who has how much, the store's own count."""
TABLES = (*MAIN, *BESIDE)
ROUNDS = 5
ROWS_BAR = 0.6
EVENTS_BAR = 0.12

Rows = dict[str, list[Any]]
"""Of each table."""


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


def ours(
    folder: Path, lines: Sequence[bytes], batch: int, written: list[Rows] | None = None
) -> tuple[float, sqlite3.Connection]:
    """Seconds for decode, clean, fold, clocks, places and SQLite together; a process reads its norms once.
    With `written`, which takes its own time, the rows that each batch left other than they were."""
    db = opened(folder / "ours.db")
    shelf = BookShelf(normalise)
    db.execute("BEGIN IMMEDIATE")
    writer = SqliteWriter(db, shelf)
    writer.put_site("norms", standard_pack(), 0, 0)
    writer.put_site("settings", "", 0, 0)
    db.execute("COMMIT")
    shelf.book(db)
    folds: dict[str, Held] = {}
    stood: dict[str, set[Any]] = {table: set() for table in TABLES}
    began = time.perf_counter()
    for start in range(0, len(lines), batch):
        readings = [decode_event(line, start) for line in lines[start : start + batch]]
        db.execute("BEGIN IMMEDIATE")
        record(SqliteWriter(db, shelf, folds), readings, NOW)
        db.execute("COMMIT")
        if written is not None:
            stand = {table: set(db.execute(f"SELECT * FROM {table}")) for table in TABLES}
            written.append({table: list(stand[table] - stood[table]) for table in TABLES})
            stood = stand
    return time.perf_counter() - began, db


def raw(folder: Path, name: str, batches: Sequence[Rows]) -> float:
    """Seconds for rows by executemany, a transaction a batch; one that was there is replaced."""
    db = opened(folder / name)
    began = time.perf_counter()
    for rows in batches:
        db.execute("BEGIN IMMEDIATE")
        for table, part in rows.items():
            if part:
                marks = ", ".join("?" * len(part[0]))
                db.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", part)
        db.execute("COMMIT")
    took = time.perf_counter() - began
    db.close()
    return took


def shared_out(rows: Rows, batches: int) -> list[Rows]:
    """The rows in as many batches."""
    shares = {table: -(-len(found) // batches) for table, found in rows.items()}
    return [
        {table: found[index * shares[table] : (index + 1) * shares[table]] for table, found in rows.items()}
        for index in range(batches)
    ]


def measure(name: str, events: list[Event], batch: int) -> None:
    lines = [encode_event(event) for event in events]
    written: list[Rows] = []
    with tempfile.TemporaryDirectory() as text:
        _, db = ours(Path(text), lines, batch, written)
        last = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        db.close()
    sides = {
        "each batch's rows": written,
        "each batch's rows, those of events, items, clocks and effects alone": [
            {table: rows[table] for table in MAIN} for rows in written
        ],
        "the rows that stand at the end": shared_out(last, len(written)),
        "the event rows alone": shared_out({"events": last["events"]}, len(written)),
    }
    ratios: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as text:
            folder = Path(text)
            took, db = ours(folder, lines, batch)
            db.close()
            for number, (side, batches) in enumerate(sides.items()):
                ratios[side].append(raw(folder, f"raw{number}.db", batches) / took)
    print(f"{name}, batches of {batch:,}: {len(lines) / took:,.0f} events/s here")
    for side, found in ratios.items():
        print(f"  {statistics.median(found):.3f} ({min(found):.3f} to {max(found):.3f}) of {side}")
    for side, bar in (("each batch's rows", ROWS_BAR), ("the event rows alone", EVENTS_BAR)):
        verdict(
            f"taking {name} in, batches of {batch:,}, over executemany of {side}",
            statistics.median(ratios[side]),
            bar,
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
