"""From a folded item to the rows that are kept of it, and from those to what screens show."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain import place
from console.domain.causes import BEARING, CONTACTED, MATTER, REFUSED, VISITED
from console.domain.fold import fold
from console.domain.instants import DAY, MINUTE, Millis, moment_of
from console.domain.roster import RECORD
from console.service.rows import ItemRow
from console.service.tally import tally

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.event import Event
    from console.domain.item import Effect, Item
    from console.domain.rules import RuleBook
    from console.service.ports import Reader


_LASTING = RECORD | {"item.undone"}
"""What is read of somebody from before they came: what is on record, and what of it was taken back."""

_SAME_MATTER: Millis = 366 * DAY
"""A visit so long before a job began is none about the same matter, whatever its case."""


def load(reader: Reader, item_id: str, book: RuleBook, now: Millis) -> Item:
    """Fold an item as of `now` from what the store has of it."""
    since = None
    if item_id.startswith("agent/"):
        since = reader.last_time(item_id, "agent.joined", now)
        if since is None:
            since = now - 2 * 24 * 60 * MINUTE
        events = [*reader.told_before_of(item_id, _LASTING, since), *reader.events_of(item_id, since)]
        return fold_whole(item_id, events, reader.effects_on, book, now)
    return fold_whole(item_id, reader.events_of(item_id, since), reader.effects_on, book, now)


def fold_whole(
    item_id: str,
    events: list[Event],
    effects_on: Callable[[str, Millis | None], list[Effect]],
    book: RuleBook,
    now: Millis,
) -> Item:
    """Fold an item with the effects on it, and with what else of its customer bears on it.

    Whose callback it is follows from what it was told itself: that must not hang on what fulfils it.
    """
    effects = effects_on(item_id, None)
    if item_id.startswith("customer/"):
        # What bears on their callbacks and calls is nothing that happened to themselves.
        effects = [effect for effect in effects if effect.type not in BEARING]
    item = fold(item_id, events, effects, book, now)
    more = customers(item, effects_on, book)
    if more:
        customer = item.customer
        item = fold(item_id, events, effects + more, book, now)
        item.customer = customer
    return item


def customers(
    item: Item, effects_on: Callable[[str, Millis | None], list[Effect]], book: RuleBook
) -> list[Effect]:
    """What else of the customer bears on an item: answered calls on a callback; on a call what they had open,
    and where they had anything the calls that were answered."""
    if not item.customer or not item.begun:
        return []
    target = f"customer/{item.customer}"
    if item.kind == "callback":
        return [effect for effect in effects_on(target, item.opened) if effect.type == CONTACTED]
    rules = book.at(item.opened)
    if item.kind == "followup" and item.given.get("reason") in rules.pack.by_id:
        # What a norm asks for, not what somebody else chose.
        since = item.opened - rules.site.refused_for
        return [
            effect
            for effect in effects_on(target, since)
            if effect.type == REFUSED and effect.time < item.opened and effect.cause != item.id
        ]
    if item.kind == "job":
        told = effects_on(target, item.opened - _SAME_MATTER) if rules.pack.visits else []
        return [effect for effect in told if effect.type == VISITED and effect.cause != item.id]
    if item.kind != "call" or not rules.pack.matters:
        return []
    since = item.opened - rules.site.repeat_window - 1
    # What began after the call bears on it only where it came of it.
    found = [
        effect
        for effect in effects_on(target, since)
        if effect.type in (MATTER, CONTACTED)
        and (effect.time < item.opened or (effect.type == MATTER and effect.data.get("call") == item.id))
    ]
    bears = any(effect.type == MATTER and _bears(effect, item) for effect in found)
    return found if bears else []


def _bears(matter: Effect, call: Item) -> bool:
    """Whether a matter says anything of a call: it came of it, or was not over when the call came."""
    until = matter.data.get("until")
    over = moment_of(until) if until else None
    return matter.data.get("call") == call.id or over is None or over > call.opened


def summarise(item: Item, version: int, book: RuleBook, now: Millis) -> tuple[ItemRow, list[ClockRow]]:
    """The row of a folded item and the rows of its clocks."""
    clocks, lead, (band, severity, at), change = _clocks(item, now)
    norm, clock, warn, due, paused = (
        NO_CLOCK if lead is None else (lead.norm, lead.name, lead.warn, lead.due, lead.paused)
    )
    acknowledged = _acknowledged(item, lead, now) if item.acknowledged else {}
    # In the order of its fields: to pass forty of them by name takes four times as long as to make the row.
    row = ItemRow(
        item.id, item.kind, version, item.hand, item.word, item.queue, item.owner, item.asked,
        item.customer, item.name, item.case or item.linked, item.direction,
        item.opened, item.since, item.last, item.over, item.withdrawn, item.mine, item.source,
        item.tries, item.level, item.snoozed, item.note, str(item.given.get("reason", "")),
        band, severity, at, change, norm, clock, warn, due, paused, acknowledged,
        True,  # lead
        1,  # promises
        tally(item, book, now), item.contacts, _next_try(item), item.away,
        _marks(item) if item.kind == "agent" else "",
    )  # fmt: skip
    return row, clocks


Spot = tuple[int, int, Millis]
"""A place without its id: band, severity, key time."""

NO_CLOCK = ("", "", None, None, None)
"""Norm, name, warning, due and pause of the clock that leads, where none does."""


def _clocks(item: Item, now: Millis) -> tuple[list[ClockRow], ClockRow | None, Spot, Millis | None]:
    """The clocks of an item, the one that gives it its place, that place, and when time alone will change
    anything of it."""
    clocks: list[ClockRow] = []
    lead: ClockRow | None = None
    spot: Spot = (place.NONE, 0, item.opened)
    soonest, grave = item.next_event, item.priority
    for told in item.clocks:
        clock = told.row()
        clocks.append(clock)
        if clock.timed:
            if clock.stopped is not None and clock.stopped <= now:
                continue
            band = clock.band(now)
        elif not told.norm.quiet and item.holds(clock):
            band = place.BREACHED
        else:
            continue
        severity = clock.severity if grave is None else min(clock.severity, grave)
        at = place.clock_place(band, severity, clock.due, clock.paused)
        if lead is None or (at, clock.norm) < (spot, lead.norm):
            lead, spot = clock, at
        change = clock.changes(now)
        if change is not None and (soonest is None or change < soonest):
            soonest = change
    return clocks, lead, spot, soonest


def _acknowledged(item: Item, lead: ClockRow | None, now: Millis) -> dict[str, str]:
    """Who acknowledged which clock. Of a beat that leads only the latest miss was: the next counts anew."""
    names = {name: by.actor for name, by in item.acknowledged.items()}
    if lead is not None and lead.rule == "every" and (name := lead.as_of(now).name) in names:
        names[lead.name] = names[name]
    return names


def _marks(item: Item) -> str:
    """What is said of a person besides what they do."""
    told = item.value("marks")
    return " ".join(sorted(told)) if isinstance(told, frozenset) else ""


def _next_try(item: Item) -> Millis | None:
    """When it is to be tried again, while that lies before it."""
    moment = item.given.get("next_time")
    return moment if isinstance(moment, int) and item.tries and item.over is None else None
