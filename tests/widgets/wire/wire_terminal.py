"""A strict terminal for the wire's tests: pyte, with all of Rich's attributes and nothing forgiven."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unicodedata import normalize

import pyte
from pyte import graphics
from pyte.screens import Cursor
from wcwidth import wcwidth


class Cell(NamedTuple):
    """A cell with the attributes that pyte leaves out."""

    data: str = " "
    fg: str = "default"
    bg: str = "default"
    bold: bool = False
    italics: bool = False
    underscore: bool = False
    strikethrough: bool = False
    reverse: bool = False
    blink: bool = False
    dim: bool = False
    conceal: bool = False
    double: bool = False
    overline: bool = False


_MORE = {
    2: {"dim": True},
    4: {"underscore": True, "double": False},
    6: {"blink": True},
    8: {"conceal": True},
    21: {"double": True, "underscore": False},
    22: {"bold": False, "dim": False},
    24: {"underscore": False, "double": False},
    28: {"conceal": False},
    53: {"overline": True},
    55: {"overline": False},
}
"""What pyte does not know, or does not wholly know, of SGR."""


ERASURES = {"own": (), "ground": ("bg",), "colours": ("fg", "bg")}
"""What of its pen a terminal gives a cell that it erases; none gives it attributes."""


class StrictScreen(pyte.Screen):
    """Never scrolls but in a region that was asked for; blanks what remains of a cut wide character."""

    def __init__(
        self, columns: int, lines: int, *, blanks_halves: bool = True, erasure: str = "colours"
    ) -> None:
        self.blanks_halves = blanks_halves
        self._keeps = ERASURES[erasure]
        super().__init__(columns, lines)

    def erase_characters(self, count: int | None = None) -> None:
        last = self.cursor.x + (count or 1)
        assert last <= self.columns, "it would be erased beyond the row's end"
        self._mend_halves(self.cursor.x, last)
        with self._erasing_pen():
            super().erase_characters(count)

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        self._mend_halves(self.cursor.x, self.columns)
        with self._erasing_pen():
            super().erase_in_line(how, private)

    @contextmanager
    def _erasing_pen(self) -> Iterator[None]:
        pen = self.cursor.attrs
        self.cursor.attrs = Cell(**{name: getattr(pen, name) for name in self._keeps})
        try:
            yield
        finally:
            self.cursor.attrs = pen

    def _mend_halves(self, first: int, last: int) -> None:
        """Blank the halves of wide characters that are left when the cells from first to last go."""
        line = self.buffer[self.cursor.y]
        if self.blanks_halves and first and first < self.columns and line[first].data == "":
            line[first - 1] = line[first - 1]._replace(data=" ")
        if self.blanks_halves and last < self.columns and line[last].data == "":
            line[last] = line[last]._replace(data=" ")

    @property
    def default_char(self) -> Any:
        return Cell()

    def reset(self) -> None:
        super().reset()
        self.cursor = Cursor(0, 0, Cell())

    def index(self) -> None:
        assert self.cursor.y < self.lines - 1 or self.margins, "the screen scrolled"
        super().index()

    def draw(self, data: str) -> None:
        for char in data:
            assert char.isprintable() or len(char.encode()) > 1, f"a control was drawn: {char!r}"
            x, line = self.cursor.x, self.buffer[self.cursor.y]
            width = wcwidth(char)
            if width == 0 and x == self.columns:
                # No terminal wraps for a mark; pyte would.
                line[x - 1] = line[x - 1]._replace(data=normalize("NFC", line[x - 1].data + char))
                continue
            if self.blanks_halves and x < self.columns and width:
                if line[x].data == "" and x:
                    line[x - 1] = line[x - 1]._replace(data=" ")
                if x + width < self.columns and line[x + width].data == "":
                    line[x + width] = line[x + width]._replace(data=" ")
            super().draw(char)

    def select_graphic_rendition(self, *attrs: int) -> None:
        rest = list(attrs or (0,))
        while rest:
            attr = rest.pop(0)
            if attr in (38, 48):
                count = 4 if rest[0] == 2 else 2
                super().select_graphic_rendition(attr, *rest[:count])
                del rest[:count]
            elif attr == 0:
                self.cursor.attrs = Cell()
            elif attr in _MORE:
                self.cursor.attrs = self.cursor.attrs._replace(**_MORE[attr])
            else:
                known = attr in graphics.TEXT or attr in graphics.FG or attr in graphics.BG
                assert known or 90 <= attr <= 107, f"an unknown attribute: {attr}"
                super().select_graphic_rendition(attr)


class Terminal:
    """Takes bytes, and answers what is on its screen."""

    def __init__(
        self,
        width: int,
        height: int,
        *,
        wraps: bool = False,
        blanks_halves: bool = True,
        erasure: str = "colours",
    ) -> None:
        self.screen = StrictScreen(width, height, blanks_halves=blanks_halves, erasure=erasure)
        self._stream = pyte.Stream(self.screen)
        if not wraps:
            self.feed("\x1b[?7l")

    def feed(self, text: str) -> None:
        """Take what a program sent, through a tty that puts a return before each line feed."""
        # pyte has no private modes with intermediates, nor the keyboard protocols.
        for unknown in ("\x1b[?2026h", "\x1b[?2026l", "\x1b[?2026$p", "\x1b[?2048$p"):
            text = text.replace(unknown, "")
        self._stream.feed(text.replace("\n", "\r\n"))

    @property
    def cells(self) -> list[list[Cell]]:
        """Every cell, row by row."""
        buffer, screen = self.screen.buffer, self.screen
        return [[buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]

    @property
    def text(self) -> str:
        """The screen as text, for failures."""
        return "\n".join("".join(cell.data for cell in row).rstrip() for row in self.cells)


def seen(cells: list[list[Cell]]) -> list[list[Cell]]:
    """The cells as they are seen: the ink of a blank is not, where no line is drawn in it."""
    return [
        [
            cell._replace(fg="default")
            if cell.data == " "
            and not (cell.reverse or cell.underscore or cell.double or cell.strikethrough or cell.overline)
            else cell
            for cell in row
        ]
        for row in cells
    ]


def differences(one: list[list[Cell]], other: list[list[Cell]]) -> list[str]:
    """Where two screens differ, and how; empty when they are equal."""
    assert [len(row) for row in one] == [len(row) for row in other]
    return [
        f"{y},{x}: {cell} for {wanted}"
        for y, (row, wanted_row) in enumerate(zip(one, other, strict=True))
        for x, (cell, wanted) in enumerate(zip(row, wanted_row, strict=True))
        if cell != wanted
    ]
