"""Whom an effect concerns: its target, or everything of a customer on which it bears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.causes import CONTACTED, MATTER, REFUSED, VISITED
from console.domain.pools import POOL

if TYPE_CHECKING:
    from console.domain.item import Effect
    from console.service.ports import Reader


ROUNDS = 50
"""How often one piece of work folds an item at most: norms of a site's own can contradict each other."""


def concerned(reader: Reader, effect: Effect) -> list[str]:
    """The ids of the items that must be folded anew when the effect comes, goes or says something else."""
    kind, _, customer = effect.target.partition("/")
    if kind == POOL:
        return []  # it waits there to be drawn
    if kind != "customer":
        return [effect.target]
    if effect.type == CONTACTED:
        later = reader.calls_of(customer, effect.time) if reader.rulebook().matters else []
        return [*reader.callbacks_of(customer), *later]
    if effect.type == REFUSED:
        return [name for name in reader.followups_of(customer) if name != effect.cause]
    if effect.type == VISITED:
        return [name for name in reader.jobs_of(customer) if name != effect.cause]
    if effect.type == MATTER:
        call = effect.data.get("call")
        mine = [call] if isinstance(call, str) and call.startswith("call/") else []
        return [*reader.calls_of(customer, effect.time), *mine]
    return [effect.target]
