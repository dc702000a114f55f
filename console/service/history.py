"""The floor as of another moment: the same fold, with everything later cut off."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.clock import ClockRow
from console.domain.fold import fold
from console.domain.instants import Millis
from console.domain.item import Effect, Item
from console.domain.lifecycle import LIVES
from console.service.ports import Reader
from console.service.rows import ItemRow
from console.service.summary import load, summarise


class AsOf:
    """The items whose rows, as written, would say something else at `until`, folded as of then.

    Effects are worked out along with them, in memory, so that a moment yet to come is right as well.
    """

    def __init__(self, reader: Reader, until: Millis) -> None:
        self._reader = reader
        self._until = until
        self._book = reader.rulebook()
        self.items: dict[str, Item] = {}
        causes: dict[str, list[Effect]] = {}
        todo = [name for name in reader.changed_between(until, until) if name.partition("/")[0] in LIVES]
        while todo:
            name = todo.pop()
            if name in self.items:
                continue
            item = load(reader, name, self._book, until)
            self.items[name] = item
            causes[name] = item.effects
            todo += self._concerned(reader.effects_of(name), item.effects)
        for name in [name for name, item in self.items.items() if item.kind == "callback"]:
            self.items[name] = self._with_effects(name, causes)

    def row(self, name: str) -> ItemRow | None:
        """The row of an item as of then."""
        item = self.items.get(name)
        if item is None:
            return self._reader.item(name)
        if not item.begun:
            return None
        return summarise(item, 0, self._book, self._until)[0]

    def clocks(self, written: Iterable[ClockRow]) -> list[ClockRow]:
        """All clocks as of then: the written ones of items that did not change, and those folded anew."""
        kept = [clock for clock in written if clock.item not in self.items]
        return kept + [clock.row() for item in self.items.values() for clock in item.clocks]

    def _concerned(self, *effects: Iterable[Effect]) -> list[str]:
        names: dict[str, None] = {}
        for effect in (effect for group in effects for effect in group):
            kind, _, key = effect.target.partition("/")
            names.update(
                dict.fromkeys(self._reader.callbacks_of(key) if kind == "customer" else [effect.target])
            )
        return list(names)

    def _with_effects(self, name: str, causes: dict[str, list[Effect]]) -> Item:
        """Fold a callback with the effects as they are at `until`, not as they were written."""
        events = self._reader.events_of(name)
        own = self._effects(name, causes, None)
        item = fold(name, events, own, self._book, self._until)
        if item.customer and item.begun:
            contacts = self._effects(f"customer/{item.customer}", causes, item.opened)
            if contacts:
                item = fold(name, events, [*own, *contacts], self._book, self._until)
        return item

    def _effects(self, target: str, causes: dict[str, list[Effect]], after: Millis | None) -> list[Effect]:
        written = [effect for effect in self._reader.effects_on(target, after) if effect.cause not in causes]
        return written + [
            effect
            for effects in causes.values()
            for effect in effects
            if effect.target == target and (after is None or effect.time > after)
        ]


def calls_at(reader: Reader, moment: Millis) -> list[ItemRow]:
    """Calls that were known to be going on at `moment`, as they were then.

    One whose beginning a feed could only estimate, from what it found afterwards, was not known of.
    """
    book = reader.rulebook()
    since = moment - book.at(moment).site.lost_after
    found = []
    for written in reader.calls_since(since):
        item = load(reader, written.id, book, moment)
        heard = (event for event in reader.events_of(written.id) if event.time <= moment)
        if item.open and not all(event.data.get("estimated") for event in heard):
            found.append(summarise(item, written.version, book, moment)[0])
    return found
