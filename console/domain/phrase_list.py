"""Reading a list of phrases (TOML, `[[set]]` tables): what a site edits."""

from __future__ import annotations

import re
from typing import cast

from console.domain.phrases import LEVELS, Level, PhraseSet, Who
from console.domain.tables import Table, read_named

GAP_MOST = 60
"""A gap longer than this would join what belongs to two sentences."""

GAPS_MOST = 2
"""More of them would try too many ways for one line."""

_KEYS = frozenset(
    {"id", "level", "kind", "who", "start", "gap", "phrases", "unless", "better", "name", "doc"}
)
_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_LETTER = re.compile(r"[^\W_]")


def parse_phrases(text: str) -> tuple[PhraseSet, ...]:
    """The sets of a list, in its order. Raises TableError with every problem and its line."""
    return read_named(text, "set", _set)


def _set(table: Table) -> PhraseSet:
    table.knows(_KEYS)
    name = table.text("id", required=True)
    if name and not _ID.fullmatch(name):
        table.complain("id", f"id: small letters, digits, '.' and '-', e.g. 'forbidden.shirk', not {name!r}")
    phrases, unless = table.texts("phrases"), table.texts("unless")
    if not table.entry.get("phrases"):
        table.complain("phrases", "a set needs phrases")
    for phrase in phrases:
        if problem := _problem(phrase):
            table.complain("phrases", problem, phrase)
    for phrase in unless:
        if "…" in phrase or not _LETTER.search(phrase):
            table.complain(
                "unless", f"unless: {phrase!r} can't be matched; it takes letters and no '…'", phrase
            )
    return PhraseSet(
        id=name,
        phrases=phrases,
        level=cast(Level, table.one_of("level", LEVELS, "card")),
        kind=table.text("kind"),
        who=cast(Who, table.one_of("who", ("agent", "customer"), "agent")),
        start=table.flag("start"),
        gap=table.number("gap", 8, 1, GAP_MOST),
        unless=unless,
        better=table.languages("better"),
        name=table.languages("name"),
        doc=table.text("doc"),
    )


def _problem(phrase: str) -> str:
    """What is wrong with a phrase, if anything."""
    letters = "".join(_LETTER.findall(phrase))
    if letters == "不":
        return "phrases: '不' alone is never matched: half of what is said has it; write the whole phrase"
    if phrase.count("…") > GAPS_MOST:
        return f"phrases: {phrase!r} has more than {GAPS_MOST} gaps; write two phrases"
    if not all(_LETTER.search(part) for part in phrase.split("…")):
        return f"phrases: {phrase!r} can't be matched; it takes letters, also on both sides of '…'"
    return ""
