"""Pens: how a cell is drawn. From Rich's styles to pens, and from one pen to another in the fewest bytes."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import Color, ColorSystem
from rich.style import Style


class Pen(NamedTuple):
    """Attributes as Rich's bits; colours as SGR parameters, empty for the terminal's own."""

    attributes: int
    ink: str
    ground: str


PLAIN = Pen(0, "", "")
"""The terminal after a reset."""

LOST = Pen(-1, "", "")
"""No pen at all: nobody knows what the cell shows."""

_ON = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53")
"""What sets each of Rich's bits, in their order."""

_OFF = (
    (1 << 0 | 1 << 1, "22"),
    (1 << 2, "23"),
    (1 << 3 | 1 << 9, "24"),
    (1 << 4 | 1 << 5, "25"),
    (1 << 6, "27"),
    (1 << 7, "28"),
    (1 << 8, "29"),
    (1 << 10 | 1 << 11, "54"),
    (1 << 12, "55"),
)
"""What takes bits away, several with one number: bold goes with dim."""

_ONE_OF = ((3, 9), (4, 5), (10, 11))
"""Of two underlines, two blinks and two frames a terminal draws the one it was told last."""

_CACHE = 4096


class Pens:
    """The pens of one terminal, at its colour depth; `None` is a terminal without colours."""

    def __init__(self, colours: ColorSystem | None) -> None:
        self.colours = colours
        self._of_style: dict[Style, Pen] = {}
        self._same: dict[Pen, Pen] = {}

    def of(self, style: Style | None) -> Pen:
        """The pen of a style. Links, and what Textual hides in styles, make no difference."""
        if style is None:
            return PLAIN
        pen = self._of_style.get(style)
        if pen is None:
            if len(self._of_style) >= _CACHE:
                # Styles that carry an offset in them can be as many as there are cells.
                self._of_style.clear()
            pen = self._of_style[style] = self._one_object(
                Pen(_attributes(style), self._colour(style.color, True), self._colour(style.bgcolor, False))
            )
        return pen

    def _one_object(self, pen: Pen) -> Pen:
        """The same object for equal pens, so that comparing rows mostly compares addresses."""
        if len(self._same) >= _CACHE:
            self._same.clear()
        return PLAIN if pen == PLAIN else self._same.setdefault(pen, pen)

    def _colour(self, colour: Color | None, ink: bool) -> str:
        if colour is None or self.colours is None or colour.is_default:
            return ""
        return ";".join(colour.downgrade(self.colours).get_ansi_codes(ink))


def _attributes(style: Style) -> int:
    bits = style._attributes & style._set_attributes
    for weak, strong in _ONE_OF:
        if bits >> strong & 1:
            bits &= ~(1 << weak)
    return bits


@lru_cache(maxsize=_CACHE)
def change(old: Pen, new: Pen) -> str:
    """The shortest sequence that turns one pen into another."""
    if old == new:
        return ""
    if new == PLAIN:
        return "\x1b[m"
    afresh = ["0", *_on(new.attributes), *filter(None, (new.ink, new.ground))]
    if old == LOST:
        return _sgr(afresh)
    lost = old.attributes & ~new.attributes
    missing = new.attributes & ~old.attributes
    codes = []
    for bits, code in _OFF:
        if lost & bits:
            codes.append(code)
            missing |= new.attributes & bits
    codes += _on(missing)
    if old.ink != new.ink:
        codes.append(new.ink or "39")
    if old.ground != new.ground:
        codes.append(new.ground or "49")
    return min(_sgr(codes), _sgr(afresh), key=len)


def _on(attributes: int) -> list[str]:
    return [code for bit, code in enumerate(_ON) if attributes >> bit & 1]


def _sgr(codes: list[str]) -> str:
    return f"\x1b[{';'.join(codes)}m"
