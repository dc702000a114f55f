"""Writing: events go in once, and all that follows from them is worked out in the same transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from console.domain.event import Event, Reading, Rejected
from console.domain.fold import Folding
from console.domain.instants import Millis
from console.domain.item import Effect, Item
from console.domain.lifecycle import LIVES
from console.domain.rules import RuleBook
from console.service.model import Receipt
from console.service.ports import Writer
from console.service.rows import ItemRow
from console.service.summary import load, summarise


def record(tx: Writer, readings: Iterable[Reading], now: Millis, *, source: str = "") -> Receipt:
    """Append what a feed read and work out what follows. Bad input is kept among the rejects; `source`
    names where it came from. A name that was used for other content before is kept there too."""
    events: list[Event] = []
    rejected = 0
    for reading in readings:
        if isinstance(reading, Rejected):
            rejected += 1
            tx.reject([reading], source, now)
        else:
            events.append(reading)
    verdicts = tx.add_events(events, now)
    fresh: dict[str, list[Event]] = {}
    for event, verdict in zip(events, verdicts, strict=True):
        if verdict == "new":
            fresh.setdefault(event.subject, []).append(event)
        elif verdict == "other":
            tx.reject_event(event, source, now)
    refold(tx, fresh, tx.rulebook(), now, fresh)
    said_otherwise = verdicts.count("other")
    return Receipt(
        read=len(events) + rejected,
        appended=verdicts.count("new"),
        duplicate=verdicts.count("same"),
        rejected=rejected + said_otherwise,
    )


def refold(
    tx: Writer,
    items: Collection[str],
    book: RuleBook,
    now: Millis,
    fresh: Mapping[str, Sequence[Event]] = MappingProxyType({}),
) -> int:
    """Work out items anew as of `now`, and whatever they cause in others; answers how many were.

    `fresh` are the events of theirs that this transaction appended, for a fold that can go on with them.
    """
    todo = deque(item for item in items if item.partition("/")[0] in LIVES)
    waiting = set(todo)
    done = 0
    while todo:
        item_id = todo.popleft()
        waiting.discard(item_id)
        done += 1
        for other in _rewrite(tx, item_id, book, now, fresh.get(item_id, ())):
            tx.folds.pop(other, None)
            if other not in waiting:
                waiting.add(other)
                todo.append(other)
    tx.settle()
    return done


def tick(tx: Writer, now: Millis, limit: int = 500) -> int:
    """Move the items that time alone has changed; answers how many. O(due), whatever is open."""
    due = tx.due(now, limit)
    return refold(tx, [row.id for row in due], tx.rulebook(), now) if due else 0


def _rewrite(tx: Writer, item_id: str, book: RuleBook, now: Millis, fresh: Sequence[Event]) -> list[str]:
    """Refold one item and write what changed; answers the items that this concerns.

    What was folded stays so: an act may have taken a time a little later than `now`.
    """
    before = tx.item(item_id)
    if before is not None:
        now = max(now, before.last)
    version = tx.version_of(item_id)
    item = _folded(tx, item_id, book, now, fresh, version)
    concerned = _replace_effects(tx, item, [] if before is None else tx.effects_of(item_id))
    if version == 0 and not item.begun:
        if before is not None:
            tx.drop_item(item_id)
            _regroup(tx, before.customer)
        return concerned
    row, clocks = summarise(item, version, book, now)
    if before is not None and row.open:
        row = replace(row, lead=before.lead, promises=before.promises)
    tx.put_clocks(item_id, clocks, new=before is None)
    tx.put_item(row)
    if row.kind == "callback" and group_of(before) != group_of(row):
        for customer in {before.customer if before else "", row.customer}:
            _regroup(tx, customer)
    return concerned


def _folded(
    tx: Writer, item_id: str, book: RuleBook, now: Millis, fresh: Sequence[Event], version: int
) -> Item:
    """The item as of `now`: by a fold that goes on with what is `fresh`, where there is one that may."""
    kind = item_id.partition("/")[0]
    if kind in _FOLDED_WHOLE or kind in book.latest.pack.made_kinds:
        return load(tx, item_id, book, now)
    held = tx.folds.pop(item_id, None)
    if held is None or held.book is not book or held.told + len(fresh) != version:
        held, fresh = Folding(item_id, book), tx.events_of(item_id)
    item = held.go_on(fresh, now)
    if item is None:
        return load(tx, item_id, book, now)
    if item.over is None:
        tx.folds[item_id] = held
    return item


_FOLDED_WHOLE = ("agent", "callback")
"""Kinds whose fold hangs on more than their own events in order: on midnight, on answered calls."""


def _replace_effects(tx: Writer, item: Item, written: list[Effect]) -> list[str]:
    old = {_effect_key(effect): effect for effect in written}
    new = {_effect_key(effect): effect for effect in item.effects}
    if old == new:
        return []
    tx.put_effects(item.id, item.effects)
    concerned: dict[str, None] = {}
    for key in old.keys() | new.keys():
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        for effect in (before, after):
            if effect is None:
                continue
            kind, _, customer = effect.target.partition("/")
            if kind == "customer":
                concerned.update(dict.fromkeys(tx.callbacks_of(customer)))
            else:
                concerned[effect.target] = None
    return list(concerned)


def _effect_key(effect: Effect) -> tuple[str, str, str, str, str]:
    return (effect.target, effect.type, effect.norm, effect.source, effect.id)


def group_of(row: ItemRow | None) -> tuple[str, bool, Millis | None] | None:
    """What a callback's place among those of its customer hangs on."""
    return None if row is None else (row.customer, row.open, row.due)


def _regroup(tx: Writer, customer: str) -> None:
    if customer:
        for row in grouped(tx.items(tx.callbacks_of(customer))):
            tx.put_item(row)


def grouped(callbacks: Iterable[ItemRow]) -> list[ItemRow]:
    """Several callbacks of one customer are one row on the board: of those open, the earliest due leads."""
    rows = [row for row in callbacks if row.open]
    rows.sort(key=lambda row: (row.due if row.due is not None else row.at, row.id))
    return [
        replace(row, lead=index == 0, promises=len(rows) if index == 0 else 1)
        for index, row in enumerate(rows)
    ]
