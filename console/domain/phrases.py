"""What people say: phrases to watch for, and where they were said. The matcher comes in from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Literal, NamedTuple, Protocol

from console.domain.frozen import frozen

Who = Literal["agent", "customer"]
Level = Literal["alert", "cue", "card"]

LEVELS: tuple[Level, ...] = ("alert", "cue", "card")
"""What a phrase that was said leads to, the loudest first: an alert now, a hint beside the item, or no more
than a count on the agent's card."""


@frozen
class PhraseSet:
    """Phrases that mean the same to the floor: `id` is dotted, e.g. `forbidden.shirk`.

    It watches what `who` says. `kind` is a word for what is wrong with the phrases (`shirk`, `order`, …),
    empty for a set of good ones. A `…` in a phrase stands for at most `gap` letters. `start`: only where the
    speaker's turn begins. A phrase inside of one of `unless` does not count. `better` is what to say
    instead, by language. A set with a `name` is listed beside the item as said or missing.
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
    name: Mapping[str, str] = field(default_factory=dict)
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

        `tail` is empty where the speaker's turn begins, else what the scan of the line before answered: a
        phrase split over several lines is found when its last piece comes. Answers the next tail.
        """
        ...


@frozen
class NoPhrases:
    """A site without phrases: nothing is ever found."""

    sets: Mapping[str, PhraseSet] = field(default_factory=dict)

    def scan(self, tail: str, text: str, who: Who = "agent") -> tuple[list[Hit], str]:
        """Nothing."""
        return [], ""


def without_phrases(text: str) -> Phrases:
    """A matcher of a list for those who don't ask what was said."""
    return NoPhrases()


class Mark(NamedTuple):
    """A piece of one line that belongs to a phrase of `set`; `last`: the phrase ends in it."""

    set: str
    start: int
    end: int
    last: bool


def marks(phrases: Phrases, said: Iterable[tuple[Who, str]]) -> list[list[Mark]]:
    """For each line of a transcript the pieces that belong to a phrase, of whatever line of that turn."""
    found: list[list[Mark]] = []
    turn: list[int] = []
    speaker, tail = "", ""
    for who, text in said:
        if who != speaker:
            speaker, tail, turn = who, "", []
        found.append([])
        hits, tail = phrases.scan(tail, text, who)
        for hit in hits:
            found[-1].append(Mark(hit.set, max(hit.start, 0), hit.end, True))
            _mark_before(found, turn, hit)
        turn.append(len(text))
    return [sorted(line, key=lambda mark: (mark.start, mark.end)) for line in found]


def _mark_before(found: Sequence[list[Mark]], turn: Sequence[int], hit: Hit) -> None:
    """Mark the pieces of a phrase in the lines before the last; `turn` are the lengths of those lines."""
    start, back = hit.start, -1
    while start < 0 and -back <= len(turn):
        length = turn[back]
        start, back = start + length + 1, back - 1  # from that line's beginning; the break counts too
        if start < length:
            found[back].append(Mark(hit.set, max(start, 0), length, False))
