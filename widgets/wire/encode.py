"""From what a terminal shows to what it should show, as one string."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from widgets.wire.moves import Place, move
from widgets.wire.pens import LOST, PLAIN, Pen, change
from widgets.wire.pieces import Piece, pieces_of
from widgets.wire.scroll import LEAST_ROWS, find_shift, sequence

if TYPE_CHECKING:
    from widgets.wire.shadow import Shadow

_FEW = 64
"""So many pieces are written in every order to see which is shortest; for more a guess must do."""


class Pencil:
    """Writes pieces one after the other, and knows where the cursor is and which pen it has."""

    def __init__(self, wanted: Shadow, cursor: Place | None) -> None:
        self._wanted = wanted
        self._row: int | None
        self._column: int | None
        self._row, self._column = cursor or (None, None)
        self._pen = PLAIN
        self._out: list[str] = []

    def write(self, piece: Piece) -> None:
        """Write one piece."""
        self._go(piece)
        self._take(piece.pen)
        self._out.append(piece.text)
        self._row, self._column = piece.y, piece.after

    def finish(self, cursor: Place) -> str:
        """Lay the pen down and leave the cursor; all that was written.

        Whatever is written next, by whom ever, finds the terminal with a plain pen.
        """
        self._take(PLAIN)
        self._out.append(move((self._row, self._column), cursor))
        return "".join(self._out)

    def _take(self, pen: Pen) -> None:
        if pen is not self._pen:
            self._out.append(change(self._pen, pen))
            self._pen = pen

    def _go(self, piece: Piece) -> None:
        at = self._column
        if self._row == piece.y and at == piece.x:
            return
        way = move((self._row, at), (piece.y, piece.x))
        if self._row == piece.y and at is not None:
            limit = len(way) + len(change(self._pen, piece.pen))
            # A cell takes a byte at least, so a longer gap is not worth a look.
            if 0 < piece.x - at <= limit:
                way = self._bridge(at, piece, limit) or way
        self._out.append(way)

    def _bridge(self, x: int, piece: Piece, limit: int) -> str | None:
        """The cells up to the piece written once more, where that is shorter than `limit` with all pens."""
        glyphs, pens = self._wanted.glyphs[piece.y], self._wanted.pens[piece.y]
        pen = self._pen
        parts = []
        for glyph, cell_pen in zip(glyphs[x : piece.x], pens[x : piece.x], strict=True):
            # The cursor may stand on the second half of a wide character, which can't be written.
            if cell_pen == LOST or not glyph or not glyph.isascii():
                return None
            parts += [change(pen, cell_pen), glyph]
            pen = cell_pen
        way = "".join(parts)
        if len(way) + len(change(pen, piece.pen)) > limit:
            return None
        self._pen = pen
        return way


def encode(
    shown: Shadow,
    wanted: Shadow,
    rows: Sequence[int],
    cursor: Place | None,
    to: Place,
    *,
    erases: bool = False,
) -> str:
    """What makes a terminal that shows `shown` show `wanted`, which differ in `rows` at most.

    The terminal has a plain pen, before and after; its cursor is at `cursor`, if that is known, and goes to
    `to`. Afterwards `shown` is what the terminal shows. With `erases` the terminal gives what it erases the
    colours of its pen.
    """
    start = ""
    rows = [y for y in sorted(rows) if shown.differs(y, wanted)]
    if len(rows) >= LEAST_ROWS and (shift := find_shift(shown, wanted, rows)):
        start = sequence(shift)
        # Terminals differ in where they leave the cursor after this.
        cursor = None
        shown.shift(*shift)
        rows = sorted({*rows, *range(shift.top, shift.bottom + 1)})
    pieces = []
    for y in rows:
        if found := pieces_of(y, shown, wanted, erases=erases):
            pieces += found
            shown.copy_row(y, wanted)
    if not pieces and not start:
        return move(cursor or (None, None), to)
    texts = [_written(order, wanted, cursor, to) for order in _orders(pieces)]
    return start + min(texts, key=_size)


def _orders(pieces: list[Piece]) -> list[list[Piece]]:
    """Orders worth trying: row by row, and pen by pen where pens alternate."""
    pens = [piece.pen for piece in pieces]
    changes = sum(one != other for one, other in pairwise(pens))
    rank = {pen: place for place, pen in enumerate(dict.fromkeys(pens))}
    if changes < len(rank):
        return [pieces]
    by_pen = sorted(pieces, key=lambda piece: rank[piece.pen])
    orders = [by_pen, pieces]
    return orders if len(pieces) <= _FEW else [min(orders, key=_guess)]


def _guess(pieces: list[Piece]) -> int:
    """About how many bytes an order takes for pens and moves."""
    return sum(
        len(change(one.pen, other.pen)) + (0 if one.y == other.y and one.end == other.x else 6)
        for one, other in pairwise(pieces)
    )


def _written(pieces: list[Piece], wanted: Shadow, cursor: Place | None, to: Place) -> str:
    pencil = Pencil(wanted, cursor)
    for piece in pieces:
        pencil.write(piece)
    return pencil.finish(to)


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
