"""The lock with the board beside it as a picture."""

from __future__ import annotations

import asyncio
from pathlib import Path

import floor_events
from test_pictures import Still, StillDesk

from console.bootstrap import open_desk
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.lock_board import LockBoard
from console.screens.options import Options
from widgets.live_table import LiveTable


async def recorded(path: Path) -> StillDesk:
    site = f"lock_board = true\n{floor_events.SITE}"
    desk, store = await open_desk(path, actor="", clock=Still(), site=site)
    try:
        await desk.ingest(floor_events.floor())
        await desk.tick()
        return await StillDesk.of(desk)
    finally:
        await store.close()


async def ready(pilot) -> None:
    """Wait until the board is there; then what nobody may do on it does nothing."""
    while not any(table.window.rows for table in pilot.app.screen.query(LiveTable)):
        await pilot.pause(0.02)
    assert pilot.app.screen.query_one(LockBoard)
    await pilot.click(LiveTable)
    await pilot.press("down", "up")
    await pilot.pause(0.1)


def test_lock(snap_compare, tmp_path: Path) -> None:
    desk = asyncio.run(recorded(tmp_path / "rings.db"))
    app = RingsApp(desk, load("zh_CN"), Options(shared=True), {"TERM": "xterm-256color"})
    app.animation_level = "none"
    assert snap_compare(app, terminal_size=(40, 20), run_before=ready)
