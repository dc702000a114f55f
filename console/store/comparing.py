"""Which rows are written anew while a store is worked out from its log; for a copy that is thrown away."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

_TABLES = {"items": "id", "clocks": "item", "effects": "cause"}
"""What follows from the log, and by whose name."""

_STEPS = (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old"))


def watch(copy: Path) -> None:
    """From now on the store `copy` notes by itself whose rows are written."""
    with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as db:
        db.execute("CREATE TABLE rewritten (item TEXT PRIMARY KEY) WITHOUT ROWID")
        for table, key in _TABLES.items():
            for step, row in _STEPS:
                db.execute(
                    f"CREATE TRIGGER rewritten_{table}_{step} AFTER {step} ON {table} "
                    f"BEGIN INSERT OR IGNORE INTO rewritten VALUES ({row}.{key}); END"
                )


def rewritten(copy: Path) -> list[str]:
    """The items whose rows, clocks or effects were written since `watch`."""
    with contextlib.closing(sqlite3.connect(copy)) as db:
        return [name for (name,) in db.execute("SELECT item FROM rewritten ORDER BY item")]
