"""A morning of calls for the service-level screen: three queues, one of them below its target."""

from __future__ import annotations

from collections.abc import Iterator

from floor_events import SITE, at

from console.domain.event import Event

NOW = at("09:31:07")

TARGETS = (
    'short_abandon = "3s"\n'
    + SITE
    + """
[service_level]
target = 0.8
abandon_target = 0.05
"""
)

PLAN = (
    # (queue, half hour, answered in time, answered late, abandoned)
    ("support", "07:00", 4, 0, 0),
    ("support", "07:30", 8, 2, 0),
    ("support", "08:00", 12, 8, 0),
    ("support", "08:30", 3, 6, 3),
    ("support", "09:00", 9, 1, 0),
    ("sales", "08:00", 10, 0, 0),
    ("sales", "09:00", 10, 0, 0),
    ("billing", "08:30", 4, 1, 1),
)


def told(name: str, verb: str, item: str, moment: int, data: dict[str, object]) -> Event:
    """One event of a call."""
    return Event(source="pbx", id=name, type=f"call.{verb}", subject=item, time=moment, data=data)


def calls() -> Iterator[Event]:
    """All that happened, and three customers who wait."""
    number = 0

    def call(queue: str, begun: int, *steps: tuple[float, str]) -> Iterator[Event]:
        nonlocal number
        number += 1
        for step, (seconds, verb) in enumerate(((0, "offered"), *steps)):
            data = {"queue": queue} if not step else {}
            moment = begun + round(seconds * 1000)
            yield told(f"{number}-{step}", verb, f"call/{number}", moment, data)

    for queue, half, in_time, late, abandoned in PLAN:
        start = at(f"{half}:00")
        for index in range(in_time):
            yield from call(queue, start + index * 60_000, (6, "answered"), (90, "ended"))
        for index in range(late):
            yield from call(queue, start + index * 60_000, (36, "answered"), (90, "ended"))
        for index in range(abandoned):
            yield from call(queue, start + index * 60_000, (50, "abandoned"))
    yield from call("support", at("09:10:00"), (2, "abandoned"))
    yield from call("support", at("09:30:25"), (3, "ringing"))
    yield from call("support", at("09:30:59"))
    yield from call("sales", at("09:31:00"))
    yield from call("billing", at("09:20:00"), (5, "answered"))
