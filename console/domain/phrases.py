"""What people say: phrases to watch for, and where they were said. The matcher comes in from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

Who = Literal["agent", "customer"]
Level = Literal["alert", "cue", "card"]

LEVELS: tuple[Level, ...] = ("alert", "cue", "card")
"""What a phrase that was said leads to, the loudest first: an alert now, a hint beside the item, or no more
than a count on the agent's card."""


@dataclass(frozen=True, slots=True)
class PhraseSet:
    """Phrases that mean the same to the floor: `id` is dotted, e.g. `forbidden.shirk`.

    It watches what `who` says. `kind` is a word for what is wrong with the phrases (`shirk`, `order`, …),
    empty for a set of good ones. A `…` in a phrase stands for at most `gap` letters. `start`: only where an
    utterance begins. A phrase inside of one of `unless` does not count. `better` is what to say instead, by
    language.
    """

    id: str
    phrases: tuple[str, ...]
    level: Level = "card"
    kind: str = ""
    who: Who = "agent"
    start: bool = False
    gap: int = 8
    unless: tuple[str, ...] = ()
    better: Mapping[str, str] = field(default_factory=dict)
    doc: str = ""


class Hit(NamedTuple):
    """A phrase that was said: `start` and `end` count characters of the text it ended in.

    A phrase that began in an earlier line has a negative `start`: -1 is the break between the lines, -2 the
    last character of the line before. `phrase` is as the list writes it.
    """

    set: str
    phrase: str
    start: int
    end: int

    @property
    def names(self) -> tuple[str, ...]:
        """Its set and all that this belongs to: `forbidden.shirk`, `forbidden`."""
        parts = self.set.split(".")
        return tuple(".".join(parts[:length]) for length in range(len(parts), 0, -1))


class Phrases(Protocol):
    """A compiled list of phrase sets."""

    @property
    def sets(self) -> Mapping[str, PhraseSet]:
        """The sets by their ids, in the order of the list."""
        ...

    def scan(self, tail: str, text: str, who: Who = "agent") -> tuple[list[Hit], str]:
        """The phrases of the sets watching `who` that end in `text`, in order of (start, end, set).

        `tail` is empty where a speaker begins, else what the scan of the same speaker's line before answered:
        a phrase split over several lines is found when its last piece comes. Answers the next tail.
        """
        ...


@dataclass(frozen=True, slots=True)
class NoPhrases:
    """A site without phrases: nothing is ever found."""

    sets: Mapping[str, PhraseSet] = field(default_factory=dict)

    def scan(self, tail: str, text: str, who: Who = "agent") -> tuple[list[Hit], str]:
        """Nothing."""
        return [], ""


class Mark(NamedTuple):
    """A piece of one line that belongs to a phrase of `set`; `last`: the phrase ends in it."""

    set: str
    start: int
    end: int
    last: bool


def marks(phrases: Phrases, said: Iterable[tuple[Who, str]]) -> list[list[Mark]]:
    """For each line of a transcript the pieces that belong to a phrase, of whatever line it began in."""
    found: list[list[Mark]] = []
    tails: dict[Who, str] = {}
    earlier: dict[Who, list[tuple[int, int]]] = {"agent": [], "customer": []}
    for number, (who, text) in enumerate(said):
        found.append([])
        hits, tails[who] = phrases.scan(tails.get(who, ""), text, who)
        for hit in hits:
            found[number].append(Mark(hit.set, max(hit.start, 0), hit.end, True))
            _mark_before(found, earlier[who], hit)
        earlier[who].append((number, len(text)))
    return [sorted(line) for line in found]


def _mark_before(found: Sequence[list[Mark]], earlier: Sequence[tuple[int, int]], hit: Hit) -> None:
    """Mark the pieces of a phrase in the lines before the one that it ended in."""
    start = hit.start
    for number, length in reversed(earlier):
        start += length + 1  # counted from the beginning of that line; the break is a character too
        if start - length - 1 >= 0:
            return
        if start < length:
            found[number].append(Mark(hit.set, max(start, 0), length, False))
