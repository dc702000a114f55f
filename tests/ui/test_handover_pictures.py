"""The hand-over as pictures: three sizes, two languages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import floor_events
import pytest
from test_pictures import Still, StillDesk, ready

from console.bootstrap import open_desk
from console.domain.command import Command
from console.domain.event import Event
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.handover import HandoverScreen
from console.screens.options import Options
from console.service.handing import Giving
from widgets.pane import LinesPane

TEXTS = ("T-8812 waits for a part, the courier comes at six", "备件六点到,请盯一下")


async def recorded(path: Path) -> StillDesk:
    desk, store = await open_desk(path, actor="li.wei", clock=Still(), site=floor_events.SITE)
    try:
        await desk.ingest(floor_events.floor())
        moment, lunch = floor_events.NOW - 1_000, {"state": "break", "reason": "lunch"}
        await desk.ingest(
            [Event(source="pbx", id="p", type="agent.state", subject="agent/chen", time=moment, data=lunch)]
        )
        await desk.hear("desk", "desk")
        await desk.tick()
        ticket = (await desk.rows(["ticket/T-9000"]))["ticket/T-9000"]
        await desk.act([Command("n", "note", ticket.id, "li.wei", ticket.hand, {"text": TEXTS[1]})])
        item = (await desk.handover()).item
        await desk.hand_over(Giving("g", item, "li.wei", 0, "sun", TEXTS[0]))
        return await StillDesk.of(desk, agents=(), handover=await desk.handover())
    finally:
        await store.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> StillDesk:
    return asyncio.run(recorded(tmp_path_factory.mktemp("floor") / "rings.db"))


async def opened(pilot) -> None:
    await ready(pilot)
    await pilot.press("h")
    while not (isinstance(pilot.app.screen, HandoverScreen) and pilot.app.screen.query_one(LinesPane).lines):
        await pilot.pause(0.02)
    await pilot.pause(0.1)


@pytest.mark.parametrize(
    ("size", "language"),
    [((200, 50), "en"), ((80, 24), "zh_CN"), ((40, 20), "en")],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}",
)
def test_handover(snap_compare, desk, size, language) -> None:
    app = RingsApp(desk, load(language), Options(badge="DEMO"), {"TERM": "xterm-256color"})
    app.animation_level = "none"
    assert snap_compare(app, terminal_size=size, run_before=opened)
