"""A person at a running console: what the tests of the screens share."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual import events as events_
from textual.pilot import Pilot

from console.domain.event import Event
from console.screens.app import RingsApp
from console.screens.item_pane import SEEN_S
from console.screens.queue import KEY_S, QueueScreen
from console.service.desk import Desk
from console.service.model import QueueRow
from tests.conftest import StillClock


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
        await self.pilot.pause()
        self.queue._keyed = time.monotonic() - KEY_S
        self.queue.board._moved.clear()
        self.queue.pane._turned -= SEEN_S

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
