"""Who gets it first: whom the customer asked first, then who looks after them."""

from __future__ import annotations

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


def claims(reader: Reader, item: Item, now: Millis) -> tuple[Claim, ...]:
    """Who has a claim to an item, the best first; each agent once."""
    found = [Claim(matter.first, "first", matter.item) for matter in item.repeats if matter.first][:1]
    if not found and item.first_owner and item.kind in _ASKED:
        found = [Claim(item.first_owner, "first", item.id)]
    if keeper := keeper_for(reader, item, now):
        found.append(Claim(keeper.agent, keeper.why, keeper.area))
    return tuple({claim.agent: claim for claim in reversed(found)}.values())[::-1]


def keeper_for(reader: Reader, item: Item, now: Millis) -> Keeper | None:
    """Who looks after the customer of an item: by the settings, by what it says of itself, by the account
    that a feed told of."""
    book = reader.rulebook()
    accounts = [load(reader, name, book, now).given for name in reader.accounts_of(item.customer)]
    return keeper_of(book.at(now).site, item.customer, item.given, *accounts)
