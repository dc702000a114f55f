"""A filter as people type it: with the names that the board shows, and with slips of the finger."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from console.domain.query import FIELDS, Query, parse_query

if TYPE_CHECKING:
    from console.screens.words import Words


def read(text: str, words: Words) -> Query:
    """What was typed, and whom the names of owners mean; a word like a misspelt field is a problem."""
    query = parse_query(_by_id(text, words))
    owners = {value: _agent(value, words) for field, value, _ in query.terms if field == "owner"}
    meant = {value: agent for value, agent in owners.items() if value != agent}
    slips = tuple(word for word in (*query.words, *query.barred) if _slip(word))
    return Query(text.strip(), query.terms, query.words, query.barred, (*query.problems, *slips), meant=meant)


def _by_id(text: str, words: Words) -> str:
    if ":" not in text and "：" not in text:
        return text  # most are, and the first frame's is empty: its words need not be loaded
    from console.screens.filter_words import by_id

    return by_id(text, words)


def _agent(name: str, words: Words) -> str:
    """The id of the one whom `name` fits alone; else `name` as it is."""
    agents = words.names.agents
    if name == "none" or name in agents:
        return name
    known_as = words.names.agent(name)
    if known_as != name:
        return known_as
    wanted = name.casefold()
    for fits in (wanted.__eq__, lambda known: wanted in known):
        found = [agent for agent, known in agents.items() if fits(known.casefold())]
        if len(found) == 1:
            return found[0]
    return name


def _slip(word: str) -> bool:
    head, colon, value = word.partition(":")
    return bool(colon and value) and bool(get_close_matches(head, FIELDS, 1))
