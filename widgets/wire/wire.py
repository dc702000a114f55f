"""One terminal: the screen that it should show, the screen that it shows, and what goes between."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING

from rich.color import ColorSystem
from textual.strip import Strip

from widgets.wire.encode import encode
from widgets.wire.meter import Meter
from widgets.wire.pens import Pens
from widgets.wire.shadow import Shadow

if TYPE_CHECKING:
    from widgets.wire.moves import Place

_AFRESH = "\x1b[r\x1b[?6l\x1b[4l\x1b[?7l\x1b(B\x1b[?25l\x1b[m"
"""Undoes what a lost terminal may have on: scroll regions, modes, a character set, wrapping, a cursor.

Nothing is cleared: every cell is written, and a screen that stands still while it is mended doesn't flash.
"""


class Wire:
    """Takes whole frames or parts of them, and answers the fewest bytes that bring the terminal there.

    Nothing is lost between `paint` and `take`: a frame that is not taken is part of the next. With `erases`
    the terminal gives cells that it erases the colours of its pen.
    """

    def __init__(
        self,
        colours: ColorSystem | None,
        clock: Callable[[], float] = monotonic,
        *,
        erases: bool = False,
    ) -> None:
        self._pens = Pens(colours)
        self._erases = erases
        self._wanted = Shadow()
        self._shown = Shadow()
        self._cursor: Place | None = None
        self._afresh = False
        self._meter = Meter(clock)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the screen."""
        return self._wanted.width, self._wanted.height

    def set_colours(self, colours: ColorSystem | None) -> None:
        """Draw in that many colours from now on."""
        if colours != self._pens.colours:
            self._pens = Pens(colours)
            self._wanted.forget()

    def resize(self, width: int, height: int) -> None:
        """Another size: nothing is painted yet, and nothing is known of what the terminal shows."""
        self._wanted.resize(width, height)
        self._shown.resize(width, height)
        self._cursor = None

    def forget(self) -> None:
        """The terminal may show anything: the next frame draws all of the screen."""
        self._shown.forget()
        self._wanted.touched.update(range(self._wanted.height))
        self._cursor = None
        self._afresh = True

    def paint(self, y: int, x: int, strips: Iterable[Strip | None]) -> None:
        """Paint strips side by side, from column `x` of row `y`."""
        self._wanted.paint(y, x, [strip for strip in strips if strip is not None], self._pens)

    def take(self, cursor: Place) -> str:
        """What to send now; empty when the terminal already shows it all.

        The cursor is left at `cursor`, and the pen plain.
        """
        wanted = self._wanted
        text = encode(self._shown, wanted, sorted(wanted.touched), self._cursor, cursor, erases=self._erases)
        wanted.touched.clear()
        self._cursor = cursor
        if self._afresh:
            self._afresh = False
            return _AFRESH + text
        return text

    # --- what went out ----------------------------------------------------------------------------

    def count(self, text: str) -> None:
        """A frame was sent."""
        self._meter.count(len(text) if text.isascii() else len(text.encode()))

    @property
    def sent(self) -> int:
        """Bytes sent since the start."""
        return self._meter.sent

    @property
    def frames(self) -> int:
        """Frames sent since the start."""
        return self._meter.frames

    @property
    def last_minute(self) -> int:
        """Bytes sent within the last sixty seconds."""
        return self._meter.last_minute
