"""What has been over for long goes, with all that belongs to it; nothing open, owed or bound to it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.bootstrap import open_desk as build
from console.domain.event import Event
from console.domain.instants import DAY, MINUTE, Millis
from console.service import retaining
from console.service.heard import heard_at
from console.service.notice import SENT, WAITING, Notice
from console.service.order import Order
from console.service.problem import StoreProblem
from console.service.retaining import Retained, retain
from console.service.site import rework
from console.store.auditing import Audit
from tests.conftest import StillClock

NOW = 1_790_000_000_000
LONG_AGO = NOW - 100 * DAY
CUTOFF = NOW - 90 * DAY


def event(subject: str, type_: str, at: Millis, **data: Any) -> Event:
    name = f"{subject}:{type_}:{at}"
    return Event(source="pbx", id=name, type=type_, subject=subject, time=at, data=data)


def call(name: str, customer: str, at: Millis = LONG_AGO, last: str = "ended") -> list[Event]:
    """A call that was answered and ended; or `abandoned`, which makes a callback."""
    data = {"queue": "support", "from": customer, "direction": "in"}
    told = [
        event(f"call/{name}", "call.offered", at, **data),
        event(f"call/{name}", "call.ringing", at + 1000),
    ]
    if last == "ended":
        told.append(event(f"call/{name}", "call.answered", at + 4_000, agent="li"))
    return [*told, event(f"call/{name}", f"call.{last}", at + MINUTE)]


def ticket(name: str, customer: str, at: Millis, over: bool = True, case: str = "") -> list[Event]:
    data = {"queue": "support", "customer": customer, **({"case": case} if case else {})}
    told = [event(f"ticket/{name}", "ticket.opened", at, **data)]
    return [*told, event(f"ticket/{name}", "ticket.closed", at + 60 * MINUTE)] if over else told


OLD = call("old", "13800000001") + ticket("old", "13800000001", LONG_AGO)
STAYS = {
    "a customer who is still here": call("a", "13800000002")
    + ticket("a", "13800000002", LONG_AGO, over=False),
    "a promise that nobody kept": call("b", "13800000003", last="abandoned"),
    "a case that goes on": ticket("c", "13800000004", LONG_AGO, case="K1")
    + ticket("c2", "13800000005", LONG_AGO, over=False, case="K1"),
    "what is not over for so long": call("d", "13800000006", CUTOFF + 1),
    "a customer who came again": call("e", "13800000007") + call("e2", "13800000007", NOW - DAY),
}


@pytest.fixture
async def floor(open_desk: Callable[..., Any]) -> Callable[..., Any]:
    async def make(*events: Event) -> Any:
        desk = await open_desk(StillClock(NOW))
        # The last that happened, whatever it was.
        await desk.ingest([*events, *ticket("now", "13900000000", NOW - MINUTE, over=False)])
        return desk

    return make


async def rows(store: Any, sql: str) -> list[Any]:
    return await store.read(lambda reader: reader._db.execute(sql).fetchall())


async def test_what_is_over_goes_and_the_past_counts_as_before(floor: Callable[..., Any]) -> None:
    desk = await floor(*OLD, *(each for kept in STAYS.values() for each in kept))
    store = desk._store
    await store.write(
        lambda writer: writer.put_notices(
            [Notice(name, "c", "li", at, at, at, state=state) for name, at, state in (
                ("told", LONG_AGO, SENT), ("owed", LONG_AGO, WAITING), ("young", NOW, SENT),
            )]
        )
    )  # fmt: skip
    buckets = "SELECT * FROM buckets WHERE n <> 0 ORDER BY 1, 2, 3"
    before, items = await rows(store, buckets), set(await rows(store, "SELECT id FROM items"))
    events = len(await rows(store, "SELECT seq FROM events"))
    assert await retain(store, CUTOFF, NOW, pause_s=0) == Retained(items=2, messages=1)
    left = set(await rows(store, "SELECT id FROM items"))
    assert items - left == {("call/old",), ("ticket/old",)}
    for table in ("events", "clocks"):
        assert await rows(store, f"SELECT * FROM {table} WHERE item LIKE '%/old'") == []
    assert await rows(store, "SELECT * FROM effects WHERE cause LIKE '%/old'") == []
    assert await rows(store, "SELECT id FROM notices ORDER BY id") == [("owed",), ("young",)]
    # All else is there, and two events more: that something goes, and how much went.
    assert len(await rows(store, "SELECT seq FROM events")) == events - len(OLD) + 2
    assert await rows(store, buckets) == before
    assert await rework(store, NOW) + await store.write(lambda writer: writer.recount()) == 0
    assert await rows(store, buckets) == before
    assert await retain(store, CUTOFF, NOW, pause_s=0) == Retained()


async def test_what_a_system_is_still_to_do_and_who_refuses_calls_stay(floor: Callable[..., Any]) -> None:
    desk = await floor(*OLD, *call("other", "13800000009"))
    store = desk._store
    order = Order("o1", "pbx", "call/other", "reassign", LONG_AGO, LONG_AGO, state="waiting")
    await store.write(lambda writer: writer.put_order(order))
    assert (await retain(store, CUTOFF, NOW, pause_s=0)).items == 2
    assert await rows(store, "SELECT id FROM items WHERE id LIKE 'call/%'") == [("call/other",)]


async def test_nothing_else_is_ever_deleted_from_the_log_and_nothing_young(floor: Callable[..., Any]) -> None:
    desk = await floor(*OLD)
    with pytest.raises(ValueError, match="30 days"):
        await retain(desk._store, NOW - 29 * DAY, NOW)
    with pytest.raises(StoreProblem, match="append-only"):
        await desk._store.write(lambda writer: writer._db.execute("DELETE FROM events").close())


async def test_a_removal_that_is_broken_off_leaves_no_gap_that_nothing_tells_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retaining, "PORTION", 1)
    desk, store = await build(tmp_path / "rings.db", actor="serve", clock=StillClock(NOW))
    await desk.ingest([each for n in range(3) for each in call(str(n), f"1380001{n:04}")])
    await desk.ingest(ticket("now", "13900000000", NOW - MINUTE, over=False))
    removing = asyncio.create_task(retain(store, CUTOFF, NOW, pause_s=60))
    while await rows(store, "SELECT count(*) FROM items WHERE kind = 'call'") == [(3,)]:
        await asyncio.sleep(0.005)
    removing.cancel()
    await asyncio.wait([removing])
    assert await rows(store, "SELECT count(*) FROM items WHERE kind = 'call'") == [(2,)]
    await store.close()
    assert list(Audit(tmp_path / "rings.db").findings()) == []


async def test_a_large_removal_keeps_nobody_from_writing(tmp_path: Path) -> None:
    clock = StillClock(NOW)
    desk, store = await build(tmp_path / "rings.db", actor="serve", clock=clock)
    other, second = await build(tmp_path / "rings.db", actor="li", clock=clock)
    await desk.ingest([each for n in range(150) for each in call(str(n), f"1380001{n:04}")])
    await desk.ingest(ticket("now", "13900000000", NOW - MINUTE, over=False))
    removing = asyncio.create_task(retain(store, CUTOFF, NOW, pause_s=0.005))
    written = 0
    while not removing.done():
        await other.ingest(ticket(f"w{written}", "13900000000", NOW, over=False))
        written += 1
    assert (await removing).items == 150
    # Three portions at least: it was let in between them.
    assert written >= 3
    assert await rows(store, "SELECT count(*) FROM items WHERE open") == [(written + 1,)]
    await second.close()
    await store.close()


async def test_when_feeds_were_silent_goes_too_and_what_is_known_of_later_stays(tmp_path: Path) -> None:
    clock = StillClock(NOW - 100 * DAY)
    desk, store = await build(tmp_path / "rings.db", actor="serve", clock=clock)
    # The exchange falls silent for an hour each ten days, the desk once, before all that is kept.
    for day in range(100, 0, -10):
        clock.moment = NOW - day * DAY
        await desk.hear("exchange", "pbx")
        if day == 100:
            await desk.hear("desk", "crm")
    clock.moment = NOW
    assert await rows(store, "SELECT feed, count(*) FROM silences GROUP BY 1 ORDER BY 1") == [
        ("desk", 1), ("exchange", 10),
    ]  # fmt: skip
    now_and_then = [NOW - days * DAY + MINUTE for days in (44, 40, 30, 9)]

    async def known() -> list[Any]:
        return [await store.read(lambda reader, at=at: heard_at(reader, at)) for at in now_and_then]

    before = await known()
    assert (await retain(store, NOW - 45 * DAY, NOW, pause_s=0)).silences == 5
    # Of the exchange the last one before stays (fifty days ago): it is noted since then. So does the only
    # one of the desk.
    left = await rows(store, f"SELECT feed, ({NOW} - back) / {DAY} FROM silences ORDER BY 1, 2 DESC")
    assert left == [("desk", 100), *(("exchange", days) for days in (50, 40, 30, 20, 10))]
    assert await known() == before
    assert all(one.lost is not None for heard in before for one in heard)
    assert await retain(store, NOW - 45 * DAY, NOW, pause_s=0) == Retained()
    await store.close()
