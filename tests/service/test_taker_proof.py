"""Whoever takes a shift over where people have PINs proves it with theirs."""

from __future__ import annotations

import pytest

from console.domain.command import Refusal
from console.domain.instants import parse_rfc3339
from console.service import pins, users
from console.service.desk import Desk
from console.service.handing import Giving
from console.service.model import Done
from tests.conftest import StillClock

SITE = '[agents.li]\nname = "Li Na"\n[agents.wang]\nname = "Wang Fang"\n[agents.sun]\n'
DAY = "handover/2026-03-02/early"


@pytest.fixture
async def desk(open_desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(pins, "COST", (2**4, 8, 1))
    desk = await open_desk(StillClock(parse_rfc3339("2026-03-02T15:50:00+08:00")), site=SITE, actor="li")
    assert isinstance(await desk.hand_over(Giving("g", DAY, "li", 0, to="wang")), Done)
    return desk


async def pin_for(desk: Desk, name: str) -> None:
    kept = pins.hashed(f"pin-{name}")
    await desk._store.write(lambda writer: users.add(writer, name, "", kept, "root", desk.now()))


async def test_the_taker_proves_who_it_is_at_the_givers_terminal(desk: Desk) -> None:
    await pin_for(desk, "wang")
    wish = Giving("t", DAY, "Wang F", 1)
    assert await desk.take_over(wish) == Refusal(DAY, "needs_pin")
    assert await desk.take_over(wish, "0000") == Refusal(DAY, "wrong_pin")
    # Nobody can stand in for her who has none; at a console of their own they can take it.
    assert await desk.take_over(Giving("t", DAY, "sun", 1)) == Refusal(DAY, "no_taker_pin")
    assert isinstance(await desk.take_over(wish, "pin-wang"), Done)
    (_, accepted) = await desk._store.read(lambda reader: reader.events_of(DAY))
    assert {**accepted.data} == {"actor": "wang", "agent": "wang", "desk": "li", "proof": "pin"}


async def test_without_a_pin_one_takes_it_over_at_ones_own_console(desk: Desk) -> None:
    await pin_for(desk, "wang")
    desk.actor = "sun"
    assert isinstance(await desk.take_over(Giving("t", DAY, "sun", 1)), Done)
    (_, accepted) = await desk._store.read(lambda reader: reader.events_of(DAY))
    assert {**accepted.data} == {"actor": "sun", "agent": "sun"}
