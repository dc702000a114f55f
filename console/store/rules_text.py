"""From the texts of norms and settings to a rule book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.checklists import Checklists
from console.domain.cue_deck import Deck
from console.domain.pack_file import parse_pack
from console.domain.phrases import NoPhrases, without_phrases
from console.domain.rules import RuleBook, Rules
from console.domain.site import parse_site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from console.domain.instants import Millis
    from console.domain.phrases import Phrases
    from console.store.books import Compile, Normalise, Person, Text


def rulebook(
    texts: Iterable[Text], people: Collection[Person], normalise: Normalise, compile_phrases: Compile | None
) -> RuleBook:
    """The book of those texts, which are in the order of their coming into force; `people` sign in here."""
    return RuleBook(_versions(texts, people, compile_phrases or without_phrases), normalise)


def _versions(
    texts: Iterable[Text], people: Collection[Person], compile_phrases: Compile
) -> list[tuple[Millis, Rules]]:
    roles = {name: role for name, role, _ in people if role}
    pinned = frozenset(name for name, _, pinned in people if pinned)
    versions: list[tuple[Millis, Rules]] = []
    pack = site = None
    phrases: Phrases = NoPhrases()
    cues, checklists = Deck(), Checklists()
    for effective, part, body in texts:
        if part == "norms":
            pack = parse_pack(body)
        elif part == "phrases":
            phrases = compile_phrases(body)
        elif part == "cues":
            cues = Deck(body)
        elif part == "checklists":
            checklists = Checklists(body)
        else:
            site = parse_site(body).with_users(roles, pinned)
        if pack is None or site is None:
            continue
        if versions and versions[-1][0] == effective:
            versions.pop()
        versions.append((effective, Rules(pack, site, phrases, cues, checklists)))
    return versions
