"""The service levels as pictures: three sizes, two languages, and what stands behind them."""

from __future__ import annotations

import asyncio
from copy import copy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import level_floor
import pytest
from test_pictures import StillDesk, ready

from console.bootstrap import open_desk
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.levels import LevelsScreen
from console.screens.options import Options
from console.screens.paper import PaperScreen
from widgets.pane import LinesPane


class Still:
    """A clock at that morning's moment."""

    def now(self) -> int:
        return level_floor.NOW


async def recorded(path: Path) -> StillDesk:
    desk, store = await open_desk(path, actor="li.wei", clock=Still(), site=level_floor.TARGETS)
    try:
        await desk.ingest(level_floor.calls())
        await desk.hear("asterisk", "pbx")
        await desk.tick()
        return await StillDesk.of(desk, day_levels=await desk.day_levels())
    finally:
        await store.close()


@cache
def said() -> StillDesk:
    """What the desk says, which is the same in all of the pictures."""
    with TemporaryDirectory() as folder:
        return asyncio.run(recorded(Path(folder, "rings.db")))


def picture(language: str, **options: object) -> RingsApp:
    app = RingsApp(copy(said()), load(language), Options(badge="DEMO", **options), {"TERM": "xterm-256color"})
    app.animation_level = "none"
    return app


async def opened(pilot) -> None:
    """At the levels, the cursor on the last queue."""
    app = pilot.app
    await ready(pilot)
    await pilot.press("v")
    while not (isinstance(app.screen, LevelsScreen) and app.screen.table.window.rows):
        await pilot.pause(0.02)
    await pilot.press("end")
    await pilot.pause(0.1)


@pytest.mark.parametrize("size", [(200, 50), (80, 24), (40, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_levels(snap_compare, size, language) -> None:
    assert snap_compare(picture(language), terminal_size=size, run_before=opened)


@pytest.mark.parametrize(("language", "size"), [("en", (40, 20)), ("zh_CN", (80, 24))])
@pytest.mark.parametrize("key", ["enter", "x"])
def test_what_stands_behind(snap_compare, key, language, size) -> None:
    async def sheet(pilot) -> None:
        await opened(pilot)
        await pilot.press(key)
        while not (isinstance(pilot.app.screen, PaperScreen) and pilot.app.screen.query_one(LinesPane).lines):
            await pilot.pause(0.02)
        await pilot.pause(0.1)

    app = picture(language)
    assert snap_compare(app, terminal_size=size, run_before=sheet)
