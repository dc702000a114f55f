"""A wall says the same whether somebody ticks or not, and its queues make up the floor."""

from __future__ import annotations

import random

from console.domain.event import Event
from console.domain.instants import Millis
from console.service.wall import SEEN, wall
from tests.depth import deep
from tests.domain.story import START
from tests.domain.walks import check, history, until_of
from tests.store.workbench import ingest, made, settle


def says_the_same(events: list[Event], now: Millis, later: Millis) -> bool:
    walls = []
    for ticked in (False, True):
        store = made()
        ingest(store, events, now)
        if ticked:
            settle(store, later)
        walls.append(wall(store, later, 20, each=5))
    one, other = walls
    return (
        one == other
        and one.floor.open == sum(queue.open for queue in one.queues)
        and one.floor.breached == sum(queue.breached for queue in one.queues)
        and one.floor.levels.open.waiting == sum(queue.levels.open.waiting for queue in one.queues)
    )


def test_it_says_the_same_whether_somebody_ticks_or_not() -> None:
    for seed in range(deep(12)):
        events, chance = history(seed, items=12), random.Random(seed)
        now = until_of(seed, events)
        later = now + chance.choice((0, 15_001, 60_001, 1_800_001, 10**8))
        check(seed, lambda some: says_the_same(some, now, later), events)  # noqa: B023


def test_whoever_waits_longest_is_named() -> None:
    def call(name: str, second: int, queue: str) -> Event:
        time = START + 1000 * second
        return Event(source="pbx", id=name, type="call.offered", subject=f"call/{name}", time=time,
                     data={"queue": queue})  # fmt: skip

    store = made()
    calls = [call("b", 2, "sales"), call("a", 1, "sales"), call("c", 0, "billing"), call("d", 30, "sales")]
    ingest(store, calls, START + 31_000)
    # Nobody ticks: a and b are late by now, so they are worked out; d is as it is written.
    for later in (START + 31_000, START + 63_000):
        found = wall(store, later, 5)
        named = {one.queue: one.longest and one.longest.id for one in (*found.queues, found.floor)}
        assert named == {"billing": "call/c", "sales": "call/a", None: "call/c"}
        assert {one.queue: one.levels.open.waiting for one in found.queues} == {"billing": 1, "sales": 3}


def test_a_queue_is_in_doubt_by_the_feed_that_feeds_it() -> None:
    def ticket(name: str, source: str, second: int, queue: str, step: str = "opened") -> Event:
        return Event(source=source, id=f"{name}{step}", type=f"ticket.{step}", subject=f"ticket/{name}",
                     time=START + 1000 * second, data={"queue": queue})  # fmt: skip

    store = made()
    tickets = [
        *(ticket("a", "desk", 1, "billing"), ticket("b", "crm", 2, "sales"), ticket("c", "desk", 3, "both")),
        *(
            ticket("d", "crm", 4, "both"),
            ticket("e", "crm", 5, "web"),
            ticket("e", "crm", 6, "web", "closed"),
        ),
        ticket("f", "desk", 7, "web"),
    ]
    ingest(store, tickets, START + 10_000)
    store.hear("crm", "crm", START + 10_000)
    store.hear("desk", "desk", START + 60_000)
    found = wall(store, START + 60_000, 5)
    # Of "web" the silent feed tells too: what it had there last is over, and more may have come.
    assert {one.queue: set(one.silent) for one in (*found.queues, found.floor)} == {
        "billing": set(), "sales": {"crm"}, "both": {"crm"}, "web": {"crm"}, None: {"crm"},
    }  # fmt: skip
    # Where more is open than is looked at, the kind tells.
    many = [ticket(f"m{number}", "desk", 8, "billing") for number in range(SEEN)]
    ingest(store, many, START + 60_000)
    assert {one.queue: set(one.silent) for one in wall(store, START + 60_000, 5).queues}["billing"] == {"crm"}
