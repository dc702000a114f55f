"""Random frames for the wire's tests: rows of every script, scrolling, boxes over them, other sizes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_WORDS = (
    *(
        "queue",
        "T-8812",
        "138****0042",
        "ringing",
        " ",
        "   ",
        "            ",
        " " * 19,
        "0:07",
        "+12:40",
        "─────",
        "▲",
        "‖",
    ),
    *(
        "王",
        "欧阳",
        "售后工单",
        "ひらがな",
        "한국",
        "，",
        "e\u0301te\u0301",
        "n\u0303o\u0308",
        "Ω≈",
        "a",
        "€",
    ),
)

_COLOURS = (None, None, "default", "red", "bright_blue", "color(141)", "#d4d6d8", "#141619", "#ff5f5f")


Row = list[tuple[str, Style | None]]
"""Cells; the second of a wide character is empty."""


def styles(chance: Random, count: int = 7) -> list[Style | None]:
    """Some styles, of every kind."""
    found: list[Style | None] = [None, Style()]
    for _ in range(count):
        flags = {
            name: chance.random() < 0.2
            for name in ("bold", "dim", "italic", "underline", "reverse", "strike", "conceal", "blink")
        }
        found.append(Style(color=chance.choice(_COLOURS), bgcolor=chance.choice(_COLOURS), **flags))
    found.append(Style(underline2=True, overline=True))
    return found


class Frames:
    """A screen's content that changes by chance. `rows` are strips, together as wide as the screen."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.styles = styles(chance)
        self.box: tuple[int, int, int, int] | None = None
        self.resize()

    def resize(self) -> None:
        """Another size, and all else anew."""
        self.width, self.height = self.chance.randint(1, 60), self.chance.randint(1, 16)
        self._below = [self.row(self.width) for _ in range(self.height)]
        self._strips: dict[int, tuple[Row, Strip]] = {}
        self.box = None

    @property
    def rows(self) -> list[list[Strip]]:
        """Each row's strips: one, or three where a box lies over it."""
        strips = [self._strip(y, row) for y, row in enumerate(self._below)]
        if self.box is None:
            return [[strip] for strip in strips]
        left, top, right, bottom = self.box
        box = Strip([Segment("┃" * (right - left), Style(bgcolor="blue"))])
        return [
            [strip.crop(0, left), box, strip.crop(right, self.width)] if top <= y < bottom else [strip]
            for y, strip in enumerate(strips)
        ]

    def _strip(self, y: int, row: Row) -> Strip:
        """The strip of a row; the same object while the row stays what it is, as widgets do it."""
        kept = self._strips.get(y)
        if kept is None or kept[0] != row:
            kept = self._strips[y] = (
                list(row),
                Strip([Segment(*cell) for cell in row if cell[0]], self.width),
            )
        return kept[1]

    def row(self, width: int) -> Row:
        """A row of words."""
        row: Row = []
        while len(row) < width:
            word, style = self.chance.choice(_WORDS), self.chance.choice(self.styles)
            for start, end, size in split_graphemes(word)[0]:
                row += [(word[start:end], style), ("", style)][:size]
        return cut(row, 0, width)

    def step(self) -> str:
        """Change something; answers what."""
        kinds: list[tuple[str, Callable[[], None], int]] = [
            ("nothing", lambda: None, 1),
            ("patch", self._patch, 8),
            ("rows", self._some_rows, 4),
            ("shift", self._shift, 5),
            ("blank", self._blank, 2),
            ("all", self._all, 1),
            ("box", self._box, 3),
            ("resize", self.resize, 1),
        ]
        name, change, _ = self.chance.choices(kinds, [weight for *_, weight in kinds])[0]
        change()
        return name

    def _patch(self) -> None:
        """Cells here and there: the rest of the row stays as it was."""
        for _ in range(self.chance.randint(1, 6)):
            y = self.chance.randrange(self.height)
            begin = self.chance.randrange(self.width)
            end = min(self.width, begin + self.chance.randint(1, 6))
            row = self._below[y]
            self._below[y] = cut(row, 0, begin) + self.row(end - begin) + cut(row, end, self.width)

    def _some_rows(self) -> None:
        for _ in range(self.chance.randint(1, 4)):
            self._below[self.chance.randrange(self.height)] = self.row(self.width)

    def _shift(self) -> None:
        top = self.chance.randrange(self.height)
        bottom = self.chance.randint(top, self.height)
        band = self._below[top:bottom]
        fresh = [self.row(self.width) for _ in band[: self.chance.randint(1, 3)]]
        kept = len(band) - len(fresh)
        up = self.chance.random() < 0.5
        self._below[top:bottom] = band[len(fresh) :] + fresh if up else fresh + band[:kept]
        if self.chance.random() < 0.5:
            self._patch()

    def _blank(self) -> None:
        y, keep = self.chance.randrange(self.height), self.chance.randint(0, self.width)
        blank = [(" ", self.chance.choice((None, Style(), *self.styles)))] * (self.width - keep)
        self._below[y] = cut(self._below[y], 0, keep) + blank

    def _all(self) -> None:
        self._below = [self.row(self.width) for _ in range(self.height)]

    def _box(self) -> None:
        if self.box is not None or self.width < 4:
            self.box = None
            return
        left, top = self.chance.randrange(self.width - 2), self.chance.randrange(self.height)
        self.box = (
            left,
            top,
            self.chance.randint(left + 1, self.width),
            self.chance.randint(top, self.height),
        )


def cut(row: Row, begin: int, end: int) -> Row:
    """Part of a row; half a wide character is a space."""
    part = row[begin:end]
    if part and not part[0][0]:
        part[0] = (" ", part[0][1])
    if part and end < len(row) and not row[end][0]:
        part[-1] = (" ", part[-1][1])
    return part


def full_repaint(rows: list[list[Strip]], colours: ColorSystem | None) -> str:
    """All of a screen as Textual would send it."""
    out = []
    for y, strips in enumerate(rows):
        out.append(f"\x1b[{y + 1};1H")
        out += [_drawn(text, style or Style(), colours) for strip in strips for text, style, _ in strip]
    return "".join(out)


def _drawn(text: str, style: Style, colours: ColorSystem | None) -> str:
    # Not `render_style`: it takes a style's sequence from wherever an equal style was drawn before.
    if colours is None:
        sgr = Strip.render_ansi(style.without_color, ColorSystem.TRUECOLOR)
    else:
        sgr = Strip.render_ansi(style, colours)
    return f"\x1b[{sgr}m{text}\x1b[0m" if sgr else text
