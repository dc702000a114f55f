"""What of a row must be written: pieces of one pen each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import is_not, ne, or_
from typing import TYPE_CHECKING, NamedTuple

from widgets.wire.glyphs import CONTINUATION, steady
from widgets.wire.pens import LOST, PLAIN, Pen

if TYPE_CHECKING:
    from widgets.wire.shadow import Shadow

_ERASE = "\x1b[K"

_ODD = "\u1100"
"""From here on terminals may differ in how wide a character is."""

_GAP = re.compile(" {11,}")
"""Blanks that take more bytes than to erase that many cells and to step over them."""


class Piece(NamedTuple):
    """Cells from `x` up to `end` of row `y`, or an erasure from `x` on.

    `after` is the column in which the cursor is left, if every terminal agrees on it.

    Pieces may be written in any order. One that cuts a wide character makes the terminal blank the other
    half, but that half has changed too: either its piece comes later, or it came before and nothing is left
    to blank.
    """

    y: int
    x: int
    end: int
    pen: Pen
    text: str
    after: int | None


def pieces_of(y: int, shown: Shadow, wanted: Shadow, *, erases: bool = False) -> list[Piece]:
    """The pieces of a row, from left to right. Cells that nobody painted yet are left alone.

    With `erases` the terminal gives what it erases the colours of its pen, not its own.
    """
    old, new = shown.glyphs[y], wanted.glyphs[y]
    old_pens, new_pens = shown.pens[y], wanted.pens[y]
    width = wanted.width
    changed = _differing(old, new, old_pens, new_pens)
    tail = _tail(new, new_pens, erases)
    # An erasure is as long as three cells that follow without a move.
    erase_from = changed.find(1, tail) if changed.count(1, tail) > len(_ERASE) else width
    pieces: list[Piece] = []
    at = 0
    while (begin := changed.find(1, at)) >= 0:
        if begin >= erase_from:
            pieces.append(Piece(y, begin, width, new_pens[begin], _ERASE, begin))
            break
        while begin and new[begin] == CONTINUATION:
            begin -= 1
        changed[begin] = 1
        gap = changed.find(0, begin)
        end, whole = _reach(new, new_pens, begin, min(erase_from, width if gap < 0 else gap))
        at, pen = end, new_pens[begin]
        if pen == LOST:
            continue
        # In the last column a terminal may stay, or stand beyond it.
        after = end if whole and end < width else None
        text = "".join(new[begin:end])
        if erases and not pen.attributes and "           " in text:
            text, behind = _with_gaps(new, begin, end)
            after = end - behind if behind else after
        pieces.append(Piece(y, begin, end, pen, text, after))
    return pieces


def _differing(
    old: Sequence[str], new: Sequence[str], old_pens: Sequence[Pen], new_pens: Sequence[Pen]
) -> bytearray:
    """1 for each cell of a row that is another than it was."""
    if old_pens.count(LOST) == len(new):
        return bytearray(b"\1" * len(new))
    differs = map(ne, old, new)
    if old_pens != new_pens:
        # Equal pens are one object: to compare what they are made of would take as long again.
        differs = map(or_, differs, map(is_not, old_pens, new_pens))
    return bytearray(differs)


def _reach(glyphs: Sequence[str], pens: Sequence[Pen], begin: int, limit: int) -> tuple[int, bool]:
    """How far a piece goes that begins there, and whether every terminal agrees how far that is.

    It ends before `limit`, where the pen changes, and behind the first glyph of which they don't agree; the
    whole of a wide character belongs to it.
    """
    pen = pens[begin]
    end = begin + 1
    while end < limit and pens[end] is pen:
        end += 1
    # Asked of all of them at once: a step for each cell is what a page would be made of.
    if not all(map(steady, {*glyphs[begin:end]} - {CONTINUATION})):
        for at in range(begin, end):
            if glyphs[at] and not steady(glyphs[at]):
                return _whole(glyphs, at + 1), False
    return _whole(glyphs, end), True


def _whole(glyphs: Sequence[str], end: int) -> int:
    """`end`, or behind the second half of the wide character that it would cut."""
    while end < len(glyphs) and glyphs[end] == CONTINUATION:
        end += 1
    return end


def _with_gaps(new: Sequence[str], begin: int, end: int) -> tuple[str, int]:
    """The cells from `begin` to `end` with their long gaps erased instead of written.

    Also by how many cells the cursor is left behind, where a gap is the last of them.
    """
    # A character for each cell, so that places in it are columns.
    cells = "".join([glyph or "x" for glyph in new[begin:end]])
    if len(cells) != end - begin:
        cells = "".join(glyph if glyph == " " else "x" for glyph in new[begin:end])
    parts: list[str] = []
    at = begin
    for gap in _GAP.finditer(cells):
        first, last = begin + gap.start(), begin + gap.end()
        parts += [*new[at:first], f"\x1b[{last - first}X"]
        at = last
        if last == end:
            return "".join(parts), last - first
        parts.append(f"\x1b[{last - first}C")
    return "".join([*parts, *new[at:end]]), 0


def _tail(glyphs: list[str], pens: list[Pen], erases: bool) -> int:
    """Where the blanks at the row's end begin that can be erased: those of one pen.

    Where the terminal erases with its own background whatever the pen is, only plain ones.
    """
    x = len(glyphs)
    pen = pens[-1] if x else PLAIN
    if pen.attributes or not (erases or pen == PLAIN):
        return x
    while x and glyphs[x - 1] == " " and pens[x - 1] is pen:
        x -= 1
    return x
