"""Histories that go mostly the way of life: many of them, quickly, each from a seed.

`histories` draws anything at all, which shrinks well but makes little sense; these reach the depths. One that
fails is shrunk by leaving out whatever it does not need.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from console.domain.event import Event
from console.domain.instants import format_utc
from console.domain.lifecycle import HAND_TYPES, LIVES
from tests.domain.story import START

_WAYS: dict[str, dict[str, Sequence[str]]] = {
    "call": {
        "": ("offered", "offered", "ringing", "answered"),
        "offered": ("ringing", "ringing", "answered", "abandoned", "transferred"),
        "ringing": ("answered", "answered", "ring_missed", "ringing", "abandoned", "dropped"),
        "ring_missed": ("ringing", "abandoned", "ended"),
        "answered": ("held", "held", "transferred", "dropped", "ended", "muted"),
        "held": ("resumed", "resumed", "held", "dropped", "transferred"),
        "resumed": ("held", "transferred", "ended", "dropped"),
        "transferred": ("ringing", "ringing", "answered", "abandoned"),
    },
    "callback": {
        "": ("requested",),
        "requested": ("tried", "requested", "reached", "cancelled", "done"),
        "tried": ("tried", "reached", "requested"),
    },
    "ticket": {
        "": ("opened",),
        "opened": ("accepted", "waiting", "assigned", "contacted"),
        "assigned": ("accepted", "waiting", "contacted"),
        "accepted": ("contacted", "waiting", "resolved", "contact_tried"),
        "contact_tried": ("waiting", "contacted", "resolved"),
        "contacted": ("waiting", "waiting", "resolved"),
        "waiting": ("resumed", "resumed", "assigned", "resolved"),
        "resumed": ("waiting", "resolved", "accepted", "closed"),
        "resolved": ("reopened", "reopened", "closed", "confirmed"),
        "closed": ("reopened",),
        "reopened": ("waiting", "accepted", "contacted", "resolved"),
    },
    "job": {
        "": ("scheduled",),
        "scheduled": ("assigned", "departed", "rescheduled", "arrived", "no_show"),
        "departed": ("arrived", "no_show"),
        "rescheduled": ("arrived", "no_show", "scheduled"),
        "no_show": ("rescheduled", "rescheduled", "arrived"),
        "arrived": ("finished", "step", "rescheduled"),
        "finished": ("left", "parts_returned"),
    },
    "agent": {"": ("joined", "state"), "joined": ("state",), "state": ("state", "state", "joined", "left")},
}

_GAPS_MS = (
    *(0, 0, 1, 999, 5_000, 10_000, 14_999, 15_000, 15_001, 20_000, 45_000, 59_999, 60_000, 60_001, 90_000),
    *(600_000, 1_500_000, 1_799_999, 1_800_000, 1_800_001, 3_600_000, 14_400_000, 80_000_000, 86_400_000),
)
_NUMBERS = ("13800000042", "+86 138 0000 0042", "0086-138-0000-0042", "13900000001")
_AGENTS = ("li", "wang", "zhao")
_QUEUES = ("billing", "repair")


def history(seed: int, *, items: int = 6, most: int = 9) -> list[Event]:
    """A history of up to so many items with up to so many events each, in no order."""
    return _Walker(random.Random(seed)).walk(items, most)


class _Walker:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._events: list[Event] = []

    def walk(self, items: int, most: int) -> list[Event]:
        rng = self._rng
        numbers = dict.fromkeys(("call", "callback", "ticket", "job", "agent"), 0)
        for _ in range(rng.randint(1, items)):
            kind = rng.choice(
                ("call", "call", "call", "callback", "callback", "ticket", "ticket", "job", "agent")
            )
            numbers[kind] += 1
            name = f"{kind}/{numbers[kind]}"
            if kind == "callback" and rng.random() < 0.4:
                name = f"callback/call/{rng.randint(1, 3)}"
            self._live(kind, name, rng.randint(1, most))
        rng.shuffle(self._events)
        return self._events

    def _live(self, kind: str, name: str, length: int) -> None:
        rng = self._rng
        now, was = START + rng.choice((0, 0, 1, 5_000, 60_000, 3_600_000)), ""
        for _ in range(length):
            if rng.random() < 0.15:
                self._by_hand(name, now)
            elif rng.random() < 0.12:
                known = [type_ for type_ in LIVES[kind] if type_.startswith(kind)]
                self._say(name, rng.choice([*known, f"{kind}.hummed"]), now)
            else:
                was = rng.choice(_WAYS[kind].get(was) or list(_WAYS[kind].values())[-1])
                self._say(name, f"{kind}.{was}", now)
            now += rng.choice(_GAPS_MS) if rng.random() < 0.8 else rng.randrange(4_000_000)

    def _say(self, name: str, type_: str, now: int) -> None:
        rng, kind = self._rng, name.partition("/")[0]
        data: dict[str, Any] = {}
        said: dict[str, Callable[[], Any]] = {"agent": lambda: rng.choice(_AGENTS)}
        if kind == "call":
            said |= {
                "direction": lambda: rng.choice(("in", "in", "in", "out", "internal")),
                "from": lambda: rng.choice(_NUMBERS),
                "customer": lambda: rng.choice(_NUMBERS),
                "queue": lambda: rng.choice(_QUEUES),
                "to_agent": lambda: rng.choice(_AGENTS),
                "to_queue": lambda: rng.choice(_QUEUES),
            }
        elif kind == "job":
            said |= {"window_end": lambda: self._later(now)}
        elif kind == "agent":
            said |= {"state": lambda: rng.choice(("available", "talking", "break"))}
        else:
            said |= {
                "due": lambda: rng.choice((self._later(now), self._later(now), None, "soon")),
                "customer": lambda: rng.choice(_NUMBERS),
                "queue": lambda: rng.choice(_QUEUES),
            }
        for field, say in said.items():
            if rng.random() < (
                0.6 if type_.endswith(("offered", "requested", "opened", "scheduled")) else 0.3
            ):
                data[field] = say()
        ours = type_ in ("callback.requested", "callback.tried") and rng.random() < 0.3
        self._add("console" if ours else rng.choice(("pbx", "pbx", "crm")), type_, name, now, data)

    def _by_hand(self, name: str, now: int) -> None:
        rng = self._rng
        data = {"actor": rng.choice(("qian", "sun")), "level": "lead", "outcome": "resolved"}
        if rng.random() < 0.7:
            data["to"] = rng.choice(_AGENTS)
        if rng.random() < 0.2:
            data["to_queue"] = rng.choice(_QUEUES)
        data["of"] = f"console/e{rng.randint(0, len(self._events))}"
        source = "console" if rng.random() < 0.75 else "crm"
        self._add(source, rng.choice(HAND_TYPES), name, now, data)

    def _later(self, now: int) -> str:
        return format_utc(now + self._rng.choice(_GAPS_MS) - self._rng.choice((0, 0, 0, 60_000)))

    def _add(self, source: str, type_: str, name: str, now: int, data: dict[str, Any]) -> None:
        number = len(self._events)
        sequence = self._rng.choice((None, 1, number))
        self._events.append(
            Event(
                source=source,
                id=f"e{number}",
                type=type_,
                subject=name,
                time=now,
                data=data,
                sequence=sequence,
            )
        )


def until_of(seed: int, events: Sequence[Event]) -> int:
    """A moment at which to look: at an event, soon after one, around a limit, or long after all."""
    rng = random.Random(~seed)
    return rng.choice(events).time + rng.choice(
        (0, 0, 1, 15_000, 15_001, 60_001, 1_800_001, 20_000_000, 10**9)
    )


def check(seed: int, holds: Callable[[list[Event]], bool], events: list[Event]) -> None:
    """Fail with the shortest part of a history for which `holds` does not."""
    if holds(events):
        return
    index = 0
    while index < len(events):
        fewer = events[:index] + events[index + 1 :]
        if fewer and not holds(fewer):
            events = fewer
        else:
            index += 1
    lines = "\n".join(str(event) for event in sorted(events, key=lambda one: (one.time, one.id)))
    raise AssertionError(f"seed {seed} fails with\n{lines}")
