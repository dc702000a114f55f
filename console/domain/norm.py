"""Norms and packs of them: the service norms as data. The engine knows the forms of norms, never a norm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal, NamedTuple

from console.domain.frozen import frozen
from console.domain.lifecycle import BOARD_KINDS
from console.domain.selector import Events

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.schedule import Schedule
    from console.domain.span import Span

Form = Literal["clock", "gate", "count", "task", "phrase", "inspection", "guard", "rating"]
"""What kind of rule a norm is, as the list of norms has it."""

FORMS: tuple[Form, ...] = ("clock", "gate", "count", "task", "phrase", "inspection", "guard", "rating")

Rule = Literal["most", "least", "every"]
"""What a clock forbids: to run past its limit, to stop before it, to go without a sign for so long."""

Languages = Mapping[str, str]

Choice = tuple[str, ...]
"""Things of which one must be on record."""


class Fact(NamedTuple):
    """One of them as it is asked for: `wanted`, or not. `told`: an event or something that was said; else it
    is a field of the event or the item."""

    name: str
    wanted: bool
    told: bool


Asked = tuple[tuple[Fact, ...], ...]
"""Choices, as they are asked for."""

TIMES = "times"
"""The measure of how often it happened within a while."""

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
    in the `within` milliseconds that end with it. `once`: the first answer is the last. A norm that forbids
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


@frozen(kw_only=True)
class Task:
    """What is made in another item when an event of `on` happens, or when the norm's schedule says so.

    An effect of type `make` on the item that `item` names (`{item}` is the cause's id, `{key}` the part after
    the slash, `{id}` the event's, `{customer}` its customer's key, `{call}` what the cause was made for).
    `needs` are fields that the cause must have. It goes to whom the event's field `agent` names; else, with
    `owner`, to who had the cause, whom the customer asked first about it, or who looks after them.

    `due` is the promise it carries; `otherwise` counts where that is not given or has passed. The effect
    comes `delay` later, never before its cause. With `renew` a later cause that says something else takes the
    place of an earlier one: what has not come falls away, what has come is ended by an event of type
    `settle`; so is, by a schedule, what was made the time before and not done. `note` are fields of the
    cause that are told as a note; `agree` is one that must be known before what was made may count as done.
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
    note: tuple[str, ...] = ()
    agree: str = ""


@frozen(kw_only=True)
class Norm:
    """One service norm.

    `subject` is the kind of item that it is watched on (or `floor`). `when` are fields of the item and the
    values that they must have for the norm to apply. What it demands stands in `timing`, `check` or `task`,
    which comes by `schedule` where time alone calls for it; a
    rating has none of them, and a guard at most a check: the console itself sees to it. `quiet`: broken, it
    is counted and shown on the card, and never alarms. `offer` is what the console offers to mend it.
    `calendar` names the business hours that the lengths of a clock or a task run in; "" is around the clock.
    """

    id: str
    form: Form
    subject: str
    severity: int
    doc: str = ""
    name: Languages = field(default_factory=dict)
    short: Languages = field(default_factory=dict)
    text: Languages = field(default_factory=dict)
    when: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    quiet: bool = False
    offer: str = ""
    calendar: str = ""
    timing: Timing | None = None
    check: Check | None = None
    task: Task | None = None
    schedule: Schedule | None = None

    def applies(self, value_of: Callable[[str], object]) -> bool:
        """Whether an item whose fields `value_of` gives is one that this norm speaks of."""
        for name, wanted in self.when.items():  # noqa: SIM110  (half the time of `all`)
            if value_of(name) not in wanted:
                return False
        return True


@frozen
class ClockNorm:
    """A norm with a clock, both at hand."""

    norm: Norm
    timing: Timing


@frozen
class CheckNorm:
    """A norm that is looked at when something happens; never before all of `first` is on record. `after` and
    `needs` are those of the check."""

    norm: Norm
    check: Check
    first: frozenset[str] = field(init=False, repr=False, compare=False)
    after: Asked = field(init=False, repr=False, compare=False)
    needs: Asked = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", _first(self.check))
        object.__setattr__(self, "after", tuple(map(_asked, self.check.after)))
        object.__setattr__(self, "needs", tuple(map(_asked, self.check.needs)))


@frozen
class TaskNorm:
    """A norm that makes work."""

    norm: Norm
    task: Task


@frozen
class Pack:
    """All norms in force, in the order of their file.

    An event meets only the norms that name it. `clocks` are those of each kind of item; by kind and type of
    event there are `begins` (clocks that it may begin), `strict` (clocks that it breaks unless they run),
    `checks` and `tasks`. `facts` are the events, by type, that some norm wants to find on record, with the
    words for it. `scheduled` are called for by time alone. `matters`: some norm asks what else a customer has
    open.
    """

    norms: tuple[Norm, ...]
    by_id: Mapping[str, Norm] = field(init=False, repr=False, compare=False)
    clocks: Mapping[str, tuple[ClockNorm, ...]] = field(init=False, repr=False, compare=False)
    begins: Mapping[tuple[str, str], tuple[ClockNorm, ...]] = field(init=False, repr=False, compare=False)
    strict: Mapping[tuple[str, str], tuple[ClockNorm, ...]] = field(init=False, repr=False, compare=False)
    checks: Mapping[tuple[str, str], tuple[CheckNorm, ...]] = field(init=False, repr=False, compare=False)
    tasks: Mapping[tuple[str, str], tuple[TaskNorm, ...]] = field(init=False, repr=False, compare=False)
    facts: Mapping[str, tuple[tuple[str, Events], ...]] = field(init=False, repr=False, compare=False)
    made_kinds: frozenset[str] = field(init=False, repr=False, compare=False)
    scheduled: tuple[Norm, ...] = field(init=False, repr=False, compare=False)
    matters: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        clocks: dict[str, tuple[ClockNorm, ...]] = {}
        begins: dict[tuple[str, str], tuple[ClockNorm, ...]] = {}
        strict: dict[tuple[str, str], tuple[ClockNorm, ...]] = {}
        checks: dict[tuple[str, str], tuple[CheckNorm, ...]] = {}
        tasks: dict[tuple[str, str], tuple[TaskNorm, ...]] = {}
        facts: dict[str, dict[str, Events]] = {}
        for norm in self.norms:
            if norm.timing is not None:
                of = ClockNorm(norm, norm.timing)
                clocks[norm.subject] = (*clocks.get(norm.subject, ()), of)
                for kind in norm.timing.begun_by:
                    begins[norm.subject, kind] = (*begins.get((norm.subject, kind), ()), of)
                for kind in norm.timing.stop.types if norm.timing.must_start else ():
                    strict[norm.subject, kind] = (*strict.get((norm.subject, kind), ()), of)
            if norm.check is not None:
                asked = CheckNorm(norm, norm.check)
                for kind in norm.check.on.types:
                    checks[norm.subject, kind] = (*checks.get((norm.subject, kind), ()), asked)
                for name in _facts(norm.check):
                    for kind in (events := Events((name,))).types:
                        facts.setdefault(kind, {})[name] = events
            if norm.task is not None:
                for kind in norm.task.on.types:
                    # An event of another kind of item is looked for there.
                    told = kind.partition(".")[0]
                    places: tuple[str, ...] = (norm.subject, norm.subject if told == "item" else told)
                    if told == "item" and norm.subject == "floor":
                        places = BOARD_KINDS  # what a person does to anything that the floor has
                    for place in dict.fromkeys(places):
                        tasks[place, kind] = (*tasks.get((place, kind), ()), TaskNorm(norm, norm.task))
        made = frozenset(_made(norm.task) for norm in self.norms if norm.task)
        for name, value in (
            ("by_id", {norm.id: norm for norm in self.norms}),
            ("clocks", clocks),
            ("begins", begins),
            ("strict", strict),
            ("checks", checks),
            ("tasks", tasks),
            ("facts", {kind: tuple(named.items()) for kind, named in facts.items()}),
            ("made_kinds", made),
            ("scheduled", tuple(norm for norm in self.norms if norm.schedule is not None)),
            ("matters", any(_asks_matters(norm.check) for norm in self.norms if norm.check)),
        ):
            object.__setattr__(self, name, value)


def _made(task: Task) -> str:
    """The kind of what a task makes."""
    kind = task.item.partition("/")[0]
    return task.make.partition(".")[0] if kind.startswith("{") else kind


def _asked(choice: Choice) -> tuple[Fact, ...]:
    named = [(text.removeprefix("!"), not text.startswith("!")) for text in choice]
    return tuple(Fact(name, wanted, is_event(name) or ":" in name) for name, wanted in named)


def is_event(fact: str) -> bool:
    """Whether a thing that must be on record is an event."""
    return "." in fact.partition("[")[0] and ":" not in fact.partition("[")[0]


def _asks_matters(check: Check) -> bool:
    named = {name.removeprefix("!") for choice in check.needs for name in choice}
    return check.measure == "contacts" or any(name.startswith("promise") for name in named)


def _first(check: Check) -> frozenset[str]:
    """What `after` leaves no choice about, as far as it is an event or something said."""
    alone = (choice[0] for choice in check.after if len(choice) == 1 and not choice[0].startswith("!"))
    return frozenset(name for name in alone if is_event(name) or ":" in name)


def _facts(check: Check) -> Iterable[str]:
    for choice in (*check.after, *check.needs):
        for fact in choice:
            if is_event(name := fact.removeprefix("!")):
                yield name
