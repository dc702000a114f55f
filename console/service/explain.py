"""The sum behind every clock of one item, as of any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.lifecycle import order_key
from console.domain.reckoning import Reckoning, reckonings
from console.service.history import AsOf
from console.service.summary import load, summarise

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.event import Event
    from console.domain.instants import Millis
    from console.domain.item import Item
    from console.domain.norm import Norm
    from console.service.ports import Reader
    from console.service.rows import ItemRow


@frozen
class Sum:
    """One clock with the norm that it runs for (None where the pack has that norm no more), and its sum
    where it runs on business hours."""

    clock: ClockRow
    norm: Norm | None
    reckoning: Reckoning | None = None


@frozen
class Explanation:
    """An item as of `until`, the events that it follows from, in the order in which they count and with why
    some changed nothing, and its sums."""

    until: Millis
    row: ItemRow
    events: tuple[tuple[Event, str], ...]
    sums: tuple[Sum, ...]


def explain(reader: Reader, item_id: str, until: Millis) -> Explanation | None:
    """Work out one item as of `until`; None where nothing is known of it by then."""
    past = AsOf(reader, until)
    book = reader.rulebook()
    item = past.items.get(item_id) or load(reader, item_id, book, until)
    events = [event for event in reader.events_of(item_id) if event.time <= until]
    if not events and not item.begun:
        return None
    row, clocks = summarise(item, len(events), book, until)
    hours = reckonings(clocks, book)
    sums = tuple(
        Sum(clock, book.at(clock.started).pack.by_id.get(clock.norm), hours.get(clock.name))
        for clock in clocks
    )
    told = tuple((event, _why_nothing(item, event)) for event in sorted(events, key=order_key))
    return Explanation(until, row, told, sums)


def _why_nothing(item: Item, event: Event) -> str:
    """Why an event changed nothing; empty where it counted."""
    return "undone" if event.name in item.undone else item.ignored.get(event.name, "")
