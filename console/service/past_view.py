"""One item as it was at an earlier moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.reckoning import reckonings
from console.service.model import ItemView
from console.service.rows import queue_row
from console.service.summary import summarise
from console.service.timeline import timeline

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
    return ItemView(
        row=queue_row(row),
        over=item.over,
        withdrawn=item.withdrawn,
        note=item.note,
        timeline=tuple(
            entry for entry in timeline(reader, item, as_of.effects_on, book) if entry.event.time <= at
        ),
        clocks=tuple(clocks),
        acknowledged_by=row.acknowledged,
        repeats=tuple(item.repeats),
        reckonings=reckonings(clocks, book),
    )
