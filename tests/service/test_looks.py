"""How often somebody looked at customers lately, as the norm counts it."""

from __future__ import annotations

from typing import Any

from console.domain.command import Command
from console.domain.event import Event
from console.domain.instants import HOUR, parse_rfc3339
from console.service.revealed import Looks
from console.service.site import apply
from tests.conftest import StillClock

NOON = parse_rfc3339("2026-03-02T12:00:00+08:00")


def told(name: str, kind: str, time: int, **data: Any) -> Event:
    return Event(source="desk", id=name, type=kind, subject="ticket/1", time=time, data=data)


async def test_looks_of_the_last_hour_count_for_who_looked(open_desk: Any) -> None:
    desk = await open_desk(StillClock(NOON))
    assert await desk.looks() == Looks(0, 10, HOUR)
    await desk.ingest(
        [
            told("t", "ticket.opened", NOON - 2 * HOUR, customer="13800000042"),
            told("1", "item.revealed", NOON - HOUR, actor=desk.actor),  # a whole hour back: out
            told("2", "item.revealed", NOON - HOUR + 1, actor=desk.actor),
            told("3", "item.revealed", NOON - 9, actor="somebody.else"),
        ]
    )
    await desk.act([Command("c", "reveal", "ticket/1", desk.actor, 0, {"reason": "call"})])
    assert await desk.looks() == Looks(2, 10, HOUR)
    settings = '[limits]\n"floor.confidential" = 3\n'
    await apply(desk._store, settings, actor="admin", event_id="s", now=NOON, since=None)
    assert await desk.looks() == Looks(2, 3, HOUR)
