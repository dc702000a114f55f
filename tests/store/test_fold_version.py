"""A store that an older fold wrote: what is open is worked out anew, what is over stays as it was."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from console.domain.event import Event
from console.domain.instants import MINUTE
from tests.conftest import StillClock

NOW = "2026-03-02T01:00:00Z"


def ticket(number: int, verb: str, at: int) -> Event:
    return Event(
        source="desk", id=f"{number}-{verb}", type=f"ticket.{verb}", subject=f"ticket/{number}", time=at
    )


async def test_an_older_fold_refolds_what_is_open(open_desk: Any, tmp_path: Path) -> None:
    clock = StillClock(NOW)
    path = tmp_path / "old.db"
    desk = await open_desk(clock, path=path)
    start = clock.now() - 10 * MINUTE
    await desk.ingest(
        [ticket(1, "opened", start), ticket(2, "opened", start), ticket(2, "closed", start + MINUTE)]
    )
    db = sqlite3.connect(path)
    db.execute("UPDATE items SET state = 'as the old fold had it'")
    db.execute("UPDATE meta SET value = '0' WHERE name = 'fold'")
    db.commit()
    again = await open_desk(clock, path=path)
    states = dict(db.execute("SELECT id, state FROM items"))
    assert states == {"ticket/1": "opened", "ticket/2": "as the old fold had it"}
    assert db.execute("SELECT value FROM meta WHERE name = 'fold'").fetchone() != ("0",)
    db.close()
    assert (await again.counts()).open == 1
