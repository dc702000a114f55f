"""What a console draws through where a browser is its terminal."""

from __future__ import annotations

import asyncio
import contextlib

from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp


class SeatDriver(WebDriver):
    """Textual's own, which also ends the console when whoever handed on its keys is gone, as a terminal does:
    a server that was killed must leave nothing behind."""

    def write(self, data: str) -> None:
        """Draw, as long as somebody is there to see it."""
        with contextlib.suppress(BrokenPipeError):
            super().write(data)

    def stop_application_mode(self) -> None:
        """Leave, and say so to whoever is still there."""
        with contextlib.suppress(BrokenPipeError):
            super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Take keys until nobody is there to send any."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            leaving = self._app._post_message(ExitApp())
            with contextlib.suppress(RuntimeError):  # it was leaving already
                asyncio.run_coroutine_threadsafe(leaving, self._loop)
