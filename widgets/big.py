"""Figures that are read from a step back: drawn of blocks, several cells high.

Textual's own `Digits` draws with lines a tenth of a cell thick, in one size; a wall is read across a room.
"""

from __future__ import annotations

from collections.abc import Mapping

PIXELS = 5
"""The height of a figure."""

FONT: Mapping[str, tuple[str, ...]] = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", " ##", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", " # ", " # "),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    ":": (" ", "#", " ", "#", " "),
    ".": (" ", " ", " ", " ", "#"),
    "+": ("   ", " # ", "###", " # ", "   "),
    "-": ("   ", "   ", "###", "   ", "   "),
    "—": ("   ", "   ", "###", "   ", "   "),
    "%": ("# #", "  #", " # ", "#  ", "# #"),
    "<": ("  #", " # ", "#  ", " # ", "  #"),
    "~": ("    ", " # #", "# # ", "    ", "    "),
    "m": ("     ", "     ", "#### ", "# # #", "# # #"),
    "h": ("#  ", "#  ", "###", "# #", "# #"),
    "d": ("  #", "  #", "###", "# #", "###"),
    "s": ("   ", " ##", "#  ", " ##", "## "),
    " ": (" ", " ", " ", " ", " "),
}
"""The figures there are, as dots."""

_HALVES = {(" ", " "): " ", ("#", " "): "▀", (" ", "#"): "▄", ("#", "#"): "█"}


def drawable(text: str) -> bool:
    """Whether there is a figure for each of the characters."""
    return all(character in FONT for character in text)


def width(text: str, *, large: bool = False) -> int:
    """The cells that `big` takes for a text."""
    dots = sum(len(FONT[character][0]) for character in text) + max(0, len(text) - 1)
    return dots * 2 if large else dots


def height(*, large: bool = False, ascii_marks: bool = False) -> int:
    """The lines that `big` takes."""
    return PIXELS if large or ascii_marks else (PIXELS + 1) // 2


def big(text: str, *, large: bool = False, ascii_marks: bool = False) -> list[str]:
    """A text of FONT's characters as lines of one width: a dot is half a cell high, or with `large` one cell
    high and two wide. With `ascii_marks` of nothing but `#`; a dot is then never less than a cell."""
    lines = [" ".join(FONT[character][row] for character in text) for row in range(PIXELS)]
    if large:
        wide = ["".join(dot * 2 for dot in line) for line in lines]
        return wide if ascii_marks else [line.replace("#", "█") for line in wide]
    if ascii_marks:
        return lines
    lines.append(" " * len(lines[0]) if lines[0] else "")
    return [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(lines[::2], lines[1::2], strict=True)
    ]


def within(text: str, room: int, *, large: bool = False, ascii_marks: bool = False) -> list[str]:
    """The same where it leaves a cell of `room`; else the text itself on the middle one of as many lines."""
    if drawable(text) and width(text, large=large) < room:
        return big(text, large=large, ascii_marks=ascii_marks)
    lines = height(large=large, ascii_marks=ascii_marks)
    return [text if number == lines // 2 else "" for number in range(lines)]
