"""A filter as people type it: with the names that the board shows, and with slips of the finger."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from console.domain.query import FIELDS, Query, parse_query

if TYPE_CHECKING:
    from console.screens.words import Words


def read(text: str, words: Words) -> Query:
    """What was typed, with agents by their ids; a word that looks like a misspelt field is a problem."""
    query = parse_query(text)
    terms = tuple(
        (field, _agent(value, words) if field == "owner" else value, wanted)
        for field, value, wanted in query.terms
    )
    slips = tuple(word for word in (*query.words, *query.barred) if _slip(word))
    return Query(query.text, terms, query.words, query.barred, (*query.problems, *slips))


def _agent(name: str, words: Words) -> str:
    """The id of the one whom `name` fits alone; else `name` as it is."""
    agents = words.names.agents
    if name == "none" or name in agents:
        return name
    wanted = name.casefold()
    for fits in (wanted.__eq__, lambda known: wanted in known):
        found = [agent for agent, known in agents.items() if fits(known.casefold())]
        if len(found) == 1:
            return found[0]
    return words.names.agent(name)


def _slip(word: str) -> bool:
    head, colon, value = word.partition(":")
    return bool(colon and value) and bool(get_close_matches(head, FIELDS, 1))
