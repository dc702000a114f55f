"""What of a row must be written: pieces of one pen each."""

from __future__ import annotations

from itertools import compress
from operator import ne, or_
from typing import NamedTuple

from widgets.wire.glyphs import CONTINUATION, steady
from widgets.wire.pens import LOST, PLAIN, Pen
from widgets.wire.shadow import Shadow

_ERASE = "\x1b[K"


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


def pieces_of(y: int, shown: Shadow, wanted: Shadow) -> list[Piece]:
    """The pieces of a row, from left to right. Cells that nobody painted yet are left alone."""
    old, new = shown.glyphs[y], wanted.glyphs[y]
    old_pens, new_pens = shown.pens[y], wanted.pens[y]
    width = wanted.width
    differs = map(ne, old, new)
    if old_pens != new_pens:
        differs = map(or_, differs, map(ne, old_pens, new_pens))
    changed = list(compress(range(width), differs))
    tail = _tail(new, new_pens)
    erased = [x for x in changed if x >= tail]
    # An erasure is as long as three cells that follow without a move.
    erase_from = erased[0] if len(erased) > len(_ERASE) else width
    pieces: list[Piece] = []
    at = 0
    while at < len(changed):
        begin = changed[at]
        if begin >= erase_from:
            pieces.append(Piece(y, begin, width, PLAIN, _ERASE, begin))
            break
        while begin and new[begin] == CONTINUATION:
            begin -= 1
        pen = new_pens[begin]
        end = changed[at] = begin
        whole = True
        while at < len(changed) and changed[at] == end < erase_from and new_pens[end] is pen and whole:
            whole = steady(new[end])
            end += 1
            at += 1
            while end < width and new[end] == CONTINUATION:
                if at < len(changed) and changed[at] == end:
                    at += 1
                end += 1
        if pen == LOST:
            continue
        # In the last column a terminal may stay, or stand beyond it.
        after = end if whole and end < width else None
        pieces.append(Piece(y, begin, end, pen, "".join(new[begin:end]), after))
    return pieces


def _tail(glyphs: list[str], pens: list[Pen]) -> int:
    """Where the plain blanks at the row's end begin.

    Only the terminal's own background: not every terminal erases with the pen's.
    """
    x = len(glyphs)
    while x and glyphs[x - 1] == " " and pens[x - 1] == PLAIN:
        x -= 1
    return x
