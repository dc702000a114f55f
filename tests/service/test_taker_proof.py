"""Whoever takes a shift over where people have PINs proves it with theirs."""

from __future__ import annotations

import pytest

from console.domain.command import Refusal
from console.domain.instants import parse_rfc3339
from console.service import pins, users
from console.service.handing import Giving
from console.service.model import Done
from tests.conftest import StillClock

SITE = '[agents.li]\n[agents.wang]\nname = "Wang Fang"\n[agents.sun]\n[roles]\nviewer = ["sun"]\n'
DAY = "handover/2026-03-02/early"


async def test_the_taker_proves_who_it_is_at_the_givers_terminal(
    open_desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "COST", (2**4, 8, 1))
    desk = await open_desk(StillClock(parse_rfc3339("2026-03-02T15:50:00+08:00")), site=SITE, actor="li")
    await desk.hand_over(Giving("g", DAY, "li", 0, to="wang"))
    kept = pins.hashed("pin-wang")
    await desk._store.write(lambda writer: users.add(writer, "wang", "", kept, "root", desk.now()))
    wish = Giving("t", DAY, "Wang F", 1)
    assert await desk.take_over(wish) == Refusal(DAY, "needs_pin")
    assert await desk.take_over(wish, "0000") == Refusal(DAY, "wrong_pin")
    # Nobody can stand in for her who has no PIN; at a console of their own that is for the role to say.
    other = Giving("t", DAY, "sun", 1)
    assert await desk.take_over(other) == Refusal(DAY, "no_taker_pin")
    desk.actor = "sun"
    assert await desk.take_over(other) == Refusal(DAY, "needs_supervisor")
    desk.actor = "li"
    assert isinstance(await desk.take_over(wish, "pin-wang"), Done)
    (_, accepted) = await desk._store.read(lambda reader: reader.events_of(DAY))
    assert {**accepted.data} == {"actor": "wang", "agent": "wang", "desk": "li", "proof": "pin"}
