"""Finding phrases in what was said, however many there are: one pass of an Aho-Corasick automaton.

Texts are compared folded: full-width forms, letter case, accents and traditional characters make no
difference, spaces and punctuation count as nothing. The end of a sentence inside of a match counts: a phrase
is not put together of two sentences unless it is written as two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.phrase_list import parse_phrases
from console.domain.phrases import Hit, PhraseSet, Who
from console.folding import JOIN, Folded, fold

if TYPE_CHECKING:
    import ahocorasick_rs

_REMEMBERED = 1024
"""Lines whose hits are kept: a call is folded, and looked at, again and again while it goes on."""


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


@frozen
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
        parts = [fold(part) for part in phrase.split("…")]
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
        said = tail + JOIN + text.replace(JOIN, " ")
        base = len(tail) + 1
        folded = fold(said)
        hits: set[Hit] = set()
        exceptions: dict[str, list[tuple[int, int]]] = {}
        for pattern, start, end in self._found(folded):
            if pattern.set.start and not pattern.spared and (start > 0 or said[0] != JOIN):
                continue
            first, after = folded.origin[start] - base, folded.origin[end - 1] + 1 - base
            if pattern.spared:
                exceptions.setdefault(pattern.set.id, []).append((first, after))
            elif after > 0:
                hits.add(Hit(pattern.set.id, pattern.phrase, first, after))
        spared = {name: _Spans(spans) for name, spans in exceptions.items()}
        kept = [
            hit
            for hit in _longest(hits)
            if hit.set not in spared or not spared[hit.set].hold(hit.start, hit.end)
        ]
        kept.sort(key=lambda hit: (hit.start, hit.end, hit.set))
        return kept, self._tail(said, folded)

    def _found(self, folded: Folded) -> Iterator[tuple[_Pattern, int, int]]:
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

    def _tail(self, said: str, folded: Folded) -> str:
        """As much of the end as the longest phrase could still need, and the letter before it.

        A tail that begins with JOIN begins with the turn.
        """
        if not folded.letters:
            return ""
        if len(folded.origin) > self._reach:
            said = said[folded.origin[-self._reach] :]
        most = 4 * self._reach + 64  # what is left out between the letters could be without end
        return said if len(said) <= most else said[-most:].lstrip(JOIN)


def _unbroken(pattern: _Pattern, folded: Folded, start: int, end: int) -> bool:
    """Whether nothing stands between those letters that parts the phrase."""
    if pattern.spared:
        return all(
            index - start in pattern.pauses for index in range(start + 1, end) if index in folded.pauses
        )
    return pattern.stops.issuperset(folded.stops_in(start, end))


def _extents(pattern: _Pattern, folded: Folded, start: int, end: int) -> Iterator[tuple[int, int]]:
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


class _Spans:
    """Pieces of a text, to be asked whether one of them holds another piece."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def hold(self, start: int, end: int) -> bool:
        """Whether one of them begins no later and ends no sooner."""
        before = bisect_right(self._starts, start)
        return before > 0 and self._ends[before - 1] >= end


def _longest(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Of hits of one set that stand inside of another, the outer one."""
    reached: dict[str, int] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.phrase)):
        if hit.end > reached.get(hit.set, hit.start):
            reached[hit.set] = hit.end
            yield hit
