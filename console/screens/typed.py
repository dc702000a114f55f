"""What one types to see only some rows of a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable


def fits(text: str, told: Iterable[str]) -> bool:
    """Whether each word of `text` begins a word of what is told of a row; Chinese, which has no blanks, may
    stand anywhere in it."""
    whole = " ".join(told).casefold()
    words = {*whole.split(), *re.split(r"[^\w]+", whole)}
    return all(
        any(known.startswith(word) for known in words) or (not word.isascii() and word in whole)
        for word in text.casefold().split()
    )
