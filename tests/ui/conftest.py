"""A console on a real store with the small floor, at a clock that stands still."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import floor_events
import pytest
from seat import Seat

from console.bootstrap import open_desk
from console.domain.event import Event
from console.locale.catalogue import Language, load
from console.screens.app import RingsApp
from console.screens.options import Options
from tests.conftest import StillClock
from tests.quick_pilot import load as load_quick_pilot

load_quick_pilot()


@pytest.fixture(scope="session")
def small_floor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the small floor. Each console gets a copy, which is quicker than to take it in."""
    path = tmp_path_factory.mktemp("floor") / "rings.db"

    async def take() -> None:
        desk, store = await open_desk(
            path, actor="li.wei", clock=StillClock(floor_events.NOW), site=floor_events.SITE
        )
        await desk.ingest(floor_events.floor())
        await store.close()

    asyncio.run(take())
    return path


@pytest.fixture
def sit(tmp_path: Path, small_floor: Path) -> Callable[..., object]:
    """`async with sit(size=(80, 24), language="zh_CN") as seat`: a console on the small floor."""

    @asynccontextmanager
    async def seat(
        *,
        size: tuple[int, int] = (120, 30),
        language: Language = "en",
        events: tuple[Event, ...] | None = None,
        read_only: bool = False,
        actor: str = "li.wei",
        options: Options | None = None,
    ) -> AsyncIterator[Seat]:
        clock, path = StillClock(floor_events.NOW), tmp_path / "rings.db"
        if events is None:
            shutil.copyfile(small_floor, path)
        desk, store = await open_desk(path, actor=actor, clock=clock, site=floor_events.SITE)
        try:
            await desk.ingest(events or ())
            desk.read_only = read_only
            for feed, lag in floor_events.FEEDS:
                clock.set(floor_events.NOW - lag)
                await desk.hear(feed, feed)
            clock.set(floor_events.NOW)
            app = RingsApp(desk, load(language), options, {"TERM": "xterm-256color"})
            async with app.run_test(size=size) as pilot:
                one = Seat(pilot, app, desk, clock, path)
                await one.until(lambda: app.queue.floor.feeds and (one.shown or events is not None))
                await pilot.pause()
                yield one
        finally:
            await store.close()

    return seat
