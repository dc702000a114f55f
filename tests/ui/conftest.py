"""A console on a real store with the small floor, at a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import floor_events
import pytest
from textual import events as events_
from textual.pilot import Pilot

from console.bootstrap import open_desk
from console.domain.event import Event
from console.locale.catalogue import Language, load
from console.screens.app import RingsApp
from console.screens.options import Options
from console.screens.queue import QueueScreen
from console.service.desk import Desk
from console.service.model import QueueRow


class StillClock:
    """A clock that a test sets."""

    def __init__(self, moment: int) -> None:
        self.moment = moment

    def now(self) -> int:
        return self.moment


@dataclass
class Seat:
    """A person at a running console, and the floor behind it."""

    pilot: Pilot[None]
    app: RingsApp
    desk: Desk
    clock: StillClock
    path: Path

    @property
    def queue(self) -> QueueScreen:
        return self.app.queue

    @property
    def shown(self) -> list[str]:
        """The ids on the board, in their order."""
        return [row.id for row in self.queue.table.window.rows]

    @property
    def cursor(self) -> str | None:
        return self.queue.table.cursor_id

    @property
    def screen_text(self) -> str:
        """All that stands on the screen."""
        return "\n".join(
            "".join(segment.text for segment in strip)
            for strip in self.app.screen._compositor.render_strips()
        )

    async def press(self, *keys: str) -> None:
        """Press keys one by one, as a person does: each has been taken in before the next."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Fill the line that has the focus, at once."""
        focused = self.app.screen.focused
        assert focused is not None
        focused.post_message(events_.Paste(text))
        await self.pilot.pause()

    async def until(self, true: Callable[[], object], seconds: float = 20.0) -> None:
        """Wait for something to become true; fails with what stands on the screen."""
        for _ in range(int(seconds / 0.02)):
            if true():
                return
            await self.pilot.pause(0.02)
        raise AssertionError(f"never came true on\n{self.screen_text}")

    async def says(self, text: str) -> None:
        """Wait for a text on the screen."""
        await self.until(lambda: text in self.screen_text)

    async def calm(self) -> None:
        """Let the moment pass in which the order holds still and a changed row refuses keys."""
        await asyncio.sleep(0.55)
        self.queue._keyed = -10.0

    async def to(self, item: str) -> None:
        """Put the cursor on an item."""
        await self.until(lambda: self.queue.table.move_to(item))
        await self.pilot.pause()

    async def row(self, item: str) -> QueueRow:
        """The row of an open item, from the store."""
        return (await self.desk.rows([item]))[item]

    async def happen(self, *events: Event) -> None:
        """Something happens on the floor."""
        await self.desk.ingest(events)


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
                clock.moment = floor_events.NOW - lag
                await desk.hear(feed, feed)
            clock.moment = floor_events.NOW
            app = RingsApp(desk, load(language), options, {"TERM": "xterm-256color"})
            async with app.run_test(size=size) as pilot:
                one = Seat(pilot, app, desk, clock, path)
                await one.until(lambda: app.queue.floor.feeds and (one.shown or events is not None))
                await pilot.pause()
                yield one
        finally:
            await store.close()

    return seat
