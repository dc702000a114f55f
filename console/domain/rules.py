"""What was in force when: norm packs and settings, each from its moment on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from console.domain.checklists import Checklists
from console.domain.cue_deck import Deck
from console.domain.frozen import frozen
from console.domain.phrases import NoPhrases, Phrases

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.pack import Pack
    from console.domain.site import Site


@frozen
class Rules:
    """The norms, the settings, the phrases, the cue cards and the checklists of one time."""

    pack: Pack
    site: Site
    phrases: Phrases = field(default_factory=NoPhrases)
    cues: Deck = field(default_factory=Deck)
    checklists: Checklists = field(default_factory=Checklists)


def _as_given(number: str, country: str) -> str:
    return number


_NOBODY = frozenset(
    {
        "", "anonymous", "blocked", "n/a", "none", "private", "restricted", "unavailable", "unknown",
        "withheld", "匿名", "未知",
    }
)  # fmt: skip
"""What feeds say in place of a number that is withheld. Taken for a number, all of them were one customer:
who answers one of them would have kept the promise to another."""


@frozen
class RuleBook:
    """All versions of the rules, in order of the moment each came into force.

    The first holds for everything before it too. `normalise(number, country)` makes one key of the many
    ways to write a customer's number. `made_kinds` are the kinds of item that a norm of any version makes,
    and `matters`: one of any version asks what else a customer has open. What older norms made stays.
    """

    versions: Sequence[tuple[Millis, Rules]]
    normalise: Callable[[str, str], str] = _as_given
    made_kinds: frozenset[str] = field(init=False, repr=False, compare=False)
    matters: bool = field(init=False, repr=False, compare=False)
    _starts: list[Millis] = field(init=False, repr=False, compare=False)
    _aliases: dict[int, tuple[Site, Mapping[str, str]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        packs = [rules.pack for _, rules in self.versions]
        for name, value in (
            ("made_kinds", frozenset(kind for pack in packs for kind in pack.made_kinds)),
            ("matters", any(pack.matters for pack in packs)),
            ("_starts", [start for start, _ in self.versions]),
        ):
            object.__setattr__(self, name, value)

    def at(self, moment: Millis) -> Rules:
        """The rules in force at `moment`."""
        versions = self.versions
        if len(versions) == 1:
            return versions[0][1]
        return versions[max(0, bisect_right(self._starts, moment) - 1)][1]

    @property
    def latest(self) -> Rules:
        """The newest version."""
        return self.versions[-1][1]

    def customer(self, raw: str, site: Site) -> str:
        """The key of the customer whom a feed calls `raw`; empty where that only says that nobody knows."""
        if raw.strip("<> ").lower() in _NOBODY:
            return ""
        key = self.normalise(raw, site.country)
        if not site.customer_aliases:
            return key
        return self._aliases_of(site).get(key, key)

    def _aliases_of(self, site: Site) -> Mapping[str, str]:
        """A site's aliases of customers, whichever way their numbers are written there."""
        known = self._aliases.get(id(site))
        if known is None:
            aliases = {
                self.normalise(alias, site.country): self.normalise(customer, site.country)
                for alias, customer in site.customer_aliases.items()
            }
            self._aliases[id(site)] = known = (site, aliases)
        return known[1]
