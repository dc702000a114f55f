"""A console on a real store with the small floor, at a clock that stands still."""

from __future__ import annotations

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


@pytest.fixture
def sit(tmp_path: Path) -> Callable[..., object]:
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
        desk, store = await open_desk(path, actor=actor, clock=clock, site=floor_events.SITE)
        try:
            await desk.ingest(floor_events.floor() if events is None else events)
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
