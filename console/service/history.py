"""The floor as of another moment: the same fold, with everything later cut off."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from console.domain.lifecycle import LIVES
from console.service.concern import ROUNDS, concerned
from console.service.summary import fold_whole, load, summarise

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.domain.item import Effect, Item
    from console.service.ports import Reader
    from console.service.rows import ItemRow


class Known:
    """What is known beyond what is written: what items cause in others, and whose they are."""

    def __init__(self) -> None:
        self.causes: dict[str, list[Effect]] = {}
        self.customers: dict[str, str] = {}
        self._causes_of: dict[str, dict[str, None]] = {}

    def learn(self, item: Item) -> None:
        """Know an item as it was folded."""
        self.causes[item.id], self.customers[item.id] = item.effects, item.customer
        for effect in item.effects:
            self._causes_of.setdefault(effect.target, {})[item.id] = None

    def effects_on(self, target: str) -> Iterator[Effect]:
        """What those that are known cause in an item."""
        for cause in self._causes_of.get(target, ()):
            yield from (effect for effect in self.causes[cause] if effect.target == target)


class AsOf:
    """The items whose rows, as written, would say something else at `until`, folded as of then.

    Effects are worked out along with them, in memory, so that a moment yet to come is right as well.
    `changed` are the items to begin with, where they are known; `known` is what an earlier one found out,
    which is gone on with.
    """

    def __init__(
        self,
        reader: Reader,
        until: Millis,
        changed: Iterable[str] | None = None,
        known: Known | None = None,
    ) -> None:
        self._reader = reader
        self._until = until
        self._book = reader.rulebook()
        self._known = Known() if known is None else known
        self.items: dict[str, Item] = {}
        causes = self._known.causes
        if changed is None:
            longest = max(rules.site.lost_after for _, rules in self._book.versions)
            changed = reader.changed_since(until, longest)
        todo = deque(name for name in changed if name.partition("/")[0] in LIVES)
        rounds: dict[str, int] = {}
        while todo:
            name = todo.popleft()
            rounds[name] = rounds.get(name, 0) + 1
            if rounds[name] > ROUNDS:
                continue
            item = self.folded(name)
            before = causes[name] if name in causes else reader.effects_of(name)
            self.items[name] = item
            self._known.learn(item)
            if item.effects != before:
                todo += [other for other in self._concerned(before, item.effects) if other not in todo]

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
            names.update(dict.fromkeys(concerned(self._reader, effect)))
            kind, _, customer = effect.target.partition("/")
            if kind == "customer":
                # The rows know nothing yet of who will call.
                names.update(
                    (name, None) for name, whose in self._known.customers.items() if whose == customer
                )
        return list(names)

    def folded(self, name: str) -> Item:
        """Fold an item with the effects as they are at `until`, as far as is known, not as they were
        written."""
        if name.startswith("agent/"):
            return load(self._reader, name, self._book, self._until)
        return fold_whole(name, self._reader.events_of(name), self.effects_on, self._book, self._until)

    def effects_on(self, target: str, after: Millis | None) -> list[Effect]:
        """What others cause in an item, as far as is known, else as written."""
        causes = self._known.causes
        written = [effect for effect in self._reader.effects_on(target, after) if effect.cause not in causes]
        found = self._known.effects_on(target)
        return written + [effect for effect in found if after is None or effect.time > after]


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
