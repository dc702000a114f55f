"""Pictures of the console: a floor is laid once for all pictures of it, and a key opens what they show."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from copy import copy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import floor_events
import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.query import Query
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.options import Options
from console.service.desk import Desk
from console.service.model import ItemView
from tests.conftest import StillClock
from widgets.live_table import LiveTable
from widgets.pane import LinesPane

SHAPES = pytest.mark.parametrize(
    ("size", "language"),
    [((200, 50), "en"), ((80, 24), "zh_CN"), ((40, 20), "en")],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}",
)
"""Three sizes, two languages."""

Tell = Callable[[Desk], Awaitable[dict[str, object]]]
"""What a screen asks its desk for beside what all of them do, by the name of what is asked."""


class StillDesk:
    """What a real desk said once: a picture's app runs on a loop of its own, where no store is open."""

    actor = "li.wei"
    read_only = False

    def __init__(self, said: dict[str, object]) -> None:
        for name, value in said.items():
            setattr(self, name, value if callable(value) else self._say(value))

    @staticmethod
    def _say(value: object) -> object:
        async def answer(*args: object, **more: object) -> object:
            return value

        return answer

    def now(self) -> int:
        return floor_events.NOW

    def watch(self, changed: object) -> bool:
        return False

    async def view(self, item: str) -> ItemView | None:
        return None


@cache
def said(
    tell: Tell,
    *,
    site: str = floor_events.SITE,
    events: Callable[[], Iterable[Event]] = floor_events.floor,
    feeds: tuple[tuple[str, str, int], ...] = tuple((feed, feed, lag) for feed, lag in floor_events.FEEDS),
) -> StillDesk:
    """What the desk says on a floor with those settings, events and feeds (name, source, how long silent)."""

    async def record(path: Path) -> StillDesk:
        clock = StillClock(floor_events.NOW)
        desk, store = await open_desk(path, actor="li.wei", clock=clock, site=site)
        try:
            await desk.ingest(events())
            for feed, source, lag in feeds:
                clock.moment = floor_events.NOW - lag
                await desk.hear(feed, source)
            clock.moment = floor_events.NOW
            await desk.tick()
            more = await tell(desk)
            common = {
                "first": await desk.first(Query(), 200),
                "window": await desk.window(Query(), 200),
                "rows": {},
                "standing": await desk.standing(),
                "agents": await desk.agents(),
                "queues": await desk.queues(),
                "revision": 1,
                "keep_names": None,
                "tick": 0,
            }
            return StillDesk(common | more)
        finally:
            await store.close()

    with TemporaryDirectory() as folder:
        return asyncio.run(record(Path(folder, "rings.db")))


def console(desk: StillDesk, language: str, **options: object) -> RingsApp:
    """A console at that desk."""
    wishes = Options(**{"badge": "DEMO", **options})  # type: ignore[arg-type]
    return RingsApp(copy(desk), load(language), wishes, {"TERM": "xterm-256color"})  # type: ignore[arg-type]


async def ready(pilot: Pilot[None]) -> None:
    """Wait until the board and all around it are drawn."""
    app = pilot.app
    while not (app.queue.floor.feeds and app.queue.table.window.rows):
        await pilot.pause(0.02)
    await pilot.pause(0.1)


async def seen(pilot: Pilot[None], screen: type[Screen]) -> None:
    """Wait until a screen is there, and what is on it."""
    app = pilot.app
    while not (
        isinstance(app.screen, screen)
        and (
            any(table.window.rows for table in app.screen.query(LiveTable))
            or any(pane.lines for pane in app.screen.query(LinesPane))
        )
    ):
        await pilot.pause(0.02)
    await pilot.pause(0.1)


def opening(key: str, screen: type[Screen]) -> Callable[[Pilot[None]], Awaitable[None]]:
    """At the screen that a key opens."""

    async def opened(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await pilot.press(key)
        await seen(pilot, screen)

    return opened
