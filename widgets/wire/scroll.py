"""Finds out that rows of the screen were shifted up or down, so that the terminal can shift them itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import is_not, ne
from typing import TYPE_CHECKING, NamedTuple

from widgets.wire.pens import PLAIN

if TYPE_CHECKING:
    from widgets.wire.shadow import Shadow

LEAST_ROWS = 4
"""Fewer changed rows are not worth a look."""

_QUARTERS = 4
_COST = 24
"""A shift's own sequences, and some more, as cells: it must be clearly worth it."""


class Shift(NamedTuple):
    """The rows from `top` to `bottom` go up by `by`, or down when it is negative."""

    top: int
    bottom: int
    by: int


def find_shift(shown: Shadow, wanted: Shadow, rows: list[int]) -> Shift | None:
    """The shift that makes `shown` most like `wanted` in the changed `rows`, if one is worth it."""
    if len(rows) < LEAST_ROWS or not _much_differs(shown, wanted, rows):
        return None
    votes = _votes(shown, wanted, rows)
    if not votes:
        return None
    (by, _), *_ = Counter(by for _, by in votes).most_common(1)
    voters = [y for y, voted in votes if voted == by]
    # The band holds the rows and where they come from; on its far edge as many rows are laid bare.
    first, last = min(voters), max(voters)
    shift = Shift(min(first, first + by), max(last, last + by), by)
    without = sum(_unlike(shown, y, wanted, y) for y in range(shift.top, shift.bottom + 1))
    within = sum(_unlike_shifted(shown, wanted, y, shift) for y in range(shift.top, shift.bottom + 1))
    return shift if within + _COST < without * 0.7 else None


def sequence(shift: Shift) -> str:
    """What makes a terminal shift rows: a scroll region, and lines deleted or inserted at its top.

    Written with a plain pen, so that the rows laid bare are plain in every terminal.
    """
    top, bottom, by = shift
    lines = f"{'' if abs(by) == 1 else abs(by)}{'M' if by > 0 else 'L'}"
    return f"\x1b[{top + 1};{bottom + 1}r\x1b[{top + 1}H\x1b[{lines}\x1b[r"


def _much_differs(shown: Shadow, wanted: Shadow, rows: list[int]) -> bool:
    """Whether some row differs in more than its clocks; a few rows tell."""
    some = rows[:: max(1, len(rows) // 6)]
    return any(_unlike(shown, y, wanted, y) > wanted.width // 8 for y in some)


def _votes(shown: Shadow, wanted: Shadow, rows: list[int]) -> list[tuple[int, int]]:
    """Which shift each quarter of each changed row speaks for: a clock beside may tick meanwhile."""
    places: dict[tuple[int, str], int] = {}
    for y in range(min(rows), max(rows) + 1):
        for key in _quarters(shown, y):
            # What stands in two places says nothing about a shift.
            places[key] = -1 if key in places else y
    votes = []
    for y in rows:
        for key in _quarters(wanted, y):
            source = places.get(key, -1)
            if source not in (-1, y):
                votes.append((y, source - y))
    return votes


def _quarters(screen: Shadow, y: int) -> Iterator[tuple[int, str]]:
    """The quarters of a row that have some text in them."""
    row = screen.glyphs[y]
    size = -(-screen.width // _QUARTERS)
    for start in range(0, screen.width, size):
        text = "".join(row[start : start + size])
        if not text.isspace():
            yield start, text


def _unlike(one: Shadow, y: int, other: Shadow, at: int) -> int:
    """How many cells of two rows differ; glyphs and pens counted apart, which is near enough."""
    glyphs: int = sum(map(ne, one.glyphs[y], other.glyphs[at]))
    return max(glyphs, sum(map(is_not, one.pens[y], other.pens[at])))


def _unlike_shifted(shown: Shadow, wanted: Shadow, y: int, shift: Shift) -> int:
    source = y + shift.by
    if shift.top <= source <= shift.bottom:
        return _unlike(shown, source, wanted, y)
    return wanted.width - sum(map(_blank, wanted.glyphs[y], wanted.pens[y]))


def _blank(glyph: str, pen: object) -> bool:
    return glyph == " " and pen == PLAIN
