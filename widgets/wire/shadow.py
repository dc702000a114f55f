"""What every cell of a screen holds.

A cell is a grapheme and a pen. A wide character is two cells, the second of which is empty; half of one is
never left behind: as in a terminal, what remains of it becomes a space.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich.segment import Segment
from textual.strip import Strip

from widgets.wire.glyphs import CONTINUATION, cells_of
from widgets.wire.pens import LOST, PLAIN, Pen, Pens


class Shadow:
    """A screen's cells, and the rows that were painted since they were last sent."""

    def __init__(self, width: int = 0, height: int = 0) -> None:
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Take another size; nothing is known of any cell."""
        self.width = width
        self.height = height
        self.forget()

    def forget(self) -> None:
        """Nobody knows any more what the cells hold."""
        self.glyphs: list[list[str]] = [[" "] * self.width for _ in range(self.height)]
        self.pens: list[list[Pen]] = [[LOST] * self.width for _ in range(self.height)]
        self.touched: set[int] = set()
        self._sources: list[dict[int, Strip]] = [{} for _ in range(self.height)]

    # --- painting ---------------------------------------------------------------------------------

    def paint(self, y: int, x: int, strips: Sequence[Strip], pens: Pens) -> None:
        """Paint strips side by side from column `x` of row `y`; what falls outside of the screen is cut off.

        Strips that the row has already, at that place, cost nothing.
        """
        if not 0 <= y < self.height:
            return
        sources = self._sources[y]
        if any(map(_begins_with_mark, strips)):
            # Such a strip changes a cell of its neighbour, so all are painted, now and the next time.
            sources.clear()
            for strip in strips:
                x = self.paint_segments(y, x, strip, pens)
            return
        for strip in strips:
            end = x + strip.cell_length
            # A strip is never changed once it is made; many are made anew with what they held before.
            known = sources.get(x)
            if known is not strip and (known is None or known._segments != strip._segments):
                for at, source in list(sources.items()):
                    if at < end and at + source.cell_length > x:
                        del sources[at]
                self.paint_segments(y, x, strip, pens)
                sources[x] = strip
            x = end

    def paint_segments(self, y: int, x: int, segments: Iterable[Segment], pens: Pens) -> int:
        """Paint segments, whoever made them; answers the column behind them."""
        glyphs: list[str] = []
        drawn: list[Pen] = []
        for text, style, control in segments:
            if control or not text:
                continue
            if text.isascii() and text.isprintable():
                glyphs += text
                count = len(text)
            else:
                marks, cells = cells_of(text)
                if marks and glyphs:
                    _combine(glyphs, len(glyphs) - 1, marks)
                elif marks and 0 < x <= self.width:
                    _combine(self.glyphs[y], x - 1, marks)
                glyphs += cells
                count = len(cells)
            drawn += [pens.of(style)] * count
        end = x + len(glyphs)
        first, last = max(x, 0), min(end, self.width)
        if first < last:
            self._put(y, first, glyphs[first - x : last - x], drawn[first - x : last - x])
        self.touched.add(y)
        return end

    def _put(self, y: int, x: int, glyphs: list[str], drawn: list[Pen]) -> None:
        """Put cells into a row, and mend the wide characters that the edges cut."""
        row, end = self.glyphs[y], x + len(glyphs)
        if glyphs[0] == CONTINUATION:
            glyphs[0] = " "
        if len(cells_of(glyphs[-1])[1]) > 1:
            glyphs[-1] = " "
        if row[x] == CONTINUATION and x:
            row[x - 1] = " "
        if end < self.width and row[end] == CONTINUATION:
            row[end] = " "
        row[x:end] = glyphs
        self.pens[y][x:end] = drawn

    # --- what a terminal does on its own ----------------------------------------------------------

    def shift(self, top: int, bottom: int, by: int) -> None:
        """Move the rows from `top` to `bottom` up by `by`, down when negative; rows laid bare are blank."""
        count = min(abs(by), bottom - top + 1)
        _shift(self.glyphs, [[" "] * self.width for _ in range(count)], top, bottom, by)
        _shift(self.pens, [[PLAIN] * self.width for _ in range(count)], top, bottom, by)

    def differs(self, y: int, other: Shadow) -> bool:
        """Whether a row is not what it is in another shadow."""
        return self.glyphs[y] != other.glyphs[y] or self.pens[y] != other.pens[y]

    def copy_row(self, y: int, other: Shadow) -> None:
        """Hold in a row what another shadow holds there."""
        self.glyphs[y] = other.glyphs[y].copy()
        self.pens[y] = other.pens[y].copy()


_Row = TypeVar("_Row")


def _begins_with_mark(strip: Strip) -> bool:
    for text, *_ in strip:
        if text:
            return not text[0].isascii() and cells_of(text)[0] != ""
    return False


def _combine(row: list[str], x: int, marks: str) -> None:
    """Marks that begin a text belong to the character before it, even across Textual's cuts."""
    if row[x] == CONTINUATION and x:
        x -= 1
    if not row[x].endswith(marks):
        row[x] += marks


def _shift(rows: list[_Row], bare: list[_Row], top: int, bottom: int, by: int) -> None:
    band = rows[top : bottom + 1]
    rows[top : bottom + 1] = band[len(bare) :] + bare if by > 0 else bare + band[: -len(bare)]
