"""Finding phrases in what was said, however many there are: one pass of an Aho-Corasick automaton.

Texts are compared folded: full-width forms, letter case, accents and traditional characters make no
difference, spaces and punctuation count as nothing. The end of a sentence inside of a match counts: a phrase
is not put together of two sentences unless it is written as two.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from console import paths
from console.domain.phrase_list import parse_phrases
from console.domain.phrases import Hit, PhraseSet, Who

if TYPE_CHECKING:
    import ahocorasick_rs

_STOPS = frozenset("。.!?;")
_REMEMBERED = 1024
"""Lines whose hits are kept: a call is folded, and looked at, again and again while it goes on."""

_JOIN = "\n"
"""Stands between two lines in a tail. A tail that begins with it begins with the turn."""


@lru_cache(maxsize=4)
def compile_phrases(text: str) -> Matcher:
    """A matcher of the list `text` (TOML), which is read when something has been said. One that is no list
    raises TableError then."""
    return Matcher(text)


class Matcher:
    """Fulfils the domain's `Phrases`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._sets: Mapping[str, PhraseSet] | None = None
        self._engines: dict[Who, _Engine] = {}
        self._known = lru_cache(maxsize=_REMEMBERED)(self._look)

    @property
    def sets(self) -> Mapping[str, PhraseSet]:
        """The sets by their ids."""
        if self._sets is None:
            self._sets = {found.id: found for found in parse_phrases(self._text)}
        return self._sets

    def scan(self, tail: str, text: str, who: Who = "agent") -> tuple[list[Hit], str]:
        """As in `Phrases`."""
        hits, after = self._known(tail, text, who)
        return list(hits), after

    def _look(self, tail: str, text: str, who: Who) -> tuple[list[Hit], str]:
        engine = self._engines.get(who)
        if engine is None:
            sets = [phrases for phrases in self.sets.values() if phrases.who == who]
            engine = self._engines[who] = _Engine(sets)
        return engine.scan(tail, text)


# --- folding --------------------------------------------------------------------------------------


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


@dataclass(slots=True)
class _Folded:
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


def _fold(text: str) -> _Folded:
    folded = _Folded()
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
        elif character == _JOIN:
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


# --- phrases --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One phrase of one set; `stops` are the sentence ends that it has itself. With gaps it has none, and the
    automaton knows its longest part alone; `whole` then finds it, so far `before` and `after` that part.

    A `spared` one is an exception. It has `pauses` of its own, and no other may be in it: "不知道，您问……" is
    no "不知道您……".
    """

    set: PhraseSet
    phrase: str
    stops: frozenset[int] = frozenset()
    spared: bool = False
    pauses: frozenset[int] = frozenset()
    whole: re.Pattern[str] | None = None
    before: int = 0
    after: int = 0


class _Engine:
    """The sets that watch one speaker."""

    def __init__(self, sets: Iterable[PhraseSet]) -> None:
        self._patterns: dict[str, list[_Pattern]] = {}
        self._reach = 1
        for phrases in sets:
            for phrase in phrases.phrases:
                self._add(phrases, phrase)
            for phrase in phrases.unless:
                self._add(phrases, phrase, spared=True)
        self._known = list(self._patterns.values())
        self._automaton: ahocorasick_rs.AhoCorasick | None = None

    def _add(self, phrases: PhraseSet, phrase: str, *, spared: bool = False) -> None:
        parts = [_fold(part) for part in phrase.split("…")]
        texts = [part.letters for part in parts]
        if not all(texts):
            return
        if len(texts) == 1:
            stops, pauses = frozenset(parts[0].stops), frozenset(parts[0].pauses)
            pattern = _Pattern(phrases, phrase, stops, spared, pauses)
            reach = len(texts[0])
        else:
            key = max(range(len(texts)), key=lambda index: len(texts[index]))
            pattern = _Pattern(
                phrases,
                phrase,
                whole=re.compile(f".{{0,{phrases.gap}}}?".join(map(re.escape, texts))),
                before=sum(len(text) + phrases.gap for text in texts[:key]),
                after=sum(len(text) + phrases.gap for text in texts[key + 1 :]),
            )
            texts, reach = [texts[key]], pattern.before + len(texts[key]) + pattern.after
        self._patterns.setdefault(texts[0], []).append(pattern)
        self._reach = max(self._reach, reach)

    def scan(self, tail: str, text: str) -> tuple[list[Hit], str]:
        """As in `Phrases`."""
        said = tail + _JOIN + text.replace(_JOIN, " ")
        base = len(tail) + 1
        folded = _fold(said)
        hits: set[Hit] = set()
        spared: dict[str, list[tuple[int, int]]] = {}
        for pattern, start, end in self._found(folded):
            if pattern.set.start and not pattern.spared and (start > 0 or said[0] != _JOIN):
                continue
            first, after = folded.origin[start] - base, folded.origin[end - 1] + 1 - base
            if pattern.spared:
                spared.setdefault(pattern.set.id, []).append((first, after))
            elif after > 0:
                hits.add(Hit(pattern.set.id, pattern.phrase, first, after))
        kept = [
            hit
            for hit in _longest(hits)
            if not any(first <= hit.start and hit.end <= after for first, after in spared.get(hit.set, ()))
        ]
        kept.sort(key=lambda hit: (hit.start, hit.end, hit.set))
        return kept, self._tail(said, folded)

    def _found(self, folded: _Folded) -> Iterator[tuple[_Pattern, int, int]]:
        """Every phrase that stands in the letters: where it begins, and the index after it."""
        if not self._known or not folded.letters:
            return
        for number, start, end in self._search(folded.letters):
            for pattern in self._known[number]:
                for begin, finish in _extents(pattern, folded, start, end):
                    if folded.whole(begin, finish) and _unbroken(pattern, folded, begin, finish):
                        yield pattern, begin, finish

    def _search(self, letters: str) -> list[tuple[int, int, int]]:
        if self._automaton is None:
            # Loaded when something has been said: most that read a store never need it.
            import ahocorasick_rs

            self._automaton = ahocorasick_rs.AhoCorasick(list(self._patterns))
        return self._automaton.find_matches_as_indexes(letters, overlapping=True)

    def _tail(self, said: str, folded: _Folded) -> str:
        """As much of the end as the longest phrase could still need, and the letter before it."""
        if len(folded.origin) > self._reach:
            said = said[folded.origin[-self._reach] :]
            said = said[-4 * self._reach :].lstrip(_JOIN)
        return said


def _unbroken(pattern: _Pattern, folded: _Folded, start: int, end: int) -> bool:
    """Whether nothing stands between those letters that parts the phrase."""
    if pattern.spared:
        return all(
            index - start in pattern.pauses for index in range(start + 1, end) if index in folded.pauses
        )
    return pattern.stops.issuperset(folded.stops_in(start, end))


def _extents(pattern: _Pattern, folded: _Folded, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the pattern stands whose longest part stands from `start` to `end`: inside of one sentence."""
    if pattern.whole is None:
        yield start, end
        return
    first, after = max(0, start - pattern.before), min(len(folded.letters), end + pattern.after)
    if number := bisect_right(folded.stops, start):
        first = max(first, folded.stops[number - 1])
    for match in pattern.whole.finditer(folded.letters, first, after):
        if match.start() <= start and match.end() >= end:
            yield match.span()


def _longest(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Of hits of one set that stand inside of another, the outer one."""
    reached: dict[str, int] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.phrase)):
        if hit.end > reached.get(hit.set, hit.start):
            reached[hit.set] = hit.end
            yield hit
