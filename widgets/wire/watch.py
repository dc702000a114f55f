"""A driver that tells of writes which are no frames of the wire."""

from __future__ import annotations

from functools import lru_cache
from queue import Full
from threading import Thread
from time import monotonic
from typing import Any, cast

from textual.driver import Driver

from widgets.wire import seam

PATIENCE_S = 2.0
"""How long a terminal that takes nothing is waited for at the end."""


class Watcher(Driver):
    """Goes before a driver class, and remembers what passed the wire by. It outlives its terminal."""

    lost = False
    """Something was written that may have changed any cell."""

    away = False
    """The screen was given back to the shell."""

    def write(self, data: str) -> None:
        """Write anything; what may disturb the cells is remembered."""
        if not seam.harmless(data):
            self.lost = True
            self.away = seam.LEAVES in data or (self.away and seam.ENTERS not in data)
        self._hand(data)

    def write_frame(self, data: str) -> None:
        """Write a frame of the wire, which knows what it did."""
        self._hand(data)

    def close(self) -> None:
        """Let the last bytes out, as far as there is a terminal that takes them."""
        writer = self._writer
        if writer is None:
            super().close()
            return
        until = monotonic() + PATIENCE_S
        while writer.is_alive() and not _offered(writer, None) and monotonic() < until:
            pass
        writer.join(max(0.0, until - monotonic()))

    @property
    def _writer(self) -> Any:
        """The thread that writes, in drivers that have one."""
        writer = getattr(self, "_writer_thread", None)
        return writer if isinstance(writer, Thread) else None

    def _hand(self, data: str) -> None:
        """Give a text to whoever writes. A terminal that went away kills the thread that wrote to it, and
        what is put into its queue from then on would be waited for in vain."""
        writer = self._writer
        if writer is None:
            super().write(data)  # type: ignore[safe-super]
            return
        while writer.is_alive() and not _offered(writer, data):
            pass


def _offered(writer: Any, data: str | None) -> bool:
    """Whether the writer took it within a moment."""
    try:
        writer._queue.put(data, timeout=0.1)
    except Full:
        return False
    return True


@lru_cache(maxsize=8)
def watched(base: type[Driver]) -> type[Driver]:
    """A driver class of that kind that watches itself."""
    return cast("type[Driver]", type(f"Watched{base.__name__}", (Watcher, base), {}))
