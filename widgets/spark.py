"""A row of figures as one line of text: how they went, at a glance."""

from __future__ import annotations

from collections.abc import Iterable

BLOCKS = "▁▂▃▄▅▆▇█"
DIGITS = "0123456789"


def spark(parts: Iterable[float | None], *, ascii_marks: bool = False) -> str:
    """One cell for each part from 0 to 1, the higher the fuller, or as its first digit; None is a dot."""
    steps, gap = (DIGITS, ".") if ascii_marks else (BLOCKS, "·")
    last = len(steps) - 1
    return "".join(
        gap if part is None else steps[max(0, min(last, int(part * len(steps))))] for part in parts
    )
