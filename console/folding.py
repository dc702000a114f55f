"""Texts made alike, so that one way to write a phrase finds them all; each letter knows where it came from.

Full-width forms, letter case, accents and traditional characters make no difference; spaces and punctuation
are left out, but what they parted is remembered.
"""

from __future__ import annotations

import unicodedata
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
    """A text folded. By index of `letters`: `origin` is the character it comes from, `inside` are the letters
    with a letter of the same word before them, `stops` those with the end of a sentence before them (in
    order), `pauses` those with any sign before them that is no space."""

    letters: str = ""
    origin: list[int] = field(default_factory=list)
    inside: set[int] = field(default_factory=set)
    stops: list[int] = field(default_factory=list)
    pauses: set[int] = field(default_factory=set)

    def whole(self, start: int, end: int) -> bool:
        """Whether the letters are no piece of a longer word."""
        return start not in self.inside and end not in self.inside

    def stops_in(self, start: int, end: int) -> Iterator[int]:
        """Where sentences end between those letters, counted from the first."""
        for index in range(bisect_left(self.stops, start + 1), len(self.stops)):
            if self.stops[index] >= end:
                return
            yield self.stops[index] - start


def fold(text: str) -> Folded:
    """Fold a text; JOIN parts words, and no sentences."""
    folded = Folded()
    letters: list[str] = []
    stop, pause, apart = False, False, True
    for index, character in enumerate(text):
        here = _fold_character(character)
        if here:
            number = len(letters)
            if stop and letters:
                folded.stops.append(number)
            if pause:
                folded.pauses.add(number)
            if not apart and _spaced(letters[-1]) and _spaced(here[0]):
                folded.inside.add(number)
            folded.inside.update(range(number + 1, number + len(here)))
            letters.extend(here)
            folded.origin.extend([index] * len(here))
            stop = pause = apart = False
        elif character == JOIN:
            apart = True
        elif character not in "'’" and unicodedata.category(character) not in ("Mn", "Cf"):
            apart = True
            pause = pause or not character.isspace()
            stop = stop or _ends_sentence(text, index)
    folded.letters = "".join(letters)
    return folded


def _ends_sentence(text: str, index: int) -> bool:
    """Whether the character ends a sentence: no point inside of a number or a name, no dots of hesitation."""
    sign = unicodedata.normalize("NFKD", text[index])
    if sign not in _STOPS:
        return False
    if sign != ".":
        return True
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return "." not in (before, after) and not after.isalnum()
