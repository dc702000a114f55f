"""One item as it was at an earlier moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.lifecycle import order_key
from console.domain.reckoning import reckonings
from console.service.model import Entry, ItemView
from console.service.rows import queue_row
from console.service.summary import customers, summarise

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.history import AsOf
    from console.service.ports import Reader


def view(reader: Reader, as_of: AsOf, item_id: str, at: Millis) -> ItemView | None:
    """What was told of an item by `at`, its clocks, what had happened. Items beside it are left out; None
    where it was not there yet."""
    if reader.item(item_id) is None:
        return None
    item, book = as_of.folded(item_id), reader.rulebook()
    if not item.begun:
        return None
    row, clocks = summarise(item, 0, book, at)
    entries = [
        Entry(event, item.ignored.get(event.name, ""), event.name in item.undone)
        for event in reader.events_of(item_id)
    ]
    effects = as_of.effects_on(item_id, None)
    if item.kind == "callback":
        effects += [
            contact
            for contact in customers(item, as_of.effects_on, book)
            if contact.as_event(item_id).name not in item.ignored
        ]
    entries += [Entry(effect.as_event(item_id), effect=True) for effect in effects]
    return ItemView(
        row=queue_row(row),
        over=item.over,
        withdrawn=item.withdrawn,
        note=item.note,
        timeline=tuple(
            sorted(
                (entry for entry in entries if entry.event.time <= at),
                key=lambda entry: order_key(entry.event),
            )
        ),
        clocks=tuple(clocks),
        acknowledged_by=row.acknowledged,
        repeats=tuple(item.repeats),
        reckonings=reckonings(clocks, book),
    )
