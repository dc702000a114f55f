"""What a batch and a tick cost: counted, for time on a clock tells of the machine."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from console.domain.event import Event
from console.service.desk import Desk
from console.service.ledger import record, tick
from console.store import sqlite as store_module
from console.store.nudge import Nudger
from console.store.writing import SqliteWriter
from tests.conftest import StillClock
from tests.domain.story import START
from tests.store.workbench import ingest, made, settle

HOUR = 3_600_000


def ticket(number: int, verb: str = "opened", seconds: int = 0) -> Event:
    return Event(
        source="crm", id=f"{number}-{verb}", type=f"ticket.{verb}", subject=f"ticket/{number}",
        time=START + seconds * 1000, data={"name": f"Li {number}"},
    )  # fmt: skip


def asked(store: SqliteWriter, work: Any) -> list[str]:
    """The statements that `work` makes."""
    found: list[str] = []
    store._connection.set_trace_callback(found.append)
    try:
        work()
    finally:
        store._connection.set_trace_callback(None)
    return [sql for sql in found if not sql.startswith("--")]


def reads(statements: list[str]) -> int:
    return sum(sql.startswith(("SELECT", "WITH")) for sql in statements)


async def test_a_batch_is_one_hop_one_commit_one_nudge(
    open_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk: Desk = await open_desk(StillClock("2026-03-02T02:00:00Z"))
    statements: list[str] = []
    hops: list[None] = []
    nudges: list[None] = []
    hop, nudge = store_module._on_thread, Nudger.send

    async def counted(connection: Any, work: Any) -> Any:
        hops.append(None)

        def traced(db: sqlite3.Connection) -> Any:
            db.set_trace_callback(statements.append)
            return work(db)

        return await hop(connection, traced)

    monkeypatch.setattr(store_module, "_on_thread", counted)
    monkeypatch.setattr(Nudger, "send", lambda self: (nudges.append(None), nudge(self)))
    receipt = await desk.ingest(ticket(number) for number in range(400))
    assert receipt.appended == 400
    assert (len(hops), len(nudges)) == (1, 1)
    begun = [sql for sql in statements if sql.startswith(("BEGIN", "COMMIT"))]
    assert begun == ["BEGIN IMMEDIATE", "COMMIT"]


def test_a_batch_reads_as_much_for_many_items_as_for_few() -> None:
    """Opened all at once, then accepted all at once; each row of theirs is written once. (What bears on
    others of a customer is looked up for each.)"""
    counts = []
    for number in (20, 400):
        store = made()
        now = START + 60_000
        opened = asked(store, lambda: record(store, map(ticket, range(number)), now))  # noqa: B023
        more = [ticket(index, "accepted", 5) for index in range(number)]
        accepted = asked(store, lambda: record(store, more, now))  # noqa: B023
        counts.append((reads(opened), reads(accepted)))
        rows = [
            sql
            for sql in opened + accepted
            if sql.startswith(("INSERT OR REPLACE INTO items", "UPDATE items"))
        ]
        assert len(rows) == 2 * number
    assert counts[0] == counts[1]


def test_what_happens_to_an_item_within_a_batch_is_one_row() -> None:
    store = made()
    life = ("opened", "accepted", "contacted", "resolved")
    events = [ticket(1, verb, index) for index, verb in enumerate(life)]
    statements = asked(store, lambda: record(store, events, START + 60_000))
    written = [sql for sql in statements if "items" in sql.partition("(")[0] and not sql.startswith("SELECT")]
    assert len(written) == 1
    assert not any("texts" in sql.partition("(")[0] for sql in statements)  # It was never open outside.


def test_a_tick_reads_what_is_due_and_nothing_else() -> None:
    counts = []
    for number in (10, 400):
        store = made()
        # Three of them two hours sooner: their day is over when the others' is not.
        events = [ticket(index, seconds=0 if index < 3 else 7_200) for index in range(number)]
        ingest(store, events, START + 7_300_000)
        settle(store, START + 23 * HOUR)
        moment = START + 25 * HOUR
        assert [row.id for row in store.due(moment)] == ["ticket/0", "ticket/1", "ticket/2"]
        counts.append(reads(asked(store, lambda: tick(store, moment))))  # noqa: B023
        assert reads(asked(store, lambda: tick(store, moment))) == 1  # noqa: B023
    assert counts[0] == counts[1]
