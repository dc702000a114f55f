"""Finding a name from a few letters of it.

Not `textual.fuzzy`: that one tries every way the letters may fall, which for a label of one repeated letter,
and labels come from outside, takes seconds for each key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")


def rank(query: str, texts: Sequence[str]) -> int | None:
    """How well `query` finds something known by `texts`, the first its name: 0 is best, `None` not at all.

    Each word of the query has to be found: at best as the beginning of a word of the name, then inside of it,
    then as letters of the name in that order, then anywhere in the other texts.
    """
    name, *others = [text.casefold() for text in texts] or [""]
    total = 0
    for term in query.casefold().split():
        found = _in_name(term, name)
        if found is None:
            if not any(term in other for other in others):
                return None
            found = 3
        total += found
    return total


def _in_name(term: str, name: str) -> int | None:
    if any(word.group().startswith(term) for word in _WORD.finditer(name)):
        return 0
    if term in name:
        return 1
    rest = iter(name)
    return 2 if all(letter in rest for letter in term) else None
