"""Norms: the service norms as data. The engine knows the forms of norms, never a norm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from console.domain.frozen import frozen
from console.domain.instants import SECOND, Millis
from console.domain.selector import Events

if TYPE_CHECKING:
    from console.domain.schedule import Schedule
    from console.domain.span import Span

Form = Literal["clock", "gate", "count", "task", "phrase", "inspection", "guard", "rating"]
"""What kind of rule a norm is, as the list of norms has it."""

FORMS: tuple[Form, ...] = ("clock", "gate", "count", "task", "phrase", "inspection", "guard", "rating")

Rule = Literal["most", "least", "every"]
"""What a clock forbids: to run past its limit, to stop before it, to go without a sign for so long."""

Languages = Mapping[str, str]

Situation = Mapping[str, tuple[object, ...]]
"""Fields of an item, and for each the values of which it has one."""

Choice = tuple[str, ...]
"""Things of which one must be on record."""

TIMES = "times"
"""The measure of how often it happened within a while."""

LEAST_BEAT: Millis = SECOND
"""No beat is shorter: each that is missed is a breach of its own."""

NO_EVENTS = Events()


@frozen(kw_only=True)
class Timing:
    """When the clock of a norm runs.

    It starts at an event of `start` and stops at one of `stop`. By its `rule` it breaks when it runs past
    `limit` (`most`), when it stops before it (`least`; an end that is none of `stop` keeps it), or each time
    that `limit` passes without an event of `again` (`every`). `again` counts anew from there; an event of
    `free` ends a `least` clock without blame.

    `otherwise` is the limit where that of `limit` names a field nobody has given. `per` "start" begins a new
    period at each start after a stop, "item" at the first start only, and again after an event of `rearm`;
    "sum" is one clock that counts its stretches together, so that standing still exactly at due keeps it. It
    never starts once an event of `unless` has been seen, stands still between `pause` and `resume`, says
    nothing until an event of `arm`, and warns after `warn` (else three quarters of the way). With
    `must_start` a stop that meets no running clock breaks the norm too.
    """

    rule: Rule = "most"
    limit: Span
    otherwise: Span | None = None
    warn: Span | None = None
    per: Literal["start", "item", "sum"] = "start"
    start: Events = NO_EVENTS
    stop: Events = NO_EVENTS
    again: Events = NO_EVENTS
    free: Events = NO_EVENTS
    rearm: Events = NO_EVENTS
    unless: Events = NO_EVENTS
    arm: Events = NO_EVENTS
    pause: Events = NO_EVENTS
    resume: Events = NO_EVENTS
    must_start: bool = False
    moved_by: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        told = (self.stop, self.free, self.again, self.pause, self.resume, self.arm)
        object.__setattr__(self, "moved_by", frozenset(kind for events in told for kind in events.types))

    @property
    def begun_by(self) -> frozenset[str]:
        """The types of event at which it may begin, or may no more."""
        told = (self.start, self.rearm, self.unless)
        return frozenset(kind for events in told for kind in events.types)


@frozen(kw_only=True)
class Check:
    """What is looked at when an event of `on` happens: a gate, count, phrase or inspection.

    Nothing is asked until all of `after` is on record. Then the norm breaks when one of `needs` is not on
    record, when a set of phrases in `forbid` was said, when the event lists something in its field `lists`,
    or when `measure` lies above `at_most` or below `at_least`. The measure TIMES is how often `on` happened
    in the `within` milliseconds that end with it. `once`: the first answer is the last. After an event of
    `anew` what `needs` asks for has to happen once more, and the norm is asked once more. `why` is a field
    whose text is told with what was missing. A norm that forbids
    is kept when the item is over and nothing of the kind was said.

    What is on record is written as an event (`call.goodbye`, `call.checked_in[prompt=dialect]`), a set of
    phrases that the agent said (`phrase:closing`; `heard:…` for the customer, `noted:…` in a note), or a
    field of the event or the item; `!` in front turns it round. Of several in one of `after` or `needs` any
    one will do.
    """

    on: Events
    after: tuple[Choice, ...] = ()
    needs: tuple[Choice, ...] = ()
    forbid: tuple[str, ...] = ()
    lists: str = ""
    measure: str = ""
    at_most: float | None = None
    at_least: float | None = None
    within: Millis | None = None
    once: bool = False
    anew: Events = NO_EVENTS
    why: str = ""


@frozen(kw_only=True)
class Task:
    """What is made in another item when an event of `on` happens, or when the norm's schedule says so.

    An effect of type `make` on the item that `item` names (`{item}` is the cause's id, `{key}` the part after
    the slash, `{id}` the event's, `{customer}` its customer's key, `{call}` what the cause was made for,
    `{case}` its case); nothing is made where that is no item of a kind that the effect is told to.
    `needs` are fields that the cause must have. It goes to whom the event's field `agent` names; else, with
    `owner`, to who had the cause, whom the customer asked first about it, or who looks after them.

    `due` is the promise it carries; `otherwise` counts where that is not given or has passed. The effect
    comes `delay` later, never before its cause. With `renew` a later cause that says something else takes the
    place of an earlier one: what has not come falls away, what has come is ended by an event of type
    `settle`; so is what was made once an event of `until` happens to its cause, and, by a schedule, what was
    made the time before and not done. `note` are fields of the cause that are told as a note; `agree` is one
    that must be known before what was made may count as done. `own`: the customer is the event's, not the
    cause's. With a `share` so large a part of them is made, at least, month by month: the norm's schedule
    says when the rest is drawn from what waits in its pool.
    """

    on: Events
    make: str
    item: str
    needs: tuple[str, ...] = ()
    owner: bool = False
    agent: str = ""
    due: Span | None = None
    otherwise: Span | None = None
    delay: Span | None = None
    renew: bool = False
    settle: str = ""
    until: Events = NO_EVENTS
    note: tuple[str, ...] = ()
    agree: str = ""
    own: bool = False
    share: float | None = None


@frozen(kw_only=True)
class Norm:
    """One service norm.

    `subject` is the kind of item that it is watched on (or `floor`). It applies to an item that meets one of
    `when` (none: to any): fields and the values that they must have, a set one of them. What it demands
    stands in `timing`, `check` or `task`, which comes by `schedule` where time alone calls for it; a
    rating has none of them, and a guard at most a check: the console itself sees to it. `quiet`: broken, it
    is counted and shown on the card, and never alarms. `confidential`: what was seen for it is for leads
    alone. `offer` is what the console offers to mend it.
    `beside` are events of which the time of the first is shown with its clock. `calendar` names the business
    hours that the lengths of a clock or a task run in; "" is around the clock.
    """

    id: str
    form: Form
    subject: str
    severity: int
    doc: str = ""
    name: Languages = field(default_factory=dict)
    short: Languages = field(default_factory=dict)
    text: Languages = field(default_factory=dict)
    when: tuple[Situation, ...] = ()
    quiet: bool = False
    confidential: bool = False
    offer: str = ""
    calendar: str = ""
    beside: Events = NO_EVENTS
    timing: Timing | None = None
    check: Check | None = None
    task: Task | None = None
    schedule: Schedule | None = None

    def applies(self, value_of: Callable[[str], object]) -> bool:
        """Whether an item whose fields `value_of` gives is one that this norm speaks of."""
        return not self.when or any(_is_so(situation, value_of) for situation in self.when)


def _is_so(situation: Situation, value_of: Callable[[str], object]) -> bool:
    for name, wanted in situation.items():
        value = value_of(name)
        if value not in wanted and not (isinstance(value, frozenset) and any(one in wanted for one in value)):
            return False
    return True


def may_beat(limit: Span) -> bool:
    """Whether that can be the limit of a beat: a fixed length, and none too short."""
    return limit.millis is not None and limit.millis >= LEAST_BEAT


def is_event(fact: str) -> bool:
    """Whether a thing that must be on record is an event."""
    return "." in fact.partition("[")[0] and ":" not in fact.partition("[")[0]
