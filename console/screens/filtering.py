"""A filter as people type it: with the names that the board shows, and with slips of the finger."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

from console.domain.query import FIELDS, Query, parse_query

if TYPE_CHECKING:
    from console.screens.words import Words


MOST = 100
"""Terms, words, and words that must not be there: so many of each are looked for. A store asks for them all
at once, and takes no question as long as a text that was pasted by mistake."""


HINTS = 3
"""So many terms are named that may have been meant."""


def read(text: str, words: Words) -> Query:
    """What was typed, and whom the names of owners mean; a word like a misspelt field is a problem, and so is
    the first that is one too many."""
    query = parse_query(_by_id(text, words))
    terms, wanted, barred = query.terms[:MOST], query.words[:MOST], query.barred[:MOST]
    beyond = (
        *query.words[MOST:],
        *query.barred[MOST:],
        *(f"{field}:{value}" for field, value, _ in query.terms[MOST:]),
    )
    owners = {value: _agent(value, words) for field, value, _ in terms if field == "owner"}
    meant = {value: agent for value, agent in owners.items() if value != agent}
    slips = [word for word in (*wanted, *barred) if _slip(word)]
    problems = (*query.problems, *slips, *(f"{word} …" for word in beyond[:1]))
    return Query(text.strip(), terms, wanted, barred, problems, meant=meant)


def nothing(query: Query, words: Words, text: str, queue: str) -> list[str]:
    """What to say where no row fits what was typed, on a console that was opened for a `queue` or for all."""
    fields, terms = " ".join(f"{field}:" for field in FIELDS), ""
    if text:
        if query.words:
            from console.screens.filter_words import hints

            terms = words.say.several(islice(hints(query.words, words), HINTS))
        lines = ["filtered", *(["filtered_meant"] if terms else []), "filtered_how", "filtered_fields"]
    else:
        lines = ["queue", "third"] if queue else ["first", "second", "third"]
    return [words.say(f"queue.empty.{line}", queue=queue, fields=fields, terms=terms) for line in lines]


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
