"""Who gets it first: whom the customer asked first, then who looks after them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from console.domain.keeping import Keeper, keeper_of
from console.service.model import Claim
from console.service.summary import load

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.item import Item
    from console.service.ports import Reader

_ASKED = frozenset({"call", "ticket", "job", "repair"})
"""The kinds that a customer comes with; what we owe them is nobody's because they had it first."""


def claims_on(reader: Reader, names: Iterable[str], now: Millis) -> tuple[Claim, ...]:
    """Who has a claim to any of those items, the best first; each agent once."""
    book = reader.rulebook()
    return _each_once(claim for name in names for claim in claims(reader, load(reader, name, book, now), now))


def claims(reader: Reader, item: Item, now: Millis) -> tuple[Claim, ...]:
    """Who has a claim to an item, the best first; each agent once."""
    found = [Claim(matter.first, "first", matter.item) for matter in item.repeats if matter.first][:1]
    if not found and item.first_owner and item.kind in _ASKED:
        found = [Claim(item.first_owner, "first", item.id)]
    if keeper := keeper_for(reader, item, now):
        found.append(Claim(keeper.agent, keeper.why, keeper.area))
    return _each_once(found)


def _each_once(found: Iterable[Claim]) -> tuple[Claim, ...]:
    """The first claim of each agent."""
    best: dict[str, Claim] = {}
    for claim in found:
        best.setdefault(claim.agent, claim)
    return tuple(best.values())


def keeper_for(reader: Reader, item: Item, now: Millis) -> Keeper | None:
    """Who looks after the customer of an item: by the settings, by what it says of itself, by the account
    that a feed told of."""
    book = reader.rulebook()
    accounts = [load(reader, name, book, now).given for name in reader.accounts_of(item.customer)]
    return keeper_of(book.at(now).site, item.customer, item.given, *accounts)
