"""The rewind as a picture, on a phone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import floor_events
from test_pictures import Still, StillDesk, ready

from console.bootstrap import open_desk
from console.domain.query import Query
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.options import Options
from console.screens.rewind import RewindScreen
from console.service.past import LookBack


async def recorded(path: Path) -> StillDesk:
    clock = Still()
    desk, store = await open_desk(path, actor="li.wei", clock=clock, site=floor_events.SITE)
    try:
        await desk.ingest(floor_events.floor())
        await desk.hear("asterisk", "asterisk")
        await desk.tick()
        past = await desk.past(LookBack(floor_events.at("09:30:00"), Query()), 50, lambda done, whole: None)
        return await StillDesk.of(desk, past=past)
    finally:
        await store.close()


async def opened(pilot) -> None:
    await ready(pilot)
    await pilot.press("t")
    while not (isinstance(pilot.app.screen, RewindScreen) and pilot.app.screen.table.window.rows):
        await pilot.pause(0.02)
    await pilot.pause(0.1)


def test_rewind(snap_compare, tmp_path) -> None:
    desk = asyncio.run(recorded(tmp_path / "rings.db"))
    app = RingsApp(desk, load("zh_CN"), Options(badge="DEMO"), {"TERM": "xterm-256color"})
    app.animation_level = "none"
    assert snap_compare(app, terminal_size=(40, 20), run_before=opened)
