"""What was missing when a norm broke at an event, in words: a gate's demand, a phrase, a figure too high."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue

_FIGURE = re.compile(r"([a-z_]+) (\S+) ([<>]) (\S+)")


def fact_key(fact: str) -> str:
    """The catalogue's key of one thing that a norm wants on record."""
    return "_".join(re.findall("[a-z]+", fact))


def missing_words(say: Catalogue, missing: Iterable[str]) -> str:
    """All that was missing; what comes from outside (words that were said) stands as it is."""
    return say.several(_told(say, fact) for fact in missing)


def _told(say: Catalogue, fact: str) -> str:
    if figure := _FIGURE.fullmatch(fact):
        name, value, sign, limit = figure.groups()
        return f"{say.word('fact', name)} {value} {sign} {limit}"
    return say("fact.or").join(dict.fromkeys(_named(say, one) for one in fact.split(" / ")))


def _named(say: Catalogue, fact: str) -> str:
    key = fact_key(fact)
    word = say.word("fact", key) if key else fact
    return fact if word == key else word
