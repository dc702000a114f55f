"""The people screen as pictures: three sizes, two languages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import floor_events
import pytest
from test_pictures import Still, StillDesk, ready

from console.bootstrap import open_desk
from console.domain.event import Event
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.options import Options
from console.screens.people import PeopleScreen


async def recorded(path: Path) -> StillDesk:
    clock = Still()
    desk, store = await open_desk(path, actor="li.wei", clock=clock, site=floor_events.SITE)
    try:
        await desk.ingest(floor_events.floor())
        await desk.ingest(
            Event(
                source=source,
                id=agent,
                type="agent.state",
                subject=f"agent/{agent}",
                time=floor_events.at("09:02:00"),
                data={"state": state, "reason": "午饭"},
            )
            for source, agent, state in (("acd", "chen", "available"), ("asterisk", "li.wei", "break"))
        )
        for feed, lag in (*floor_events.FEEDS, ("acd", 125_000)):
            clock.moment = floor_events.NOW - lag
            await desk.hear(feed, feed)
        clock.moment = floor_events.NOW
        await desk.tick()
        return await StillDesk.of(desk)
    finally:
        await store.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> StillDesk:
    return asyncio.run(recorded(tmp_path_factory.mktemp("floor") / "rings.db"))


async def opened(pilot) -> None:
    await ready(pilot)
    await pilot.press("g")
    while not (isinstance(pilot.app.screen, PeopleScreen) and pilot.app.screen.table.window.rows):
        await pilot.pause(0.02)
    await pilot.pause(0.1)


@pytest.mark.parametrize(
    ("size", "language"),
    [((200, 50), "en"), ((80, 24), "zh_CN"), ((40, 20), "en")],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}",
)
def test_people(snap_compare, desk, size, language) -> None:
    app = RingsApp(desk, load(language), Options(badge="DEMO"), {"TERM": "xterm-256color"})
    app.animation_level = "none"
    assert snap_compare(app, terminal_size=size, run_before=opened)
