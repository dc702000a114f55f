"""What of a row must be written: pieces of one pen each."""

from __future__ import annotations

from typing import NamedTuple

from widgets.wire.glyphs import CONTINUATION, steady
from widgets.wire.pens import LOST, PLAIN, Pen
from widgets.wire.shadow import Shadow

_ERASE = "\x1b[K"


class Piece(NamedTuple):
    """Cells from `x` up to `end` of row `y`, or an erasure from `x` on.

    `after` is the column in which the cursor is left, if every terminal agrees on it. A `free` piece may be
    written at any time of the frame; others touch wide characters, halves of which terminals blank, and
    stay in order.
    """

    y: int
    x: int
    end: int
    pen: Pen
    text: str
    after: int | None
    free: bool


def pieces_of(y: int, shown: Shadow, wanted: Shadow) -> list[Piece]:
    """The pieces of a row, from left to right. Cells that nobody painted yet are left alone."""
    old, new = shown.glyphs[y], wanted.glyphs[y]
    old_pens, new_pens = shown.pens[y], wanted.pens[y]
    if old == new and old_pens == new_pens:
        return []
    cells = zip(old, new, old_pens, new_pens, strict=True)
    changed = [
        x
        for x, (was, is_, was_pen, pen) in enumerate(cells)
        if was != is_ or (was_pen is not pen and was_pen != pen)
    ]
    width = wanted.width
    tail = _tail(new, new_pens)
    erased = [x for x in changed if x >= tail]
    # An erasure is as long as three cells that follow without a move.
    erase_from = erased[0] if len(erased) > len(_ERASE) else width
    pieces: list[Piece] = []
    at = 0
    while at < len(changed):
        begin = changed[at]
        if begin >= erase_from:
            free = CONTINUATION not in (old[begin], *old[begin + 1 : begin + 2])
            pieces.append(Piece(y, begin, width, PLAIN, _ERASE, begin, free))
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
        # The cell behind shows whether a wide character reached out of the piece.
        narrow = CONTINUATION not in old[begin : end + 1] and CONTINUATION not in new[begin:end]
        pieces.append(Piece(y, begin, end, pen, "".join(new[begin:end]), after, narrow))
    return pieces


def _tail(glyphs: list[str], pens: list[Pen]) -> int:
    """Where the plain blanks at the row's end begin.

    Only the terminal's own background: not every terminal erases with the pen's.
    """
    x = len(glyphs)
    while x and glyphs[x - 1] == " " and pens[x - 1] == PLAIN:
        x -= 1
    return x
