"""Cue cards: what to say in which situation, and which of them fit an item now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import NamedTuple

from console.domain.frozen import frozen

Texts = Mapping[str, str]
"""One text in each language."""

WEIGHTS: Mapping[str, int] = {
    "kind": 1,
    "direction": 1,
    "customer": 1,
    "state": 2,
    "within": 2,
    "after": 0,
    "norm": 4,
    "type": 4,
    "reason": 4,
    "last": 5,
    "band": 6,
    "said": 7,
    "heard": 8,
}
"""What a card may ask of an item, and how much nearer a met condition brings it: what was said a moment ago
counts for more than a clock, and that for more than the state."""


class Step(NamedTuple):
    """One rung of a ladder: say it, then wait so many seconds."""

    say: Texts
    wait: int


@frozen
class Fit:
    """One situation that a card is for: fields of WEIGHTS and the values that they must have.

    `band` is that of the clock of `norm`, or `broken` where it stopped too late. `within` and `after` are
    seconds since the item came into its state.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    within: int | None = None
    after: int | None = None

    @property
    def weight(self) -> int:
        """How much it says about an item."""
        seconds = WEIGHTS["within"] if self.within is not None else 0
        return seconds + sum(WEIGHTS[name] for name in self.fields)

    def met_by(self, scene: Scene) -> bool:
        """Whether the item is in that situation."""
        if self.within is not None and scene.seconds > self.within:
            return False
        if self.after is not None and scene.seconds < self.after:
            return False
        norm, band = self.fields.get("norm"), self.fields.get("band")
        if norm is not None and not ((norm, band) in scene.clocks if band else norm in scene.norms):
            return False
        return all(
            self._has(value, scene.values.get(name, ()))
            for name, value in self.fields.items()
            if name not in ("norm", "band")
        )

    @staticmethod
    def _has(value: str, held: Iterable[str]) -> bool:
        return value in held if value else not any(held)


@frozen
class Card:
    """What to say in one situation.

    `say` may name the {house} and the {agent}. `must` is what has to hold, `steps` a ladder to be climbed in
    order. `norms` are those that it serves, `keywords` what else it is found by.
    """

    id: str
    title: Texts
    say: Texts
    must: Texts = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    when: tuple[Fit, ...] = ()
    norms: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()

    def fit(self, scene: Scene) -> int:
        """How well it fits the item: 0 is not at all."""
        return max((fit.weight for fit in self.when if fit.met_by(scene)), default=0)


@frozen
class Scene:
    """What cards may ask of one item: `values` by field, its clocks as (norm, band), and how many seconds it
    has been in its state."""

    values: Mapping[str, frozenset[str]]
    clocks: frozenset[tuple[str, str]] = frozenset()
    seconds: float = 0.0

    @property
    def norms(self) -> frozenset[str]:
        """The norms that watch it now."""
        return frozenset(norm for norm, band in self.clocks if band not in ("broken", "none"))


def fitting(cards: Sequence[Card], scene: Scene) -> list[Card]:
    """The cards that fit the item, the most fitting first; of equals that which stands first in the deck."""
    scored = [(card.fit(scene), card) for card in cards]
    return [card for score, card in sorted(scored, key=lambda pair: -pair[0]) if score > 0]
