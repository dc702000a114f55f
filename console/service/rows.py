"""The row that is kept of every item: its state in columns, its place, and what time alone will change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from console.domain.instants import Millis
from console.domain.lifecycle import OFF_BOARD
from console.service.model import QueueRow

if TYPE_CHECKING:
    from console.service.model import Place

Tally = tuple[tuple[Millis, str, str, int], ...]
"""What an item adds to the counters: (start of a quarter of an hour in UTC, queue, measure, number)."""


class ItemRow(NamedTuple):
    """An item as kept: a tuple, for a floor makes and compares a great many of them.

    `band`, `severity`, `at` are its place; `next` the moment at which time alone will change it. `lead`: it
    stands on the board itself (a customer's other callbacks stand behind one). `version` is the number of
    its events that have come. `contacts` is how often the customer has asked about the matter by now,
    `next_try` when they are to be tried again, `away` from whose customers it was given to somebody else.
    `marks` are what a feed says of a person besides (`new`, `complained`).
    """

    id: str
    kind: str
    version: int
    hand: int
    state: str
    queue: str
    owner: str | None
    asked: str | None
    customer: str
    name: str
    case: str
    direction: str
    opened: Millis
    since: Millis
    last: Millis
    over: Millis | None
    withdrawn: bool
    mine: bool
    source: str
    tries: int
    level: str
    snoozed: Millis | None
    note: str
    reason: str
    band: int
    severity: int
    at: Millis
    next: Millis | None
    norm: str
    clock: str
    warn: Millis | None
    due: Millis | None
    paused: Millis | None
    acknowledged: Mapping[str, str]
    lead: bool = True
    promises: int = 1
    tally: Tally = ()
    contacts: int = 1
    next_try: Millis | None = None
    away: str = ""
    marks: str = ""

    @property
    def open(self) -> bool:
        """Whether it is on the queue."""
        return self.over is None and not self.withdrawn and self.kind not in OFF_BOARD

    @property
    def words(self) -> str:
        """The text of its own that a filter's free words are looked for in, in lower case."""
        return " ".join(filter(None, (self.id, self.customer, self.name))).casefold()

    @property
    def place(self) -> tuple[int, int, int, str]:
        """Where it stands on the board."""
        return (self.band, self.severity, self.at, self.id)


class Found(NamedTuple):
    """Rows of the board in its order. `reached`: the place up to which was looked where the search stopped
    before it had as many as asked for; None where it ended."""

    rows: list[ItemRow]
    reached: Place | None


def queue_row(row: ItemRow, twins: tuple[str, ...] = ()) -> QueueRow:
    """An item's row as the board shows it."""
    return QueueRow(  # in the order of its fields: by name it takes three times as long
        row.id,
        row.kind,
        row.band,
        row.severity,
        row.at,
        row.norm,
        row.clock,
        row.warn,
        row.due,
        row.paused,
        row.customer,
        row.name,
        row.queue,
        row.owner,
        row.asked,
        row.state,
        row.opened,
        row.since,
        row.tries,
        row.level,
        row.snoozed,
        bool(row.clock) and row.clock in row.acknowledged,
        row.promises,
        row.hand,
        row.mine,
        row.source,
        row.next,
        twins,
        row.contacts,
        row.next_try,
        row.away,
        row.reason,
    )
