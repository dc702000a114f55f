"""What a batch and a tick cost: counted, for time on a clock tells of the machine."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from console.domain.event import Event
from console.service import ledger
from console.service.desk import Desk
from console.service.ledger import record, tick
from console.service.rows import ItemRow
from console.store import sqlite as store_module
from console.store.nudge import Nudger
from console.store.writing import SqliteWriter
from tests.conftest import StillClock
from tests.domain.story import START
from tests.store.workbench import ingest, made, rebuilt, settle

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


def test_callbacks_of_one_customer_are_put_in_order_once_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    grouped = ledger.grouped

    def counted(callbacks: Any) -> list[ItemRow]:
        rows = list(callbacks)
        looked_at.append(len(rows))
        return grouped(rows)

    monkeypatch.setattr(ledger, "grouped", counted)
    store = made()
    promised = [
        Event(
            source="crm", id=str(number), type="callback.requested", subject=f"callback/{number}",
            time=START + number, data={"customer": "+8613800000042"},
        )
        for number in range(100)
    ]  # fmt: skip
    ingest(store, promised, START + 60_000)
    assert looked_at == [100]
    leads = [row for row in store.items([event.subject for event in promised]) if row.lead]
    assert [(row.id, row.promises) for row in leads] == [("callback/0", 100)]


def test_a_call_of_somebody_with_something_open_goes_on_where_it_stood() -> None:
    """What happens to it costs as little as on any other call, and what becomes of the rest is seen."""
    store = made()
    who = {"customer": "+8613800000042", "direction": "in"}

    def told(number: int, kind: str, subject: str, **data: Any) -> Event:
        return Event(
            source="t", id=str(number), type=kind, subject=subject, time=START + number * 1000, data=data
        )

    ingest(store, [told(1, "ticket.opened", "ticket/1", **who)], START + 60_000)
    ingest(store, [told(2, "call.offered", "call/1", **who)], START + 60_000)
    call = store.item("call/1")
    assert call is not None
    assert (call.contacts, call.case) == (2, "ticket/1")
    statements = asked(store, lambda: ingest(store, [told(3, "call.ringing", "call/1")], START + 60_000))
    assert not any("FROM events WHERE item =" in sql or "FROM effects" in sql for sql in statements)
    ingest(store, [told(0, "ticket.opened", "ticket/0", **who)], START + 60_000)
    call = store.item("call/1")
    assert call is not None
    assert (call.contacts, call.case) == (2, "ticket/0")
    assert rebuilt(store, START + 60_000) == 0


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
