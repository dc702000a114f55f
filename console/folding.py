"""Texts made alike, so that one way to write a phrase finds them all; each letter knows where it came from.

Full-width forms, letter case, accents and traditional characters make no difference; spaces and punctuation
are left out, but what they parted is remembered.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from pathlib import Path

from console import paths
from console.domain.frozen import slotted

JOIN = "\n"
"""Stands between two lines of a turn."""

_STOPS = frozenset("。.!?;")

_FIRST_HAN, _LAST_HAN = "\u4e00", "\u9fa5"
"""Characters that stand for one letter each, themselves or the simplified one, in a script without spaces."""

_RUNS = re.compile(
    rf"(?P<spaces>[ {JOIN}]+)|(?P<plain>[0-9A-Za-z]+)|(?P<han>[{_FIRST_HAN}-{_LAST_HAN}]+)|.", re.DOTALL
)


@lru_cache(maxsize=1)
def _simplified() -> Mapping[int, str]:
    """Simplified characters by the code points of traditional ones."""
    text = Path(paths.fixtures(), "phrases", "traditional.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {ord(pair[0]): pair[1] for line in lines for pair in line.split()}


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    """The letters that a character stands for; none for punctuation, spaces and marks."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    return "".join(c for c in bare.translate(_simplified()) if unicodedata.category(c)[0] in "LN")


@lru_cache(maxsize=8192)
def _spaced(letter: str) -> bool:
    """Whether it belongs to a script that puts spaces between words."""
    return unicodedata.east_asian_width(letter) not in "WF"


@slotted
class Folded:
    """A text folded. For each of its `letters`, `origin` is the character it comes from, `inside` whether a
    letter of the same word stands before it. `stops` are the indexes of those that have the end of a sentence
    before them (in order), `pauses` of those that have any sign before them which is no space."""

    letters: str = ""
    origin: array[int] = field(default_factory=lambda: array("L"))
    inside: bytearray = field(default_factory=bytearray)
    stops: list[int] = field(default_factory=list)
    pauses: set[int] = field(default_factory=set)

    def whole(self, start: int, end: int) -> bool:
        """Whether the letters are no piece of a longer word."""
        return not self.inside[start] and not any(self.inside[end : end + 1])

    def stops_in(self, start: int, end: int) -> Iterator[int]:
        """Where sentences end between those letters, counted from the first."""
        for index in range(bisect_left(self.stops, start + 1), len(self.stops)):
            if self.stops[index] >= end:
                return
            yield self.stops[index] - start


def fold(text: str) -> Folded:
    """Fold a text; JOIN parts words, and no sentences."""
    letters, origin, inside = list[str](), array("L"), bytearray()
    stops, pauses = list[int](), set[int]()
    number, last = 0, ""
    stop, pause, apart = False, False, True
    simple = _simplified()
    for match in _RUNS.finditer(text):
        run, kind = match.group(), match.lastgroup
        if kind == "spaces":
            apart = True
            continue
        # Most of what people write are words of plain letters and lines of Chinese: of these a run at a time.
        index, end = match.span()
        if kind == "plain":
            here = run.lower()
        else:
            here = run.translate(simple) if kind == "han" else _fold_character(run)
        if here:
            if stop and number:
                stops.append(number)
            if pause:
                pauses.add(number)
            one = end - index == 1
            inside.append(not apart and _spaced(last) and _spaced(here[0]))
            inside += (b"\1" if one or kind == "plain" else b"\0") * (len(here) - 1)
            letters.append(here)
            origin.extend([index] * len(here) if one else range(index, end))
            number, last = number + len(here), here[-1]
            stop = pause = apart = False
        elif run not in "'’" and unicodedata.category(run) not in ("Mn", "Cf"):
            apart = True
            pause = pause or not run.isspace()
            stop = stop or _ends_sentence(text, index)
    return Folded("".join(letters), origin, inside, stops, pauses)


def _ends_sentence(text: str, index: int) -> bool:
    """Whether the character ends a sentence: no point inside of a number or a name, no dots of hesitation."""
    sign = unicodedata.normalize("NFKD", text[index])
    if sign not in _STOPS:
        return False
    if sign != ".":
        return True
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return "." not in (before, after) and not after.isalnum()
