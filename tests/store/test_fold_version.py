"""A store that an older fold wrote: what is not over is worked out anew, what is over stays as it was."""

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


def record(number: int, type_: str, subject: str, at: int, **data: Any) -> Event:
    return Event(source="hr", id=str(number), type=type_, subject=subject, time=at, data=data)


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


async def test_an_older_fold_refolds_people_and_what_made_no_sense_to_it(
    open_desk: Any, tmp_path: Path
) -> None:
    clock = StillClock(NOW)
    path = tmp_path / "old.db"
    desk = await open_desk(clock, path=path)
    start = clock.now() - 10 * MINUTE
    await desk.ingest(
        [
            record(1, "agent.inspected", "agent/li", start, checklist="training"),
            record(2, "agent.joined", "agent/li", start + MINUTE),
            record(3, "customer.account", "customer/+8613800000042", start, manager="li"),
            record(4, "ticket.opened", "ticket/1", start),
        ]
    )
    db = sqlite3.connect(path)
    told = "SELECT id, state, owner, opened, withdrawn FROM items WHERE kind <> 'callback' ORDER BY id"
    as_it_is = db.execute(told).fetchall()
    assert [row[:3] for row in as_it_is[:2]] == [
        ("agent/li", "available", None),
        ("customer/+8613800000042", "known", "li"),
    ]
    # As folds wrote them that knew of no records, no keepers and not of the type of the ticket's event.
    db.execute("UPDATE items SET owner = NULL")
    db.execute("UPDATE items SET opened = 0, withdrawn = 1, state = '' WHERE kind = 'ticket'")
    db.execute("DELETE FROM clocks WHERE item = 'agent/li'")
    db.execute("UPDATE meta SET value = '0' WHERE name = 'fold'")
    db.commit()
    await open_desk(clock, path=path)
    assert db.execute(told).fetchall() == as_it_is
    assert db.execute("SELECT norm FROM clocks WHERE item = 'agent/li'").fetchall() == [
        ("agent.training.yearly",)
    ]
    db.close()
