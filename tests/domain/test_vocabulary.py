"""The histories in the words of the norms reach what they are there for; and any order folds to the same."""

from __future__ import annotations

import random
from collections import Counter

from console.domain.item import Item
from console.domain.pools import POOL
from tests.depth import deep
from tests.domain.story import PACK, floor
from tests.domain.test_fold_properties import same_in_any_order, same_when_cut_off
from tests.domain.vocabulary import history
from tests.domain.walks import check, until_of

SEEDS = 150
REACHED = 110
"""So many of the norms, at least, are met: the rest needs words said on a call, or is called for by the
calendar."""

_ARMED = {norm.id for norm in PACK.norms if norm.timing and norm.timing.arm}
_ANEW = {norm.id for norm in PACK.norms if norm.check and norm.check.anew}
_ENDED = {norm.id for norm in PACK.norms if norm.task and norm.task.until}


def _met(item: Item) -> Counter[str]:
    met: Counter[str] = Counter()
    norms = {clock.norm.id for clock in item.clocks}
    met["armed"] += bool(norms & _ARMED)
    met["anew"] += bool((norms | {norm for norm, _ in item.passed}) & _ANEW)
    met["made"] += any(effect.norm in _ENDED for effect in item.effects)
    met["settled"] += any(
        effect.norm in _ENDED and effect.type in ("item.closed", "callback.done") for effect in item.effects
    )
    met["pooled"] += any(effect.target.startswith(f"{POOL}/") for effect in item.effects)
    met["excused"] += item.declined
    met["visited again"] += item.visits > 1
    met["graded"] += item.priority is not None
    met["marked"] += bool(item.marks)
    met["reopened"] += "ticket.reopened" in item.seen
    return met


def test_the_histories_reach_what_they_are_there_for() -> None:
    met: Counter[str] = Counter()
    norms: set[str] = set()
    for seed in range(SEEDS):
        events = history(seed)
        for item in floor(events, max(event.time for event in events) + 10**8).values():
            met += _met(item)
            norms.update(clock.norm.id for clock in item.clocks)
            norms.update(norm for norm, _ in item.passed)
            norms.update(effect.norm for effect in item.effects if effect.norm)
    few = {name: met[name] for name in _met(Item("job/1", "job")) if met[name] < 2}
    assert not few
    assert len(norms) >= REACHED


def test_any_order_and_any_cut_give_the_same_floor() -> None:
    for seed in range(deep(60)):
        events = history(seed, wild=0.2 if seed % 2 else 0.0)
        now = until_of(seed, events)
        check(seed, lambda some: same_in_any_order(some, now, random.Random(seed)), events)  # noqa: B023
        check(seed, lambda some: same_when_cut_off(some, now), events)  # noqa: B023
