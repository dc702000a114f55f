"""What the watcher and the outbox ask each second never walks through a table."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from console.bootstrap import open_store


async def test_no_reading_of_climbs_and_messages_walks_a_table(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "rings.db")
    asked: list[str] = []

    def work(reader: Any) -> None:
        reader._db.set_trace_callback(asked.append)
        reader.climbs_of("call/1")
        reader.waking_climbs(5)
        reader.notice("n")
        reader.notices_due("way", 5, 10)
        reader.notices_sending("way")
        reader.notices_made("way", 5)
        reader.bad_notices(5, 10)
        reader._db.set_trace_callback(None)

    await store.read(work)
    await store.close()
    with sqlite3.connect(tmp_path / "rings.db") as db:
        steps = {
            sql: [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in asked if "FROM" in sql
        }
    assert len(steps) == 7
    assert not [sql for sql, found in steps.items() if any(step.startswith("SCAN") for step in found)]
