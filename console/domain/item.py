"""An item of the queue as of a moment, and what it causes in others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from console.domain.event import Event
from console.domain.frozen import frozen, slotted
from console.domain.lifecycle import OFF_BOARD
from console.domain.priority import priority

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.domain.running import Point, RunningClock


@frozen
class Effect:
    """What one item causes in another: worked out again, and replaced whole, whenever the cause is refolded.

    `target` is an item, or `customer/KEY` for what concerns every callback of that customer. `norm` is the
    norm that asked for it. `source` and `id` are those of the causing event.
    """

    cause: str
    target: str
    type: str
    time: Millis
    source: str
    id: str
    sequence: int | None
    norm: str
    data: Mapping[str, Any]

    def as_event(self, item: str) -> Event:
        """The effect as the fold of `item` sees it."""
        return Event(
            source=self.source,
            id=self.id,
            type=self.type,
            subject=item,
            time=self.time,
            data=self.data,
            sequence=self.sequence,
        )


@frozen
class Matter:
    """Something of the customer's that is not settled: an open ticket, job or promise. `first` is whom they
    asked first; `of` the call that it came of; `timed`: there is a time for it. Open from `opened` until
    `over`."""

    item: str
    opened: Millis
    over: Millis | None
    case: str
    first: str
    of: str = ""
    timed: bool = False


@slotted
class Acknowledgement:
    """Who acknowledged, and when."""

    actor: str
    time: Millis


@slotted
class Item:
    """One item as of a moment. Moments are milliseconds; `owner` is an agent's id or None.

    `asked` is whom a supervisor asked the owning system to give it to. `hand` counts what people did and
    changes of owner, `acted` is the latest of them. `ignored` names events that made no sense, with why;
    `undone` those taken back. `mine`: no outside system has a word in it, so a hand's move counts at once.
    `tries` counts the tries to reach the customer, `tried` is when the last one at another time was.
    `handovers` counts the owners after the first. `facts` is what norms want to find on record and found;
    `passed` the norms that were looked at when something happened, and kept. `matters` are what the customer
    had open besides, `repeats` those among them that this call asks about once more, the oldest first;
    `linked` is the case of that (not handed on to what the call makes: two calls could name each other's);
    `spoken` are other inbound calls of theirs that were answered, by when. `speech_rate` is the agents'
    characters a minute, where a transcript tells. `away` is whose customer it is, where it was given to
    somebody else with a reason. `marks` are what the settings say of whoever has it, and of an agent what is
    on record of them; what the feed says of that is given. `declined`: of a follow-up, the customer refused
    one before. `arrived` counts the arrivals of a job, `visited` are those of the customer's other jobs:
    when, of which case, and why that one was, or how it ended.
    """

    id: str
    kind: str
    state: str = ""
    flags: dict[str, Millis] = field(default_factory=dict)
    begun: bool = False
    over: Millis | None = None
    withdrawn: bool = False
    source: str = ""
    mine: bool = True
    queue: str = ""
    owner: str | None = None
    asked: str | None = None
    customer: str = ""
    case: str = ""
    name: str = ""
    direction: str = ""
    answered: bool = False
    answered_at: Millis | None = None
    opened: Millis = 0
    since: Millis = 0
    last: Millis = 0
    tries: int = 0
    tried: Millis | None = None
    level: str = ""
    snoozed: Millis | None = None
    note: str = ""
    hand: int = 0
    acted: Event | None = None
    given: dict[str, Any] = field(default_factory=dict)
    ringing: dict[str, Millis] = field(default_factory=dict)
    acknowledged: dict[str, Acknowledgement] = field(default_factory=dict)
    clocks: list[RunningClock | Point] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    ignored: dict[str, str] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    first_owner: str | None = None
    handovers: int = 0
    facts: set[str] = field(default_factory=set)
    passed: list[tuple[str, Millis]] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)
    repeats: list[Matter] = field(default_factory=list)
    spoken: list[tuple[str, Millis]] = field(default_factory=list)
    linked: str = ""
    away: str = ""
    speech_rate: int | None = None
    marks: frozenset[str] = frozenset()
    seen: set[str] = field(default_factory=set)
    declined: bool = False
    arrived: int = 0
    visited: list[tuple[Millis, str, str]] = field(default_factory=list)
    next_event: Millis | None = None

    @property
    def open(self) -> bool:
        """Whether it stands on the board."""
        return self.begun and self.over is None and self.kind not in OFF_BOARD

    def holds(self, clock: ClockRow) -> bool:
        """Whether what broke at an event holds the item's place: nobody has acknowledged it yet."""
        return clock.broken_at_event and self.open and clock.name not in self.acknowledged

    @property
    def word(self) -> str:
        """Its state in one word of its kind's life, e.g. `ringing`, `held`, `waiting`."""
        if self.over is None:
            for flag in ("held", "waiting", "muted"):
                if flag in self.flags:
                    return flag
        return self.state

    @property
    def contacts(self) -> int:
        """How many times the customer has asked by now about the oldest matter of theirs that is open."""
        if not self.repeats:
            return 1
        oldest = self.repeats[0]
        times = {oldest.of or oldest.item}
        times.update(matter.of for matter in self.repeats if matter.of.startswith("call/"))
        times.update(call for call, at in self.spoken if oldest.opened < at < self.opened)
        return 1 + len(times)

    @property
    def priority(self) -> int | None:
        """The severity below which nothing of it falls, by its importance and urgency."""
        given = self.given
        if "urgency" not in given:
            return None
        return priority(given.get("importance"), given["urgency"])

    @property
    def visits(self) -> int:
        """How often somebody has come about this matter by now."""
        return self.arrived + len(self._earlier())

    @property
    def why_again(self) -> str:
        """Why somebody comes once more: what is known of the last visit, or of this one."""
        earlier = self._earlier()
        return earlier[-1] if earlier and earlier[-1] else str(self.given.get("reason", ""))

    def _earlier(self) -> list[str]:
        """Why it was, of each visit of other jobs about the same matter, the first first."""
        case = self.case or self.id
        return [why for at, of, why in sorted(self.visited) if of == case and at < self.last]

    def _promised(self, matter: Matter) -> bool:
        return matter.of == self.id and matter.opened <= self.last

    def value(self, name: str) -> object:
        """A field by the name that norms' conditions use."""
        if name in _FIELDS:
            return getattr(self, name)
        if name in _COUNTED:
            return getattr(self, name)
        if name == "marks":
            told = self.given.get(name)
            return self.marks | told if isinstance(told, frozenset) else self.marks
        if name in _PROMISE:
            return any(_PROMISE[name](matter) for matter in self.matters if self._promised(matter))
        if name == "transcript":
            return "call.said" in self.seen
        return self.given.get(name)


_PROMISE: Mapping[str, Callable[[Matter], bool]] = {
    "promised": lambda matter: True,
    "promise_owner": lambda matter: bool(matter.first),
    "promise_due": lambda matter: matter.timed,
}
"""What may be asked of the promises that a call led to."""

_COUNTED = frozenset({"contacts", "visits", "why_again"})
"""What is counted, or looked up, when it is asked for."""

_FIELDS = frozenset(
    {
        "direction", "queue", "customer", "case", "owner", "answered", "kind", "state", "level", "name",
        "handovers", "speech_rate", "tries",
    }
)  # fmt: skip
