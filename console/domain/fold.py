"""The fold: an item's state and clocks, worked out from its events in the order of their time.

Pure: the same events give the same item whatever order they came in, and `now` is an argument. Whoever
changes what they fold to raises `version.FOLD_VERSION`. Cutting the events off at a moment gives the item as
it was then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from console.domain.causes import BEARING, CONTACTED, MATTER, REFUSED, VISITED, matter_of
from console.domain.course import Course
from console.domain.event import OURS
from console.domain.item import Effect, Item
from console.domain.lifecycle import order_key
from console.domain.localtime import midnight
from console.domain.roster import RECORD

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.instants import Millis
    from console.domain.rules import RuleBook, Rules


def fold(
    item_id: str, events: Iterable[Event], effects: Iterable[Effect], book: RuleBook, now: Millis
) -> Item:
    """The item as of `now` from its own events and the effects that point at it, in any order."""
    caused = [effect.as_event(item_id) for effect in effects]
    ordered = sorted([*events, *caused], key=order_key)
    due = [event for event in ordered if event.time <= now]
    item = Item(id=item_id, kind=item_id.partition("/")[0])
    if len(due) < len(ordered):
        item.next_event = ordered[len(due)].time
    item.undone = {
        str(event.data.get("of", "")) for event in due if event.type == "item.undone" and event.source == OURS
    }
    if item.kind in ("call", "followup", "job"):
        _take_bearing(item, due)
        due = [event for event in due if event.type not in BEARING]
    folder = Course(item, book, {id(event) for event in caused})
    if item.kind == "agent":
        due = _since_joined(item, due, book, now)
    for event in due:
        folder.step(event)
    folder.close(now)
    return item


class Folding:
    """The fold of an item that is told everything itself, kept so that it can go on where it stopped.

    It gives what `fold` gives. `bearing` is what else of its customer bears on a call; when that changes, the
    fold is of no more use. `told` counts the events so far. It shares its item with whoever asks: that one
    is as of the latest `go_on`.
    """

    def __init__(self, item_id: str, book: RuleBook, bearing: Sequence[Effect] = ()) -> None:
        self._item = Item(id=item_id, kind=item_id.partition("/")[0])
        _take_bearing(self._item, bearing)
        self.bearing = list(bearing)
        self._folder = Course(self._item, book, set())
        self._last: tuple[int, str, bool, int, int, str] | None = None
        self.book = book
        self.told = 0

    def go_on(self, events: Sequence[Event], now: Millis) -> Item | None:
        """The item as of `now` with these events too; None, and no more use, where they don't simply come
        after those before: a late one, one yet to come, one that takes another back."""
        item = self._item
        if item.state == "lost" or (self._last is not None and self._last[0] > now):
            return None
        if self.bearing and any(effect.time > now for effect in self.bearing):
            return None
        for event in sorted(events, key=order_key) if len(events) > 1 else events:
            key = order_key(event)
            if (self._last is not None and key <= self._last) or event.time > now:
                return None
            if event.type == "item.undone":
                return None
            self._last = key
            self._folder.step(event)
        self.told += len(events)
        item.next_event, item.withdrawn = None, False
        self._folder.close(now)
        return item


def _take_bearing(call: Item, told: Sequence[Event | Effect]) -> None:
    """What the customer of a call had open besides, and which calls of theirs were answered; of a follow-up,
    whether they refused one before."""
    call.declined = any(one.type == REFUSED for one in told)
    call.visited = [
        (one.time, str(one.data.get("case")), str(one.data.get("reason", "")))
        for one in told
        if one.type == VISITED
    ]
    call.matters = [matter_of(one) for one in told if one.type == MATTER]
    call.spoken = [
        (str(one.data.get("call")), one.time)
        for one in told
        if one.type == CONTACTED and one.data.get("direction") == "in"
    ]


def _since_joined(item: Item, events: list[Event], book: RuleBook, now: Millis) -> list[Event]:
    """An agent's events from the last `joined`, else from the site's midnight, when they are forgotten; and
    what is on record of them, which never is."""
    for index in range(len(events) - 1, -1, -1):
        if events[index].type == "agent.joined":
            return [event for event in events[:index] if event.type in RECORD] + events[index:]
    rules = book.at(now)
    began = site_midnight(rules, now)
    today = [event for event in events if event.time >= began or event.type in RECORD]
    if any(event.type not in RECORD for event in today):
        forgotten = site_midnight(rules, now, days=1)
        item.next_event = forgotten if item.next_event is None else min(item.next_event, forgotten)
    return today


def site_midnight(rules: Rules, now: Millis, days: int = 0) -> Millis:
    """The moment at which the site's day began that `now` lies in, or one so many days later."""
    return midnight(now, rules.site.tzinfo, days)
