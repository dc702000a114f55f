"""How a live table's rows become strips, which are kept until the row changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from widgets.cells import cell_width, fit, plain
from widgets.live_table_model import Cell, Column, Placed, Row, arrange
from widgets.strips import Run, draw

LOUD = frozenset({"breached", "at-risk"})
"""Cell styles that keep their colour even where the cursor reverses the row."""

GUTTER = 1
"""The cell before the columns, for marks."""

_NO_CELL = Cell("")


class Glyphs(NamedTuple):
    """The few marks that the table draws itself."""

    mark: str = "•"
    ellipsis: str = "…"
    joint: str = "·"


ASCII_GLYPHS = Glyphs(mark="*", ellipsis="~", joint="-")


class Palette(NamedTuple):
    """The styles of one theme and focus: `inks` lie over `base`, or over `cursor` in the cursor's row."""

    base: Style
    cursor: Style
    header: Style
    inks: dict[str, Style]

    def cell(self, name: str, on_cursor: bool) -> Style:
        """The style of a cell; an unknown name is no style."""
        ground = self.cursor if on_cursor else self.base
        style = self.inks.get(name)
        if style is None:
            return ground
        if on_cursor and self.cursor.reverse and name not in LOUD:
            # Reversed, a dimmed or coloured cell would be a patch in the bar.
            return ground + Style(bold=style.bold)
        return ground + style


class Plan(NamedTuple):
    """What is drawn where: the arranged columns of a row's first line, and what its second line joins."""

    width: int
    first: tuple[Placed, ...]
    second: tuple[Column, ...]
    indent: int

    @classmethod
    def of(cls, columns: Sequence[Column], width: int, *, two_line: bool, gap: int, indent: int) -> Plan:
        """Lay columns out in `width` cells."""
        first = [column for column in columns if not two_line or column.line == 1]
        second = tuple(column for column in columns if two_line and column.line != 1)
        return cls(width, arrange(first, width - GUTTER, gap), second, indent)


class Painter:
    """Draws rows for one plan and palette, and keeps what it drew."""

    def __init__(self, plan: Plan, palette: Palette, glyphs: Glyphs) -> None:
        self.plan = plan
        self.palette = palette
        self.glyphs = glyphs
        # The row is in the value: a changed row misses, and its old strip is replaced.
        self._kept: LRUCache[tuple[str, int, bool, bool], tuple[Row, Strip]] = LRUCache(512)

    def header(self) -> Strip:
        """The line of column titles."""
        style = self.palette.header
        return self._line(
            self._columns([(p, Cell(p.column.title), style) for p in self.plan.first], style), style
        )

    def row(self, row: Row, line: int, *, cursor: bool, marked: bool) -> Strip:
        """One line of a row."""
        key = (row.id, line, cursor, marked)
        kept = self._kept.get(key)
        if kept is not None and kept[0] == row:
            return kept[1]
        ground = self.palette.cursor if cursor else self.palette.base
        runs = self._second(row, cursor, ground) if line else self._first(row, cursor, marked, ground)
        strip = self._line(runs, ground)
        self._kept[key] = (row, strip)
        return strip

    def unread(self, line: int, *, cursor: bool) -> Strip:
        """A line of a row that is not held yet."""
        ground = self.palette.cursor if cursor else self.palette.base
        runs = [] if line else [(f" {self.glyphs.joint}", self.palette.cell("dim", cursor))]
        return self._line(runs, ground)

    def note(self, text: str) -> Strip:
        """A dim line that is no row: what to do when there are none."""
        return self._line([(" " + text, self.palette.cell("dim", False))], self.palette.base)

    def blank(self) -> Strip:
        """A line below the last row."""
        return Strip.blank(self.plan.width, self.palette.base)

    def _line(self, runs: Iterator[Run] | list[Run], ground: Style) -> Strip:
        return draw(runs, self.plan.width, ground, ellipsis=self.glyphs.ellipsis)

    def _first(self, row: Row, cursor: bool, marked: bool, ground: Style) -> Iterator[Run]:
        # A blank has no colour of its own: it goes out with the row's, and costs no change of pen.
        yield (self.glyphs.mark, self.palette.cell("accent", cursor)) if marked else (" ", ground)
        values = []
        for placed in self.plan.first:
            cell = row.cells.get(placed.column.key, _NO_CELL)
            values.append((placed, cell, self.palette.cell(cell.style or row.style, cursor)))
        yield from self._columns(values, ground, gutter=0)

    def _columns(
        self, values: list[tuple[Placed, Cell, Style]], ground: Style, gutter: int = GUTTER
    ) -> Iterator[Run]:
        yield " " * gutter, ground
        x = 0
        for placed, cell, style in values:
            yield " " * (placed.x - x), ground
            ellipsis = self.glyphs.ellipsis + cell.tail
            yield fit(cell.text, placed.width, align=placed.column.align, ellipsis=ellipsis), style
            x = placed.x + placed.width

    def _second(self, row: Row, cursor: bool, ground: Style) -> Iterator[Run]:
        yield " " * (GUTTER + self.plan.indent), ground
        cells = (row.cells.get(column.key, _NO_CELL) for column in self.plan.second)
        told = [(text, cell) for cell in cells if (text := plain(cell.text).strip())]
        joint = f" {self.glyphs.joint} "
        room = self.plan.width - GUTTER - self.plan.indent - len(joint) * (len(told) - 1)
        short, width = _shortened([cell_width(text) for text, _ in told], room)
        for number, (text, cell) in enumerate(told):
            if number:
                yield joint, self.palette.cell("dim", cursor)
            if number == short:
                text = fit(text, width, ellipsis=self.glyphs.ellipsis + cell.tail).rstrip()
            yield text, self.palette.cell(cell.style or row.style or "dim", cursor)


def _shortened(widths: list[int], room: int) -> tuple[int, int]:
    """Which part of a line gives way for all to fit, and how many cells it keeps: the longest, not the last.
    Where it would keep too little, none does (-1)."""
    excess = sum(widths) - room
    place = max(range(len(widths)), key=lambda index: (widths[index], index), default=-1)
    if excess <= 0 or widths[place] - excess < _LEAST:
        return -1, 0
    return place, widths[place] - excess


_LEAST = 6
"""No part of a second line is cut to fewer cells than this for those behind it."""
