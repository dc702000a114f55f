"""What happened to one item: what was told of it, and what others caused in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.lifecycle import order_key
from console.service.model import Entry
from console.service.summary import customers

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.domain.instants import Millis
    from console.domain.item import Effect, Item
    from console.domain.rules import RuleBook
    from console.service.ports import Reader


def timeline(
    reader: Reader,
    item: Item,
    effects_on: Callable[[str, Millis | None], list[Effect]],
    book: RuleBook,
) -> list[Entry]:
    """The entries of an item in the order in which they count. `effects_on` tells what was caused in one."""
    own = [
        Entry(event, item.ignored.get(event.name, ""), event.name in item.undone)
        for event in reader.events_of(item.id)
    ]
    effects = [*effects_on(item.id, None)]
    if item.kind in ("callback", "followup"):
        contacts = customers(item, effects_on, book)
        effects += [contact for contact in contacts if contact.as_event(item.id).name not in item.ignored]
    caused = [Entry(effect.as_event(item.id), effect=True) for effect in effects]
    return sorted([*own, *caused], key=lambda entry: order_key(entry.event))
