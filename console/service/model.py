"""What the service hands to screens and one-shot commands. All immutable; moments are milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from operator import add, attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from console.domain.frozen import frozen
from console.domain.lifecycle import BOARD_KINDS
from console.domain.place import AT_RISK, BREACHED

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.command import Refusal
    from console.domain.event import Event
    from console.domain.instants import Millis
    from console.domain.item import Matter
    from console.domain.reckoning import Reckoning
    from console.domain.rules import Rules
    from console.service.names import Names

Place = tuple[int, int, int, str]
"""(band, severity, key time, id): where a row stands; rows are ordered by it."""


class QueueRow(NamedTuple):
    """One row of the board.

    `norm`, `clock`, `warn`, `due` are those of the clock that gives the item its place (empty and None
    without one). `paused` is set while that clock stands still. `state` is a word of the kind's life
    (catalogue key `state.KIND.WORD`). `asked` is whom the owning system was asked to give it to
    (`#QUEUE` for a queue). `promises` counts the open callbacks of the customer that this row leads.
    `acknowledged`: that clock was. `hand` goes into every command on the row. `twins` are the ids of the
    other callbacks which this row stands for. `contacts` is how often the customer has asked about the matter
    by now, `next_try` when they are to be tried again; `away` is who looks after the customer, where it was
    given to somebody else. `reason` is the norm that asked for it, or what was given as one.
    """

    id: str
    kind: str
    band: int
    severity: int
    at: Millis
    norm: str
    clock: str
    warn: Millis | None
    due: Millis | None
    paused: Millis | None
    customer: str
    name: str
    queue: str
    owner: str | None
    asked: str | None
    state: str
    opened: Millis
    since: Millis
    tries: int
    level: str
    snoozed: Millis | None
    acknowledged: bool
    promises: int
    hand: int
    mine: bool
    source: str
    next: Millis | None = None
    twins: tuple[str, ...] = ()
    contacts: int = 1
    next_try: Millis | None = None
    away: str = ""
    reason: str = ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return (self.band, self.severity, self.at, self.id)


@frozen
class Window:
    """A stretch of the board in its order, and whether rows lie before and after it. `reached`: the place up
    to which was looked where the search stopped before it knew; what there is may lie beyond."""

    rows: tuple[QueueRow, ...]
    before: bool
    after: bool
    reached: Place | None = None


@frozen
class Counts:
    """How many open items there are, by their place and kind (each callback on its own); and how many
    messages about them nobody may have got."""

    open: int = 0
    breached: int = 0
    at_risk: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    untold: int = 0

    @classmethod
    def of(cls, numbers: Mapping[tuple[str, int], int]) -> Counts:
        """Those of a board on which so many items of each (kind, band) stand."""
        kinds = {kind: sum(n for (of, _), n in numbers.items() if of == kind) for kind in BOARD_KINDS}
        bands = {band: sum(n for (_, of), n in numbers.items() if of == band) for band in (BREACHED, AT_RISK)}
        return cls(
            sum(numbers.values()),
            bands[BREACHED],
            bands[AT_RISK],
            {kind: number for kind, number in kinds.items() if number},
        )


@frozen
class ServiceLevel:
    """Inbound calls of one queue, each counted in the time in which it came; those still open are left out.

    The fields are the measures of the store's buckets. `abandoned` are those that count; `short_abandoned`
    of the callers gave up sooner than the site's `short_abandon`, and `left_out` of these don't count.
    `unknown`: answered, but nobody can say whether in target. `timed` of the answered calls have a wait that
    is known, all together `waited` milliseconds; `abandoned_waited` is the same for the abandoned. `lost`
    were never heard of again: nothing else counts them.
    """

    offered: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    unknown: int = 0
    timed: int = 0
    waited: Millis = 0
    short_abandoned: int = 0
    left_out: int = 0
    abandoned_waited: Millis = 0
    lost: int = 0

    @property
    def judged(self) -> int:
        """What `share` is a share of: answered (but for the unknown) and abandoned."""
        return self.answered - self.unknown + self.abandoned

    @property
    def share(self) -> float | None:
        """Answered in target ÷ judged; None where there were none."""
        return self.answered_in_target / self.judged if self.judged else None

    @property
    def abandon_rate(self) -> float | None:
        """Abandoned ÷ offered, without the short ones that are left out; None where there were none."""
        whole = self.offered - self.left_out
        return self.abandoned / whole if whole else None

    @property
    def speed(self) -> float | None:
        """The average speed of answer in milliseconds: waited ÷ timed; None where there were none."""
        return self.waited / self.timed if self.timed else None

    def __add__(self, other: ServiceLevel) -> ServiceLevel:
        return ServiceLevel(*map(add, _MEASURED(self), _MEASURED(other)))


MEASURES = tuple(ServiceLevel.__annotations__)
"""The measures of a service level, as the buckets name them."""

_MEASURED = attrgetter(*MEASURES)


@frozen
class FeedState:
    """One feed: `heard` is its last sign of life. `lost` says so itself or has been silent too long."""

    name: str
    source: str
    heard: Millis
    lost: bool

    def lag(self, now: Millis) -> Millis:
        """Milliseconds since its last sign of life."""
        return max(0, now - self.heard)


@frozen
class Glance:
    """The board as it stands written. `since` is the moment from which on time alone may have changed it
    (None: it is fresh): the rows say what holds now, their order and the counts what held then. `names` are
    what the board's rows are put into words with; whoever needs all of the newest rules calls `rules`, which
    takes a while the first time."""

    names: Names
    rules: Callable[[], Rules]
    window: Window
    counts: Counts
    feeds: tuple[FeedState, ...]
    levels: Mapping[str, ServiceLevel]
    since: Millis | None


@frozen
class Standing:
    """The floor in numbers, all of one reading; `levels` are by queue, since the site's midnight, `rules` the
    latest."""

    counts: Counts
    feeds: tuple[FeedState, ...]
    levels: Mapping[str, ServiceLevel]
    rules: Rules


@frozen
class Owed:
    """What is to be done with somebody again by `due`: an evaluation, a training. `last` is when it was."""

    norm: str
    last: Millis
    warn: Millis
    due: Millis


@frozen
class AgentView:
    """One person of the floor, for the picker and the people screen. `state` is a catalogue word
    (`agent.STATE`), empty where no feed speaks of them; `source` said so. `open` is the open items that they
    own, `calls` those of them that are calls. `overload` says what of that the settings hold for too much:
    "open" or "calls", empty where nothing is. `norm`, `warn`, `due` are those of the clock that runs on what
    they do (empty, None without one), `owed` those of what is to be done with them again, the soonest first.
    `marks` are `new` and `complained`, as the settings or a feed say."""

    id: str
    name: str
    state: str
    since: Millis | None
    reason: str
    queues: tuple[str, ...]
    languages: tuple[str, ...]
    open: int
    source: str = ""
    norm: str = ""
    warn: Millis | None = None
    due: Millis | None = None
    calls: int = 0
    overload: str = ""
    marks: frozenset[str] = frozenset()
    owed: tuple[Owed, ...] = ()


@frozen
class Entry:
    """One line of an item's timeline. `ignored`: why it changed nothing. `effect`: caused by another item."""

    event: Event
    ignored: str = ""
    undone: bool = False
    effect: bool = False


@frozen
class Claim:
    """Why an item belongs with `agent`: `first` asked about the item `of`, for a key `account`, or as the
    manager of the area `of`."""

    agent: str
    why: Literal["first", "account", "area"]
    of: str = ""


@frozen
class ItemView:
    """All of one item for its pane: its row, timeline (oldest first), clocks, and what belongs to the
    same customer or case. `over` is when it ended. `withdrawn`: what it rested on fell away. `reckonings`
    are the sums of the clocks, by name, that run on business hours. `repeats` are the matters that a call
    asks about once more, the oldest first; `claims` who is to get it first."""

    row: QueueRow
    over: Millis | None
    withdrawn: bool
    note: str
    timeline: tuple[Entry, ...]
    clocks: tuple[ClockRow, ...]
    acknowledged_by: Mapping[str, str]
    related: tuple[QueueRow, ...] = ()
    repeats: tuple[Matter, ...] = ()
    claims: tuple[Claim, ...] = ()
    reckonings: Mapping[str, Reckoning] = field(default_factory=dict)


@frozen
class Done:
    """A command was carried out: `event` is its event (None: it was so already). `undo` is what `u` names."""

    item: str
    event: Event | None
    row: QueueRow | None


@frozen
class NotRecorded:
    """The store could not write: nothing happened. `reason` is a catalogue key (`store.<reason>`)."""

    reason: str
    detail: str = ""


Outcome: TypeAlias = "Done | Refusal | NotRecorded"


@frozen
class Receipt:
    """What became of one batch of input, counted in events."""

    read: int = 0
    appended: int = 0
    duplicate: int = 0
    rejected: int = 0

    def __add__(self, other: Receipt) -> Receipt:
        return Receipt(
            self.read + other.read,
            self.appended + other.appended,
            self.duplicate + other.duplicate,
            self.rejected + other.rejected,
        )
