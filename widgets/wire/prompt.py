"""A screen that paints at once what a key asked for, and all that changed with a clock in one go."""

from __future__ import annotations

import asyncio
import contextlib

from textual import events
from textual.screen import Screen, ScreenResultType

from widgets.wire import seam

PATIENCE_S = 0.05
"""So long is waited for a paint that may have nothing to show."""


GATHER_S = 0.004
"""So long widgets that changed together may take to say so."""


class PromptScreen(Screen[ScreenResultType]):
    """Textual's timer lets up to two of its periods (33 ms) go by after a frame: what follows a key would
    wait for it, where a clock ticked just before. Where somebody waits, this screen does not. Where nobody
    does, that timer paints when the first widget says that it changed: the others would make a frame more."""

    _soon: asyncio.Event | None = None
    _gathering: asyncio.TimerHandle | None = None
    _gathered = False

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
        if not (self._dirty_widgets or self._layout_required or self._scroll_required):
            self._gathered = False
        elif self._soon is not None:
            done, self._soon = self._soon, None
            self._on_timer_update()
            done.set()
        elif self._gathered or self._layout_required or not seam.fits():
            self._gathered = False  # Textual's own turn
        else:
            event.prevent_default()
            if self._gathering is None:
                self._gathering = asyncio.get_running_loop().call_later(GATHER_S, self._gather)

    def _gather(self) -> None:
        self._gathering, self._gathered = None, True
        self.check_idle()
