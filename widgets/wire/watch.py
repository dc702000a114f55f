"""A driver that tells of writes which are no frames of the wire."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from textual.driver import Driver

from widgets.wire import seam


class Watcher(Driver):
    """Goes before a driver class, and remembers what passed the wire by."""

    lost = False
    """Something was written that may have changed any cell."""

    away = False
    """The screen was given back to the shell."""

    def write(self, data: str) -> None:
        """Write anything; what may disturb the cells is remembered."""
        if not seam.harmless(data):
            self.lost = True
            self.away = seam.LEAVES in data or (self.away and seam.ENTERS not in data)
        super().write(data)  # type: ignore[safe-super]

    def write_frame(self, data: str) -> None:
        """Write a frame of the wire, which knows what it did."""
        super().write(data)  # type: ignore[safe-super]


@lru_cache(maxsize=8)
def watched(base: type[Driver]) -> type[Driver]:
    """A driver class of that kind that watches itself."""
    return cast("type[Driver]", type(f"Watched{base.__name__}", (Watcher, base), {}))
