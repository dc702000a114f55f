"""Importance × urgency: how much a matter outranks others, in whatever words its system has for them."""

from __future__ import annotations

import re

_LEVELS = (
    ("critical", "major", "grave", "high", "important", "urgent", "immediate", "now", "today", "高", "紧急",
     "重大", "重要"),
    ("medium", "moderate", "normal", "ordinary", "中", "一般", "普通"),
    ("low", "minor", "later", "低", "不急", "次要"),
)  # fmt: skip
"""Words of the three levels, highest first; a number counts where there is no such word: 1 is the highest."""

_LOWEST = 3


def level(value: object) -> int | None:
    """0 (high) to 2 (low) of what a system says: `high`, `1 - Critical`, `2`, `紧急`; else None."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = str(value).lower()
    words = frozenset(re.findall(r"[a-z]+", text)) | {text.strip()}
    for number, known in enumerate(_LEVELS):
        if not words.isdisjoint(known):
            return number
    digit = re.search(r"[1-9]", text)
    return min(int(digit[0]), len(_LEVELS)) - 1 if digit else None


def priority(importance: object, urgency: object) -> int | None:
    """The severity (0 is critical, 3 low) that both give together; None where one of them is not known."""
    first, second = level(importance), level(urgency)
    return None if first is None or second is None else min(first + second, _LOWEST)
