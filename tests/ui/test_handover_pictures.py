"""The hand-over as pictures."""

from __future__ import annotations

from collections.abc import Iterator

import floor_events
from pictures import SHAPES, console, opening, said

from console.domain.command import Command
from console.domain.event import Event
from console.screens.handover import HandoverScreen
from console.service.desk import Desk
from console.service.handing import Giving

TEXTS = ("T-8812 waits for a part, the courier comes at six", "备件六点到,请盯一下")


def events() -> Iterator[Event]:
    yield from floor_events.floor()
    moment, lunch = floor_events.NOW - 1_000, {"state": "break", "reason": "lunch"}
    yield Event(source="pbx", id="p", type="agent.state", subject="agent/chen", time=moment, data=lunch)


async def tell(desk: Desk) -> dict[str, object]:
    ticket = (await desk.rows(["ticket/T-9000"]))["ticket/T-9000"]
    await desk.act([Command("n", "note", ticket.id, "li.wei", ticket.hand, {"text": TEXTS[1]})])
    item = (await desk.handover()).item
    await desk.hand_over(Giving("g", item, "li.wei", 0, "sun", TEXTS[0]))
    return {"agents": (), "handover": await desk.handover()}


@SHAPES
def test_handover(snap_compare, size, language) -> None:
    desk = said(tell, events=events, feeds=(("desk", "desk", 0),))
    opened = opening("h", HandoverScreen)
    assert snap_compare(console(desk, language), terminal_size=size, run_before=opened)
