"""The mixin that puts the wire between an app and its terminal."""

from __future__ import annotations

import asyncio
import os
from time import monotonic
from typing import Any, cast

from rich.console import RenderableType
from textual import events
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ReturnType
from textual.driver import Driver
from textual.screen import Screen

from widgets.wire import seam
from widgets.wire.prompt import PromptScreen
from widgets.wire.terminals import erases_in_colour
from widgets.wire.watch import Watcher, watched
from widgets.wire.wire import Wire

PAUSE = 0.25
"""Frames that no key caused are at least so many seconds apart."""

ECHO = 0.5
"""For so many seconds after a key, a click or a paste, frames are taken for its effect and go out at once."""

NEVER = float("-inf")


class ThinWire(App[ReturnType]):
    """An app that sends only the cells that changed, in one write a frame.

    Where it can't, with another Textual, inline, or on Windows, Textual's own way is used and nothing is
    counted. Put it before other bases: `class MyApp(ThinWire[None])`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wire = Wire(self.console._color_system, erases=erases_in_colour(os.environ))
        self._layout_awaited = True
        self._layout_asked = False
        self._input_at = NEVER
        self._frame_at = NEVER
        self._frame_later: asyncio.TimerHandle | None = None

    # --- what others may ask ----------------------------------------------------------------------

    def redraw(self) -> None:
        """Draw all of the screen again, over whatever a line's noise or another program left there."""
        self.wire.forget()
        self._send()

    @property
    def is_thin(self) -> bool:
        """Whether the wire is used, and not Textual's own way."""
        return seam.fits() and self._driver is not None and not self._driver.is_inline

    # --- what comes from Textual ------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver, which also watches for writes that pass the wire by."""
        driver = super().get_driver_class()
        return watched(driver) if seam.fits() else driver

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Put an update of Textual's compositor on the terminal."""
        if not self.is_thin or not isinstance(renderable, LayoutUpdate | ChopsUpdate):
            super()._display(screen, renderable)
            return
        try:
            if not self._batch_count and self._may_send:
                self._paint(renderable)
                self._send_in_time()
        except Exception as error:
            self._handle_exception(error)
        finally:
            self.post_display_hook()

    async def on_event(self, event: events.Event) -> None:
        """Note when somebody does something: what follows shall be seen at once."""
        if isinstance(event, events.InputEvent | events.Paste):
            self._input_at = monotonic()
            if isinstance(event, events.Key) and self.screen_stack and isinstance(self.screen, PromptScreen):
                self.screen.paint_soon()
        await super().on_event(event)

    async def _on_resize(self, event: events.Resize) -> None:
        # Textual calls this and its own. A size that stays the same is a terminal that came back; the first
        # is a start. Each time somebody waits.
        self._input_at = monotonic()
        self._layout_awaited = self.wire.size != event.size
        if not self._layout_awaited:
            self.redraw()

    # --- painting ---------------------------------------------------------------------------------

    def _paint(self, update: LayoutUpdate | ChopsUpdate) -> None:
        if isinstance(update, LayoutUpdate):
            self.wire.set_colours(self.console._color_system)
            if self.wire.size != update.region.size:
                self.wire.resize(*update.region.size)
            self._layout_awaited = self._layout_asked = False
            for y, strips in enumerate(update.strips, update.region.y):
                self.wire.paint(y, update.region.x, strips)
        elif self._layout_awaited or self.wire.size != (update.chop_ends[0][-1], len(update.chops)):
            # Part of a frame of some other size. It is dropped, so the whole is asked for.
            if not self._layout_asked:
                self._layout_asked = True
                self.screen.refresh()
        else:
            for y, first, last in update.spans:
                for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                    # Outside of the span a strip may belong to a widget that is covered there.
                    if x < last and end > first:
                        self.wire.paint(y, x, (strip,))

    # --- sending ----------------------------------------------------------------------------------

    @property
    def _may_send(self) -> bool:
        return self._running and not self._closed and not self.is_headless and self._driver is not None

    def _send_in_time(self) -> None:
        """Send now, or a little later when a frame has just gone out and nobody waits for this one."""
        now = monotonic()
        wait = self._frame_at + PAUSE - now
        if wait <= 0 or now - self._input_at < ECHO:
            self._send()
        elif self._frame_later is None:
            self._frame_later = asyncio.get_running_loop().call_later(wait, self._send_late)

    def _send_late(self) -> None:
        self._frame_later = None
        try:
            self._send()
        except Exception as error:
            self._handle_exception(error)

    def _send(self) -> None:
        """Send what the terminal lacks."""
        if self._frame_later is not None:
            self._frame_later.cancel()
            self._frame_later = None
        if self._layout_awaited or not self._may_send or not self.is_thin or not self._screen_stack:
            return
        driver = cast(Driver, self._driver)
        if isinstance(driver, Watcher):
            if driver.away:
                return
            if driver.lost:
                driver.lost = False
                self.wire.forget()
        cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        self._previous_cursor_position = cursor
        text = self.wire.take((cursor.y, cursor.x))
        if not text:
            return
        if self._sync_available:
            text = f"{SYNC_START}{text}{SYNC_END}"
        self.wire.count(text)
        self._frame_at = monotonic()
        if isinstance(driver, Watcher):
            driver.write_frame(text)
        else:
            driver.write(text)
        driver.flush()
