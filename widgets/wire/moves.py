"""The shortest way of the cursor from one cell to another."""

from __future__ import annotations

from functools import lru_cache

Place = tuple[int, int]
"""Row and column, from zero."""


@lru_cache(maxsize=16384)
def move(at: tuple[int | None, int | None], to: Place) -> str:
    """The shortest sequence from `at` to `to`; a row or column of `at` that is not known is `None`.

    A bare line feed is no way down: whether it also returns to the first column is the tty's choice. A
    backspace would be shorter than its sequence, but one that was smuggled in could not be told from it.
    """
    if at == to:
        return ""
    row, column = at
    y, x = to
    ways = [_absolute(y, x)]
    if row == y:
        ways += _along(column, x)
    elif row is not None:
        if column == x:
            ways += [_by(y - row, "B", "A"), f"\x1b[{y + 1}d"]
        elif column is not None:
            ways += [_by(y - row, "B", "A") + way for way in _along(column, x)]
        if row < y < row + 4:
            ways += ["\r\n" * (y - row) + way for way in _along(0, x)]
    return min(ways, key=len)


def _absolute(y: int, x: int) -> str:
    if x == 0:
        return f"\x1b[{y + 1}H" if y else "\x1b[H"
    return f"\x1b[{y + 1};{x + 1}H"


def _along(column: int | None, x: int) -> list[str]:
    """Ways within a row."""
    if column == x:
        return [""]
    ways = [f"\x1b[{x + 1}G"]
    if x == 0:
        ways.append("\r")
    if column is not None:
        ways.append(_by(x - column, "C", "D"))
    if x > 0:
        ways.append("\r" + _by(x, "C", "D"))
    return ways


def _by(count: int, forth: str, back: str) -> str:
    letter = forth if count > 0 else back
    return f"\x1b[{letter}" if abs(count) == 1 else f"\x1b[{abs(count)}{letter}"
