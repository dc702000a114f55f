"""A screen that can paint at once what a key asked for."""

from __future__ import annotations

import asyncio
import contextlib

from textual import events
from textual.screen import Screen, ScreenResultType

from widgets.wire import seam

PATIENCE_S = 0.05
"""So long is waited for a paint that may have nothing to show."""


class PromptScreen(Screen[ScreenResultType]):
    """Textual's timer lets up to two of its periods (33 ms) go by after a frame: what follows a key would
    wait for it, where a clock ticked just before. Where somebody waits, this screen does not."""

    _soon: asyncio.Event | None = None

    def paint_soon(self) -> None:
        """Paint as soon as what is shown now has reached the screen."""
        if seam.fits() and self.is_current and self._soon is None:
            self._soon = asyncio.Event()

    async def painted(self) -> None:
        """Wait for that paint, so that work which can wait keeps nothing from it."""
        if self._soon is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), PATIENCE_S)

    def on_idle(self, event: events.Idle) -> None:
        """All messages are through: what they changed is known."""
        if self._soon is None or not (self._dirty_widgets or self._layout_required or self._scroll_required):
            return
        done, self._soon = self._soon, None
        self._on_timer_update()
        done.set()
