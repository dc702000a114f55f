"""The wall as pictures: three sizes, two languages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import floor_events
import pytest
from test_pictures import Still, StillDesk, ready

from console.bootstrap import open_desk
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.options import Options
from console.screens.wall import WallScreen
from widgets.pane import LinesPane


async def recorded(path: Path) -> StillDesk:
    clock = Still()
    desk, store = await open_desk(path, actor="li.wei", clock=clock, site=floor_events.SITE)
    try:
        await desk.ingest(floor_events.floor())
        for feed, lag in floor_events.FEEDS:
            clock.moment = floor_events.NOW - lag
            await desk.hear(feed, feed)
        clock.moment = floor_events.NOW
        await desk.tick()
        return await StillDesk.of(desk, wall=await desk.wall(60))
    finally:
        await store.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> StillDesk:
    return asyncio.run(recorded(tmp_path_factory.mktemp("floor") / "rings.db"))


async def opened(pilot) -> None:
    await ready(pilot)
    await pilot.press("w")
    while not (isinstance(pilot.app.screen, WallScreen) and pilot.app.screen.query_one(LinesPane).lines):
        await pilot.pause(0.02)
    await pilot.pause(0.1)


@pytest.mark.parametrize(
    ("size", "language"),
    [((200, 50), "en"), ((80, 24), "zh_CN"), ((40, 20), "en")],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}",
)
def test_wall(snap_compare, desk, size, language) -> None:
    app = RingsApp(desk, load(language), Options(badge="DEMO"), {"TERM": "xterm-256color"})
    app.animation_level = "none"
    assert snap_compare(app, terminal_size=size, run_before=opened)
