"""The rewind as pictures: two sizes, two languages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import floor_events
import pytest
from test_pictures import Still, StillDesk, ready

from console.bootstrap import open_desk
from console.domain.query import Query
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.options import Options
from console.screens.rewind import RewindScreen


async def recorded(path: Path) -> StillDesk:
    clock = Still()
    desk, store = await open_desk(path, actor="li.wei", clock=clock, site=floor_events.SITE)
    try:
        await desk.ingest(floor_events.floor())
        await desk.hear("asterisk", "asterisk")
        await desk.tick()
        past = await desk.past(floor_events.at("09:30:00"), Query(), 50, lambda done, whole: None)
        return await StillDesk.of(desk, past=past)
    finally:
        await store.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> StillDesk:
    return asyncio.run(recorded(tmp_path_factory.mktemp("floor") / "rings.db"))


async def opened(pilot) -> None:
    await ready(pilot)
    await pilot.press("t")
    while not (isinstance(pilot.app.screen, RewindScreen) and pilot.app.screen.table.window.rows):
        await pilot.pause(0.02)
    await pilot.pause(0.1)


@pytest.mark.parametrize(
    ("size", "language"),
    [((120, 30), "en"), ((40, 20), "zh_CN")],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}",
)
def test_rewind(snap_compare, desk, size, language) -> None:
    app = RingsApp(desk, load(language), Options(badge="DEMO"), {"TERM": "xterm-256color"})
    app.animation_level = "none"
    assert snap_compare(app, terminal_size=size, run_before=opened)
