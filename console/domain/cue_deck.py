"""Reading a deck of cue cards (TOML, `[[cue]]` tables): what a site edits."""

from __future__ import annotations

import string
from typing import Any

from console.domain.cues import WEIGHTS, Card, Fit, Step
from console.domain.place import BAND_WORDS
from console.domain.tables import Table, read_named

PLACES = frozenset({"house", "agent"})
"""What a text of a card may leave to be filled in."""

_KEYS = frozenset({"id", "title", "when", "say", "must", "steps", "norms", "keywords"})
_BANDS = (*BAND_WORDS, "broken")


class Deck:
    """The cards of one file, read when somebody looks at them. One that is none raises TableError then."""

    def __init__(self, text: str = "") -> None:
        self._text = text
        self._cards: tuple[Card, ...] | None = None

    @property
    def cards(self) -> tuple[Card, ...]:
        """All of them, in the order of the file."""
        if self._cards is None:
            self._cards = parse_cues(self._text) if self._text else ()
        return self._cards


def parse_cues(text: str) -> tuple[Card, ...]:
    """The cards of a deck. Raises TableError with every problem and its line."""
    return read_named(text, "cue", _card)


def _card(table: Table) -> Card:
    table.knows(_KEYS)
    say, must = table.languages("say", required=True), table.languages("must")
    steps = tuple(_step(table, step) for step in table.tables("steps"))
    for texts in (say, must, *(step.say for step in steps)):
        for text in texts.values():
            if problem := _places_problem(text):
                table.complain("say", problem, text)
    return Card(
        id=table.text("id", required=True),
        title=table.languages("title", required=True),
        say=say,
        must=must,
        steps=steps,
        when=tuple(_fit(table, fit) for fit in table.tables("when")),
        norms=table.texts("norms"),
        keywords=table.texts("keywords"),
    )


def _places_problem(text: str) -> str:
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return f"{text!r}: a brace that is not closed"
    unknown = sorted(names - PLACES)
    return f"{{{unknown[0]}}} is unknown; known: {', '.join(sorted(PLACES))}" if unknown else ""


def _step(table: Table, entry: dict[str, Any]) -> Step:
    say, wait = entry.get("say"), entry.get("wait", 0)
    if set(entry) - {"say", "wait"} or not isinstance(wait, int) or not 0 <= wait <= 3600:
        table.complain("steps", "steps: { wait = 3, say = { zh = …, en = … } }, the wait in seconds")
        wait = 0
    texts = say if isinstance(say, dict) else {}
    if not all(isinstance(texts.get(language), str) and texts[language] for language in ("zh", "en")):
        table.complain("steps", "steps: say needs zh and en")
        texts = {}
    return Step(texts, wait)


def _fit(table: Table, entry: dict[str, Any]) -> Fit:
    seconds: dict[str, int | None] = {"within": None, "after": None}
    fields: dict[str, str] = {}
    for name, value in entry.items():
        if name not in WEIGHTS:
            table.complain("when", f"when: unknown field {name!r}; known: {', '.join(sorted(WEIGHTS))}")
        elif name in seconds:
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                table.complain("when", f"when: {name} is a number of seconds, not {value!r}")
            else:
                seconds[name] = value
        elif not isinstance(value, str):
            table.complain("when", f"when: {name} is a text, not {value!r}")
        else:
            fields[name] = value
    if "band" in fields and ("norm" not in fields or fields["band"] not in _BANDS):
        table.complain("when", f"when: band goes with a norm and is one of {', '.join(_BANDS)}")
    if not fields:
        table.complain("when", 'when: at least one field, e.g. { kind = "call", state = "held" }')
    return Fit(fields, **seconds)
