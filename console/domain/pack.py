"""A pack of norms, and which of them an event meets: by its type, without a look at the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import NamedTuple, TypeVar

from console.domain.frozen import frozen
from console.domain.lifecycle import BOARD_KINDS
from console.domain.norm import Check, Choice, Norm, Task, Timing, is_event
from console.domain.selector import Events

K = TypeVar("K")
V = TypeVar("V")


class Fact(NamedTuple):
    """One of them as it is asked for: `wanted`, or not. `told`: an event or something that was said; else it
    is a field of the event or the item."""

    name: str
    wanted: bool
    told: bool


Asked = tuple[tuple[Fact, ...], ...]
"""Choices, as they are asked for."""


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
    event there are `begins` (clocks that it may begin), `moments` (those and the ones that a moment which it
    gives may begin; by "" for a type that begins none), `arms` (clocks that are quiet until then), `strict`
    (clocks that it breaks unless they run), `checks`, `anew` (checks that are asked once more after it) and
    `tasks`. `facts` are the events, by type, that some norm wants to find on record, with the words for it.
    `scheduled` are called for by time alone. `matters`: some norm asks what else a customer has open.
    `visits`: some norm counts the visits about one matter.
    """

    norms: tuple[Norm, ...]
    by_id: Mapping[str, Norm] = field(init=False, repr=False, compare=False)
    clocks: Mapping[str, tuple[ClockNorm, ...]] = field(init=False, repr=False, compare=False)
    begins: Mapping[tuple[str, str], tuple[ClockNorm, ...]] = field(init=False, repr=False, compare=False)
    moments: Mapping[tuple[str, str], tuple[ClockNorm, ...]] = field(init=False, repr=False, compare=False)
    arms: Mapping[tuple[str, str], tuple[ClockNorm, ...]] = field(init=False, repr=False, compare=False)
    strict: Mapping[tuple[str, str], tuple[ClockNorm, ...]] = field(init=False, repr=False, compare=False)
    checks: Mapping[tuple[str, str], tuple[CheckNorm, ...]] = field(init=False, repr=False, compare=False)
    anew: Mapping[tuple[str, str], tuple[CheckNorm, ...]] = field(init=False, repr=False, compare=False)
    tasks: Mapping[tuple[str, str], tuple[TaskNorm, ...]] = field(init=False, repr=False, compare=False)
    facts: Mapping[str, tuple[tuple[str, Events], ...]] = field(init=False, repr=False, compare=False)
    made_kinds: frozenset[str] = field(init=False, repr=False, compare=False)
    scheduled: tuple[Norm, ...] = field(init=False, repr=False, compare=False)
    matters: bool = field(init=False, repr=False, compare=False)
    visits: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        timed = [ClockNorm(norm, norm.timing) for norm in self.norms if norm.timing is not None]
        asked = [CheckNorm(norm, norm.check) for norm in self.norms if norm.check is not None]
        making = [TaskNorm(norm, norm.task) for norm in self.norms if norm.task is not None]
        clocks = _by((of.norm.subject, of) for of in timed)
        begins = _by(((of.norm.subject, kind), of) for of in timed for kind in of.timing.begun_by)
        strict = (of for of in timed if of.timing.must_start)
        for name, value in (
            ("by_id", {norm.id: norm for norm in self.norms}),
            ("clocks", clocks),
            ("begins", begins),
            ("moments", _moments(clocks, begins)),
            ("arms", _by(((of.norm.subject, kind), of) for of in timed for kind in of.timing.arm.types)),
            ("strict", _by(((of.norm.subject, kind), of) for of in strict for kind in of.timing.stop.types)),
            ("checks", _by(((of.norm.subject, kind), of) for of in asked for kind in of.check.on.types)),
            ("anew", _by(((of.norm.subject, kind), of) for of in asked for kind in of.check.anew.types)),
            ("tasks", _by((told, of) for of in making for told in _told(of))),
            ("facts", _wanted(of.check for of in asked)),
            ("made_kinds", frozenset(_made(of.task) for of in making)),
            ("scheduled", tuple(norm for norm in self.norms if norm.schedule is not None)),
            ("visits", any(of.check.measure == "visits" for of in asked)),
            ("matters", any(_asks_matters(of.check) for of in asked)),
        ):
            object.__setattr__(self, name, value)


def _by(pairs: Iterable[tuple[K, V]]) -> Mapping[K, tuple[V, ...]]:
    """What stands under each name, in order."""
    found: dict[K, list[V]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _told(of: TaskNorm) -> Iterator[tuple[str, str]]:
    """The kinds of item and types of event that a norm which makes work hears of. An event of another kind of
    item is looked for there."""
    subject = of.norm.subject
    for kind in {*of.task.on.types, *of.task.until.types}:
        told = kind.partition(".")[0]
        if told != "item":
            yield from ((place, kind) for place in dict.fromkeys((subject, told)))
        elif subject == "floor":  # what a person does to anything that the floor has
            yield from ((place, kind) for place in BOARD_KINDS)
        else:
            yield subject, kind


def _wanted(checks: Iterable[Check]) -> Mapping[str, tuple[tuple[str, Events], ...]]:
    """By type: the events that some check wants to find on record, with the words for them."""
    named = {name: Events((name,)) for check in checks for name in _facts(check)}
    return _by((kind, (name, events)) for name, events in named.items() for kind in events.types)


def _moments(
    clocks: Mapping[str, tuple[ClockNorm, ...]], begins: Mapping[tuple[str, str], tuple[ClockNorm, ...]]
) -> Mapping[tuple[str, str], tuple[ClockNorm, ...]]:
    """By kind and type of event: the clocks that it, or a moment which it gives, may begin."""
    return {
        (kind, type_): tuple(of for of in found if of.timing.start.fields or type_ in of.timing.begun_by)
        for kind, found in clocks.items()
        for type_ in ("", *(told for subject, told in begins if subject == kind))
    }


def _made(task: Task) -> str:
    """The kind of what a task makes."""
    kind = task.item.partition("/")[0]
    return task.make.partition(".")[0] if kind.startswith("{") else kind


def _asked(choice: Choice) -> tuple[Fact, ...]:
    named = [(text.removeprefix("!"), not text.startswith("!")) for text in choice]
    return tuple(Fact(name, wanted, is_event(name) or ":" in name) for name, wanted in named)


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
