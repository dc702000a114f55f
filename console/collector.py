"""How often Python looks for garbage, in processes that take in events for hours."""

from __future__ import annotations

import gc

YOUNG = 50_000
"""So many new objects are made before Python looks through them. What a batch leaves behind is freed when it
is let go of; cycles are rare and small. At Python's own 700 up to a tenth of the time went into looking at
items that are kept for good reason."""


def take_in() -> None:
    """Look for garbage seldom, and never again at what is loaded by now."""
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
