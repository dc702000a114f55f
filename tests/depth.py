"""How far the random tests go: a little way in the suite, `RINGS_DEPTH` times as far in `make soak`."""

from __future__ import annotations

import os

DEPTH = int(os.environ.get("RINGS_DEPTH", "1"))


def deep(number: int) -> int:
    """So many trials in the suite, more of them where there is time."""
    return number * DEPTH
