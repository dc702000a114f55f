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
    then as the beginnings of several of its words ("zhw" for Zhang Wei), then anywhere in the other texts.
    Letters strewn over a name are no find: a long one has those of almost any other, and Enter would take it.
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
    return 2 if _initials(term, name) else None


def _initials(term: str, name: str) -> bool:
    """Whether the letters of `term` are the beginnings of words of `name`, in their order."""
    starts = {word.start() for word in _WORD.finditer(name)}
    ends = {place for place in starts if name[place] == term[0]}
    for letter in term[1:]:
        first = min(ends, default=len(name))
        ends = {
            at
            for at in range(first + 1, len(name))
            if name[at] == letter and (at - 1 in ends or at in starts)
        }
    return bool(ends)
