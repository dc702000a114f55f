"""Writing: events go in once, and all that follows from them is worked out in the same transaction."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from console.domain.event import Event, Reading, Rejected
from console.domain.fold import Folding
from console.domain.lifecycle import LIVES
from console.service.concern import ROUNDS, concerned
from console.service.grouping import group_of, grouped
from console.service.held import Held
from console.service.model import Receipt
from console.service.summary import customers, load, summarise

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.item import Effect, Item
    from console.domain.rules import RuleBook
    from console.service.ports import Writer


def record(tx: Writer, readings: Iterable[Reading], now: Millis, *, source: str = "") -> Receipt:
    """Append what a feed read and work out what follows. Bad input is kept among the rejects; `source`
    names where it came from. A name that was used for other content before is kept there too."""
    return record_all(tx, [(source, readings)], now)[0]


def record_all(tx: Writer, batches: Sequence[tuple[str, Iterable[Reading]]], now: Millis) -> list[Receipt]:
    """The same for what several senders brought, each batch with its `source`: what became of each."""
    events: list[Event] = []
    senders: list[int] = []
    rejected = [0] * len(batches)
    for sender, (source, readings) in enumerate(batches):
        for reading in readings:
            if isinstance(reading, Rejected):
                rejected[sender] += 1
                tx.reject([reading], source, now)
            else:
                events.append(reading)
                senders.append(sender)
    verdicts = tx.add_events(events, now)
    fresh: dict[str, list[Event]] = {}
    for event, verdict, sender in zip(events, verdicts, senders, strict=True):
        if verdict == "new":
            fresh.setdefault(event.subject, []).append(event)
        elif verdict == "other":
            tx.reject_event(event, batches[sender][0], now)
    refold(tx, fresh, tx.rulebook(), now, fresh)
    told = Counter(zip(senders, verdicts, strict=True))
    return [
        Receipt(
            read=bad + sum(told[sender, verdict] for verdict in ("new", "same", "other")),
            appended=told[sender, "new"],
            duplicate=told[sender, "same"],
            rejected=bad + told[sender, "other"],
        )
        for sender, bad in enumerate(rejected)
    ]


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
    tx.read_ahead([item for item in todo if item not in tx.folds])
    rounds: dict[str, int] = {}
    groups: dict[str, None] = {}
    while todo:
        item_id = todo.popleft()
        waiting.discard(item_id)
        rounds[item_id] = rounds.get(item_id, 0) + 1
        if rounds[item_id] > ROUNDS:
            continue
        for other in _rewrite(tx, item_id, book, now, fresh.get(item_id, ()), groups):
            tx.folds.pop(other, None)
            if other not in waiting:
                waiting.add(other)
                todo.append(other)
    for customer in groups:
        _regroup(tx, customer)
    tx.settle()
    return sum(rounds.values())


def tick(tx: Writer, now: Millis, limit: int = 500) -> int:
    """Move the items that time alone has changed; answers how many. O(due), whatever is open."""
    due = tx.due(now, limit)
    return refold(tx, [row.id for row in due], tx.rulebook(), now) if due else 0


def _rewrite(
    tx: Writer, item_id: str, book: RuleBook, now: Millis, fresh: Sequence[Event], groups: dict[str, None]
) -> list[str]:
    """Refold one item and write what changed; answers the items that this concerns, and adds to `groups` the
    customers whose callbacks may now be led by another one.

    What was folded stays so: an act may have taken a time a little later than `now`.
    """
    version = tx.version_of(item_id)
    held = tx.folds.pop(item_id, None)
    if held is not None and (held.folding.book is not book or held.folding.told + len(fresh) != version):
        held = None
    before = held.row if held else tx.item(item_id)
    if before is not None:
        now = max(now, before.last)
    whole = held is None and len(fresh) != version
    item, folding = _folded(tx, item_id, book, now, tx.events_of(item_id) if whole else fresh, held)
    written = held.effects if held else [] if before is None else tx.effects_of(item_id)
    others = _replace_effects(tx, item, written)
    if version == 0 and not item.begun and item.next_event is None:
        if before is not None:
            tx.drop_item(item_id)
            groups[before.customer] = None
        return others
    row, clocks = summarise(item, version, book, now)
    if before is not None and row.open and not (before.lead and before.promises == 1):
        row = row._replace(lead=before.lead, promises=before.promises)
    tx.put_clocks(item_id, clocks, held.clocks if held else () if before is None else tx.clocks_of(item_id))
    tx.put_item(row, before)
    if row.kind == "callback" and group_of(before) != group_of(row):
        groups.update(dict.fromkeys((before.customer if before else "", row.customer)))
    if folding is not None and item.over is None:
        tx.folds[item_id] = Held(folding, row, clocks, item.effects)
    return others


def _folded(
    tx: Writer, item_id: str, book: RuleBook, now: Millis, fresh: Sequence[Event], held: Held | None
) -> tuple[Item, Folding | None]:
    """The item as of `now`, and the fold that can go on from there, if one can. `fresh` are the events that
    come after what is `held`, or all of them. What is held has no effects on it: one that comes drops it."""
    kind = item_id.partition("/")[0]
    alone = held is not None or kind not in book.made_kinds or not tx.effects_on(item_id, None)
    if kind not in _FOLDED_WHOLE and alone:
        folding = held.folding if held else Folding(item_id, book)
        item = folding.go_on(fresh, now)
        if item is not None and (held is None or held.row.customer != item.customer):
            bearing = customers(item, tx.effects_on, book)
            if bearing != folding.bearing:
                folding = Folding(item_id, book, bearing)
                item = folding.go_on(tx.events_of(item_id) if held else fresh, now)
        if item is not None:
            return item, folding
    return load(tx, item_id, book, now), None


_FOLDED_WHOLE = ("agent", "callback", "followup")
"""Kinds whose fold hangs on more than their own events in order: on midnight, on answered calls, on what was
refused before, once a norm turns out to have asked for it."""


def _replace_effects(tx: Writer, item: Item, written: Sequence[Effect]) -> list[str]:
    if written == item.effects:
        return []
    old = {_effect_key(effect): effect for effect in written}
    new = {_effect_key(effect): effect for effect in item.effects}
    if old == new:
        return []
    tx.put_effects(item.id, item.effects, written)
    found: dict[str, None] = {}
    for key in old.keys() | new.keys():
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        for effect in (before, after):
            if effect is None:
                continue
            found.update(dict.fromkeys(concerned(tx, effect)))
    return list(found)


def _effect_key(effect: Effect) -> tuple[str, str, str, str, str]:
    return (effect.target, effect.type, effect.norm, effect.source, effect.id)


def _regroup(tx: Writer, customer: str) -> None:
    if customer:
        written = {row.id: row for row in tx.items(tx.callbacks_of(customer))}
        for row in grouped(written.values()):
            if row != written[row.id]:
                tx.put_item(row, written[row.id])
