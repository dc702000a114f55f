"""Histories over all kinds of item and all types of event, in the words that the shipped norms look for.

`walks` goes the way of life of a few kinds; these ask for whatever some norm is about: each step is an event
that a norm names, with the fields that it names, of items that name each other as their case. Some of the
fields hold what nobody should send.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from console.domain.course import MOMENT_FIELDS
from console.domain.event import Event
from console.domain.instants import format_utc
from console.domain.lifecycle import HAND_TYPES, LIVES
from console.domain.norm import Norm, is_event
from console.domain.selector import ANY, Events
from tests.domain.story import PACK, START

NONSENSE: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 10**30, 0.5, "", " ", "x" * 5_000, "soon", "{item}", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", [], ["x", 3, None, ["y"]], {}, {"a": {"b": [1, {"c": None}]}}, "call/", "/",
    "pool/x", "ticket/1", "\u202e\x00",
)  # fmt: skip
"""Of every type that JSON has, and of every size."""

_MINUTES = (0, 0, 0, 1, 1, 5, 15, 29, 30, 31, 60, 240, 24 * 60, 48 * 60, 8 * 24 * 60)
_NUMBERS = ("13800000042", "+86 138 0000 0042", "13900000001")
_AGENTS = ("li", "wang", "zhao")
_IDS = tuple(norm.id for norm in PACK.norms)
_MADE = {
    "callback": ("callback/call/1", "callback/call/2", "callback/ticket/1/apology"),
    "job": ("job/ticket/1/visit", "job/ticket/1/guidance", "job/ticket/2/visit"),
    "followup": ("followup/ticket/1/e3", "followup/ticket/1/e5"),
    "ticket": ("ticket/need/e2", "ticket/need/e4"),
    "report": ("report/memo/e2", "report/refusal/1"),
}
"""What norms make of the items of these histories, so that it is told something, too."""

_FIRST = {kind: next(iter(life)) for kind, life in LIVES.items()}


def _events_of(norm: Norm) -> Iterator[Events]:
    yield norm.beside
    if timing := norm.timing:
        yield from (timing.start, timing.stop, timing.again, timing.free, timing.rearm, timing.unless)
        yield from (timing.arm, timing.pause, timing.resume)
    if check := norm.check:
        yield from (check.on, check.anew)
        for choice in (*check.after, *check.needs):
            yield Events(tuple(name.removeprefix("!") for name in choice if is_event(name.removeprefix("!"))))
    if task := norm.task:
        yield from (task.on, task.until)


def _fields_of(norm: Norm) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for situation in norm.when:
        yield from situation.items()
    if check := norm.check:
        for choice in (*check.after, *check.needs):
            bare = (name.removeprefix("!") for name in choice)
            yield from ((name, (True, "yes")) for name in bare if not is_event(name) and ":" not in name)
        yield from ((name, (["a", "b"], [])) for name in (check.lists,) if name)
    if task := norm.task:
        yield from ((name, ("yes",)) for name in (*task.needs, *task.note, task.agree, task.agent) if name)


_STEPS: dict[str, list[tuple[str, dict[str, Any]]]] = {kind: [] for kind in LIVES}
"""By kind: each type of event that a norm names, and the fields with which it means it."""
_PLANS: dict[str, list[tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]]] = {
    kind: [] for kind in LIVES
}
"""By kind, for each norm about it: the fields of an item that it speaks of, and the steps that it names."""
_FIELDS: dict[str, dict[str, list[Any]]] = {kind: {} for kind in LIVES}
"""By kind: each field that a norm asks for, and the values that it asks for."""
for _norm in PACK.norms:
    for _name, _values in _fields_of(_norm):
        _FIELDS[_norm.subject].setdefault(_name, []).extend(_values)
    _plan: list[tuple[str, dict[str, Any]]] = []
    _PLANS[_norm.subject].append(({name: [*values] for name, values in _fields_of(_norm)}, _plan))
    for _events in _events_of(_norm):
        for _type, _choices in _events._types.items():
            for _conditions in _choices:
                _meant = {
                    one.field: sorted(one.values, key=str) for one in _conditions if one.values != {ANY}
                }
                _kind = _type.partition(".")[0]
                _place = _kind if _kind in LIVES else _norm.subject
                if _type in LIVES[_norm.subject]:
                    _plan.append((_type, _meant))
                if _type in LIVES[_place]:
                    _STEPS[_place].append((_type, _meant))
for _kind, _life in LIVES.items():
    _STEPS[_kind] += [(type_, {}) for type_ in _life]
_ANY_FIELDS = (
    "step", "found", "failed", "due", "importance", "urgency", "checklist", "norm", "area", "about",
    "marks", "actor", "attitude", "text", "seconds", "parts", "extent", "period", "to", "outcome",
)  # fmt: skip
_TOLD: dict[str, dict[str, tuple[Any, ...]]] = {
    "ticket": {"importance": ("high", "2", "低"), "urgency": ("high", "normal", "3 - Low")},
    "agent": {"complaint": (True, True, False), "checklist": ("training", "drill", "evaluation")},
}
"""What the engine itself knows of, whatever norms there are."""

_LINKING = ("case", "call", "agent", "to_agent", "reason", "customer", "actor", "marks", "not_before")


def _names(kind: str) -> tuple[str, ...]:
    if kind == "customer":
        return ("customer/+8613800000042", "customer/+8613900000001")
    if kind == "agent":
        return tuple(f"agent/{name}" for name in _AGENTS)
    return (f"{kind}/1", f"{kind}/2")


_ONE = {"customer": _NUMBERS[0]}
_STORIES: tuple[tuple[tuple[str, str, dict[str, Any]], ...], ...] = (
    (
        ("followup/1", "followup.selected", _ONE),
        ("followup/1", "followup.refused", {}),
        ("followup/2", "followup.selected", {**_ONE, "reason": "followup.sample.thirty-percent"}),
        ("followup/2", "followup.tried", {}),
    ),
    (
        ("ticket/1", "ticket.opened", _ONE),
        ("ticket/1", "ticket.contact_tried", {"outcome": "no_answer"}),
        ("ticket/1", "ticket.contact_tried", {"outcome": "no_answer"}),
        ("job/ticket/1/visit", "job.no_show", {}),
        ("ticket/1", "ticket.contacted", {}),
        ("ticket/1", "ticket.resolved", {"confirm": True}),
        ("ticket/1", "ticket.reopened", {}),
    ),
    (
        ("job/1", "job.scheduled", {**_ONE, "case": "ticket/1", "type": "repair"}),
        ("job/1", "job.arrived", {}),
        ("job/1", "job.finished", {"outcome": "parts"}),
        ("job/2", "job.scheduled", {**_ONE, "case": "ticket/1", "type": "repair"}),
        ("job/2", "job.arrived", {}),
        ("job/2", "job.finished", {}),
    ),
)
"""What hardly comes by chance: a few steps that belong together."""


class Walk:
    """One history, from a seed: up to `most` events. `wild` is how likely a field holds nonsense."""

    def __init__(self, seed: int, *, most: int = 40, wild: float = 0.0) -> None:
        self._rng = random.Random(seed)
        self._wild = wild
        self._now = START
        self.events: list[Event] = []
        rng = self._rng
        kinds = rng.sample(sorted(LIVES), rng.randint(1, 4))
        if rng.random() < 0.5:
            kinds = [*{*kinds, *rng.sample(("ticket", "job", "call", "followup", "callback"), 2)}]
        for kind in kinds:
            for name in _names(kind)[: rng.randint(1, 2)]:
                self._say(name, _FIRST[kind])
        for _ in range(rng.randint(1, most)):
            kind = rng.choice(kinds)
            name = rng.choice(_names(kind) if rng.random() < 0.8 else _MADE.get(kind, _names(kind)))
            if rng.random() < 0.2:
                self._follow(name)
            elif rng.random() < 0.15:
                self._say(name, rng.choice(HAND_TYPES), by_hand=True)
            else:
                type_, meant = rng.choice(_STEPS[kind])
                if not LIVES[kind][type_].ends or rng.random() < (0.6 if kind == "followup" else 0.2):
                    self._say(name, type_, meant)
        if rng.random() < 0.4:
            for name, type_, told in rng.choice(_STORIES):
                if rng.random() < 0.95:
                    self._now += 31 * 60_000
                    self._say(name, type_, {field: [value] for field, value in told.items()})
        rng.shuffle(self.events)

    def _follow(self, name: str) -> None:
        """What one norm is about, told of an item in a few steps."""
        rng = self._rng
        fields, plan = rng.choice(_PLANS[name.partition("/")[0]])
        steps = sorted(rng.sample(range(len(plan)), min(len(plan), rng.randint(1, 5))))
        if rng.random() < 0.3:
            rng.shuffle(steps)
        for type_, meant in (plan[index] for index in steps):
            if type_ not in LIVES[name.partition("/")[0]] or rng.random() < 0.9:
                self._say(name, type_, {**fields, **meant})

    def _say(
        self, name: str, type_: str, meant: dict[str, list[Any]] | None = None, *, by_hand: bool = False
    ) -> None:
        rng, kind = self._rng, name.partition("/")[0]
        data = {field: rng.choice(values) for field, values in (meant or {}).items() if rng.random() < 0.8}
        for field, values in _FIELDS[kind].items():
            if field not in data and rng.random() < 0.35:
                data[field] = rng.choice(values)
        for field in (*_LINKING, *MOMENT_FIELDS):
            if field not in (meant or {}) and rng.random() < 0.25:
                data[field] = self._link(field)
        for field, values in _TOLD.get(kind, {}).items():
            if field not in data and rng.random() < 0.3:
                data[field] = rng.choice(values)
        if self._wild:
            for field in (*data, *_ANY_FIELDS):
                if rng.random() < self._wild:
                    data[field] = rng.choice(NONSENSE)
        ours = by_hand or rng.random() < 0.2
        if by_hand:
            data |= {
                "of": f"console/e{rng.randint(0, len(self.events))}",
                "to": rng.choice((*_AGENTS, None)),
                "clocks": [f"{rng.choice(_IDS)}@crm/e{rng.randint(0, len(self.events))}"],
            }
        number = len(self.events)
        self.events.append(
            Event(
                source="console" if ours else rng.choice(("pbx", "crm")),
                id=f"e{number}",
                type=type_,
                subject=name,
                time=self._now,
                data=data,
                sequence=rng.choice((None, 1, number)),
            )
        )
        if rng.random() < 0.7:
            self._now += rng.choice(_MINUTES) * 60_000 + rng.choice((-1, 0, 0, 0, 1))

    def _link(self, field: str) -> Any:
        rng = self._rng
        if field in MOMENT_FIELDS or field == "not_before":
            return format_utc(self._now + rng.choice((-1, 1, 1, 1)) * rng.choice(_MINUTES) * 60_000)
        if field in ("case", "call"):
            return rng.choice(_names(rng.choice(("ticket", "job", "call", "callback", "followup"))))
        if field == "reason":
            return rng.choice(_IDS)
        if field == "customer":
            return rng.choice(_NUMBERS)
        if field == "marks":
            return rng.sample(("new", "complained"), rng.randint(0, 2))
        return rng.choice(_AGENTS)


def history(seed: int, *, most: int = 40, wild: float = 0.0) -> list[Event]:
    """Events with names of their own, in no order."""
    return Walk(seed, most=most, wild=wild).events
