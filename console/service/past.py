"""The board as it stood at an earlier moment: what was open then, as of then.

What is written holds for all that nothing has happened to since. What was touched is folded with everything
later cut off; what time alone has made worse stands in its clocks. All of it goes a few items at a time, so
that others can read and write in between and whoever asked may leave.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from console.domain.frozen import frozen
from console.domain.place import BREACHED
from console.service.board import told
from console.service.fresh import severity_of
from console.service.grouping import grouped
from console.service.heard import heard_at
from console.service.history import AsOf, Known
from console.service.past_place import leading, stood
from console.service.past_sums import Sums
from console.service.past_view import view
from console.service.rows import queue_row
from console.service.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from console.domain.instants import Millis
    from console.domain.query import Query
    from console.domain.rules import Rules
    from console.service.by_time import Written
    from console.service.heard import Heard
    from console.service.model import Counts, ItemView, Place, QueueRow, ServiceLevel
    from console.service.ports import Reader
    from console.service.rows import ItemRow

STEP = 40
"""So many items are folded in one reading."""

TURNED = 250
"""So many are read with their clocks alone."""

GROUPS = 20
"""So many customers' callbacks are looked at in one."""

PAGE = 200
"""So many written rows are looked at in one go."""


@frozen
class Past:
    """The board as of `at`: its first rows (`more` stand below them), the counters, what held then, how calls
    had been answered that day, which feeds were silent. `removed`: what was over before some later moment
    has been removed from the store since. `recorded`: something had been told by then."""

    at: Millis
    rows: tuple[QueueRow, ...]
    more: bool
    counts: Counts
    rules: Rules
    level: ServiceLevel
    heard: tuple[Heard, ...]
    removed: bool = False
    recorded: bool = True


class Turned(NamedTuple):
    """An item that time alone has made worse since: where it stood, and whether the filter finds it."""

    place: Place
    fits: bool


class LookBack:
    """One look at an earlier moment. `begin`, then `step` until nothing is left, then `finish`; and all of it
    again for more rows. After that `view` shows single items."""

    def __init__(self, at: Millis, query: Query) -> None:
        self.at = at
        self._query = query
        self._known = Known()
        self._sums = Sums(at)
        # What is other than it is written; what of it was worked out: its row, or its place by its clocks.
        self._other: set[str] = set()
        self._todo: deque[str] = deque()
        self._turning: deque[str] = deque()
        self._found: dict[str, ItemRow | None] = {}
        self._severities: dict[str, int | None] = {}
        self._turned: dict[str, Turned] = {}
        # Customers whose callbacks are to be grouped, and those callbacks that are known of.
        self._customers: deque[str] = deque()
        self._theirs: dict[str, set[str]] = {}
        # Rows as they are written that are not shown yet, and up to where they were looked for.
        self._pool: list[ItemRow] = []
        self._reached: Place | None = None
        self._ended = False
        self._shown: list[QueueRow] = []
        self._last: Place | None = None
        self._want = 0
        self.left = False
        """Whoever asked has gone: what was still to be read is not."""

    # --- what is to be looked at ------------------------------------------------------------------

    def begin(self, reader: Reader, count: int) -> int:
        """Find what is to be looked at for the first `count` rows; answers how much that is."""
        if self.left:
            return 0
        self._want = count
        query, site = self._query, reader.rulebook().at(self.at).site
        if query.words or query.barred:
            self._query = query.knowing({agent.id: agent.name for agent in site.agents.values()})
        some = self._change(reader)
        if self._sums.open:
            self._sums.begin(reader, some)
            self._ended = not self._sums.unchanged
            self._to_group(reader.promised_after(self.at))
        return self._left

    def _change(self, reader: Reader) -> list[Written]:
        """What is other than it is written, as far as that was not known yet."""
        longest = max(rules.site.lost_after for _, rules in reader.rulebook().versions)
        new = []
        for some, todo in (
            (reader.touched_after(self.at, longest), self._todo),
            (reader.turned_after(self.at), self._turning),
        ):
            for one in some:
                if one.id not in self._other:
                    self._other.add(one.id)
                    todo.append(one.id)
                    new.append(one)
        return new

    def _to_group(self, whose: Iterable[str]) -> None:
        for customer in whose:
            self._theirs.setdefault(customer, set())
            if customer not in self._customers:
                self._customers.append(customer)

    # --- looking at it ----------------------------------------------------------------------------

    @property
    def _left(self) -> int:
        return len(self._todo) + len(self._turning) + len(self._customers) + (not self._searched)

    @property
    def _searched(self) -> bool:
        return self._ended or len(self._unchanged()) > self._want - len(self._shown)

    def _unchanged(self) -> list[ItemRow]:
        return [row for row in self._pool if row.id not in self._other and row.id not in self._found]

    def step(self, reader: Reader) -> int:
        """Look at a few of them; answers how many are left."""
        return 0 if self.left else self._go_on(reader)

    def _go_on(self, reader: Reader) -> int:
        if self._turning:
            self._turn(reader, _some(self._turning, TURNED))
        elif self._todo:
            self._fold(reader, _some(self._todo, STEP))
        elif self._customers:
            for customer in _some(self._customers, GROUPS):
                self._group(reader, customer)
        elif not self._searched:
            self._search(reader)
        return self._left

    def _fold(self, reader: Reader, names: Iterable[str]) -> None:
        book = reader.rulebook()
        for name, item in AsOf(reader, self.at, names, self._known).items.items():
            row, old = None, None
            if item.begun:
                row, clocks = summarise(item, 0, book, self.at)
                self._severities[name] = severity_of(row, clocks)
            if name not in self._other or item.kind == "callback":
                old = reader.item(name)
            if name not in self._other:  # another's effect on it is
                self._other.add(name)
                self._sums.leave_out(old)
            self._found[name] = row
            self._turned.pop(name, None)
            whose = {one.customer for one in (row, old) if one is not None and one.kind == "callback"} - {""}
            self._to_group(whose)
            for customer in whose:
                self._theirs[customer].add(name)

    def _turn(self, reader: Reader, names: list[str]) -> None:
        """Nothing has happened to these since: their clocks say how they stood."""
        rows = {row.id: row for row in reader.items(names)} if self._query else {}
        for name in names:
            led = None if name.startswith("callback/") else leading(reader.clocks_of(name), self.at)
            if led is None:
                self._todo.append(name)
            elif name not in self._found:
                row = rows.get(name)
                fits = row is not None and self._fits(stood(row, *led), led[1].severity)
                self._turned[name] = Turned((*led[0], name), fits or not self._query)

    def _group(self, reader: Reader, customer: str) -> None:
        """Let the callback lead that led the customer's then."""
        rows = []
        for name in {*reader.callbacks_of(customer), *self._theirs[customer]}:
            row = self._found[name] if name in self._found else reader.item(name)
            if row is not None and (name in self._found or row.opened <= self.at):
                rows.append(row)
        for row in grouped(row for row in rows if row.kind == "callback" and row.customer == customer):
            self._found[row.id] = row

    def _search(self, reader: Reader) -> None:
        """Read on among those that stood then as they are written now."""
        read, reached = reader.window(self._query, PAGE, self._reached, None)
        self._pool += [row for row in read if row.id not in self._other and row.opened <= self.at]
        self._ended = len(read) < PAGE and reached is None
        if not self._ended:
            self._reached = last = reached or read[-1].place
            if last[0] == BREACHED and last[2] >= self.at:
                # The others of that severity broke later still.
                self._reached = (BREACHED, last[1] + 1, 0, "")

    # --- the board --------------------------------------------------------------------------------

    def finish(self, reader: Reader) -> Past:
        """The board, from what was looked at and what is written."""
        self._change(reader)  # since `begin`
        while self._left:  # it is little: who leaves just now need not stop it
            self._go_on(reader)
        self._sums.finish(self._found, {name: turned.place[0] for name, turned in self._turned.items()})
        places = sorted(self._below(reader))
        more = self._want - len(self._shown)
        chosen, known = places[:more], self._rows(reader, places[:more])
        self._shown += [queue_row(known[place[3]]) for place in chosen]
        self._last = chosen[-1] if chosen else self._last
        self._pool = [row for row in self._unchanged() if self._is_below(row.place)]
        return Past(
            self.at,
            tuple(self._shown),
            len(places) > more,
            self._sums.counts,
            reader.rulebook().at(self.at),
            self._sums.level,
            heard_at(reader, self.at),
            removed=self.at < int(reader.meta("retained") or 0),
            recorded=self.at >= reader.first_told(),
        )

    def _is_below(self, place: Place) -> bool:
        return self._last is None or place > self._last

    def _below(self, reader: Reader) -> Iterator[Place]:
        """The places of what is known to stand below what is shown."""
        for name, row in self._found.items():
            if row is None or not (row.open and row.lead and self._is_below(row.place)):
                continue
            if not self._query or self._fits(row, self._severity(reader, name)):
                yield row.place
        for name, turned in self._turned.items():
            if turned.fits and name not in self._found and self._is_below(turned.place):
                yield turned.place
        yield from (row.place for row in self._unchanged())

    def _rows(self, reader: Reader, places: Iterable[Place]) -> dict[str, ItemRow]:
        """The rows of those places as they were."""
        known = {row.id: row for row in self._pool}
        known |= {name: row for name, row in self._found.items() if row is not None}
        for row in reader.items([place[3] for place in places if place[3] not in known]):
            led = leading(reader.clocks_of(row.id), self.at)
            known[row.id] = row if led is None else stood(row, *led)
        return known

    def _severity(self, reader: Reader, name: str) -> int | None:
        if name not in self._severities:  # it stands as it is written, but for who leads
            row = self._found[name]
            self._severities[name] = None if row is None else severity_of(row, reader.clocks_of(name))
        return self._severities[name]

    def _fits(self, row: ItemRow, severity: int | None) -> bool:
        return self._query.finds(told(row, severity), row.words)

    # --- one item ---------------------------------------------------------------------------------

    def view(self, reader: Reader, item_id: str) -> ItemView | None:
        """One item as it was; None where there was none."""
        return view(reader, AsOf(reader, self.at, (), self._known), item_id, self.at)


def _some(names: deque[str], number: int) -> list[str]:
    return [names.popleft() for _ in range(min(number, len(names)))]
