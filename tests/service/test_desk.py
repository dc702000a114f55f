"""A desk on a real store: acts that meet, promises grouped, reads without ticks, levels, other moments."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from console.domain.command import Command, Refusal
from console.domain.event import Event
from console.domain.query import parse_query
from console.service.breaches import breaches
from console.service.desk import TICK, Desk
from console.service.model import Done, Outcome, ServiceLevel
from tests.conftest import StillClock
from tests.domain.story import at, event, story, told

Make = Callable[..., Awaitable[Desk]]
FROM = {"from": "13800000042", "direction": "in", "queue": "billing"}


def counter() -> Callable[[], str]:
    numbers = iter(range(1000))
    return lambda: f"c{next(numbers)}"


name = counter()


async def act(desk: Desk, verb: str, item: str, hand: int, **data: Any) -> Outcome:
    (outcome,) = await desk.act([Command(name(), verb, item, desk.actor, hand, data)])
    return outcome


async def told_to(desk: Desk, *events: Event) -> None:
    await desk.ingest(events)


def event_of(outcome: Outcome) -> Event:
    assert isinstance(outcome, Done)
    assert outcome.event is not None
    return outcome.event


async def test_two_acts_in_one_millisecond_meet(open_desk: Make) -> None:
    clock = StillClock(at(100))
    li, wang = await open_desk(clock, actor="li"), await open_desk(clock, actor="wang")
    await told_to(li, *story("ticket/1", (100, "opened")))
    first = event_of(await act(li, "note", "ticket/1", 0, text="a"))
    second = await act(wang, "note", "ticket/1", 0, text="b")
    assert isinstance(second, Refusal)
    assert (second.reason, second.actor, second.event) == ("conflict", "li", first)
    third = event_of(await act(wang, "note", "ticket/1", 1, text="b"))
    assert (first.time, third.time) == (at(100) + 1, at(100) + 2)
    # Neither a feed nor a tick in the same millisecond makes them undone again.
    await told_to(li, *story("ticket/1", (99, "triaged")))
    await li.tick()
    view = await wang.view("ticket/1")
    assert view is not None
    assert (view.row.hand, view.note) == (2, "b")


async def test_queues_are_known_from_what_is_over_too(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(100)))
    await told_to(desk, event(0, "ticket.opened", "ticket/1", queue="repair"))
    await told_to(desk, event(1, "ticket.closed", "ticket/1"))
    # A call that came in all at once, as from a file: it never stood on the board.
    call = ((0, "offered"), (1, "answered"), (30, "ended"))
    await told_to(desk, *(event(second, f"call.{verb}", "call/1", **FROM) for second, verb in call))
    assert await desk.queues() == ("repair", "billing")


async def test_a_clock_that_is_set_back_takes_nothing_back(open_desk: Make) -> None:
    clock = StillClock(at(100))
    desk = await open_desk(clock)
    await told_to(desk, *story("ticket/1", (0, "opened")))
    await act(desk, "escalate", "ticket/1", 0, level="lead")
    clock.set(at(50))
    await told_to(desk, *story("ticket/1", (40, "triaged")))
    event_of(await act(desk, "note", "ticket/1", 1, text="still here"))
    view = await desk.view("ticket/1")
    assert view is not None
    assert (view.row.level, view.note, view.row.hand) == ("lead", "still here", 2)


async def test_a_command_said_twice_is_done_once(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(100)))
    await told_to(desk, *story("ticket/1", (0, "opened")))
    command = Command("same", "note", "ticket/1", "li", 0, {"text": "once"})
    first, second = await asyncio.gather(desk.act([command]), desk.act([command]))
    assert event_of(first[0]) == event_of(second[0])
    view = await desk.view("ticket/1")
    assert view is not None
    assert view.row.hand == 1


async def test_a_batch_is_done_one_by_one(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(100)))
    await told_to(desk, *story("ticket/1", (0, "opened")), *story("ticket/2", (0, "opened"), (1, "closed")))
    commands = [
        Command(name(), "escalate", item, "li", 0, {"level": "lead"}, "b1")
        for item in ("ticket/1", "ticket/2", "ticket/3")
    ]
    done, over, none = await desk.act(commands)
    assert event_of(done).data["batch"] == "b1"
    assert [getattr(outcome, "reason", "") for outcome in (over, none)] == ["over", "no_item"]


async def test_who_only_looks_changes_nothing(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(100)), read_only=True)
    await told_to(desk, *story("ticket/1", (0, "opened")))
    assert await act(desk, "note", "ticket/1", 0, text="x") == Refusal("ticket/1", "read_only")
    assert await desk.tick() == 0


async def test_taking_back_goes_by_the_same_rules(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(100)))
    feed = event(50, "item.closed", "job/1", source="ops", outcome="cancelled")
    await told_to(desk, *story("job/1", (0, "scheduled")), feed, *story("ticket/1", (0, "opened")))
    refused = await act(desk, "undo", "job/1", 0, of=feed.name)
    assert isinstance(refused, Refusal)
    assert refused.reason == "nothing_to_undo"
    closed = event_of(await act(desk, "close", "ticket/1", 0, outcome="resolved"))
    assert (await desk.rows(["ticket/1"])) == {}
    undone = event_of(await act(desk, "undo", "ticket/1", 1, of=closed.name))
    assert (await desk.rows(["ticket/1"]))["ticket/1"].state == "opened"
    again = await act(desk, "undo", "ticket/1", 2, of=undone.name)
    assert isinstance(again, Refusal)
    assert isinstance(await act(desk, "undo", "ticket/1", 2, of=closed.name), Done)
    behind = await act(desk, "undo", "ticket/1", 0, of="console/other")
    assert isinstance(behind, Refusal)


async def test_calling_back_again_is_so_already_until_it_is_over(open_desk: Make) -> None:
    clock = StillClock(at(100))
    desk = await open_desk(clock)
    await told_to(desk, *story("ticket/1", (0, "opened", {"customer": "13800000042"})))
    first = event_of(await act(desk, "call_back", "ticket/1", 0))
    assert first.subject == "callback/ticket/1"
    same = await act(desk, "call_back", "ticket/1", 0)
    assert isinstance(same, Done)
    assert (same.item, same.event) == ("callback/ticket/1", None)
    later = event_of(await act(desk, "call_back", "ticket/1", 0, due=told(7200)))
    row = (await desk.rows([later.subject]))[later.subject]
    assert (row.id, row.due, row.hand) == ("callback/ticket/1", at(7200), 2)
    event_of(await act(desk, "close", "callback/ticket/1", 2, outcome="reached"))
    another = event_of(await act(desk, "call_back", "ticket/1", 0))
    assert another.subject == "callback/ticket/1/2"
    assert list(await desk.rows(["callback/ticket/1", another.subject])) == [another.subject]


async def test_several_promises_to_one_customer_are_one_row(open_desk: Make) -> None:
    clock = StillClock(at(1000))
    desk = await open_desk(clock)
    await told_to(
        desk,
        *story("call/1", (0, "offered", FROM), (9, "abandoned")),
        *story("call/2", (20, "offered", {**FROM, "from": "+86 138 0000 0042"}), (29, "abandoned")),
        *story("callback/3", (500, "requested", {"customer": "0086 138 0000 0042", "due": told(1200)})),
        *story("callback/4", (500, "requested", {"customer": "13900000001"})),
    )
    window = await desk.window(parse_query("kind:callback"), 10)
    assert [(row.id, row.promises, row.twins) for row in window.rows] == [
        ("callback/3", 3, ("callback/call/1", "callback/call/2")),
        ("callback/4", 1, ()),
    ]
    assert (await desk.counts()).kinds == {"callback": 4}
    await told_to(desk, *story("callback/3", (900, "done")))
    (row, _) = (await desk.window(parse_query("kind:callback"), 10)).rows
    assert (row.id, row.promises, row.twins) == ("callback/call/1", 2, ("callback/call/2",))
    # One answered call fulfils them all, and when that turns out otherwise they are all there again.
    answered = story("call/9", (950, "answered", {"direction": "out", "customer": "13800000042"}))
    await told_to(desk, *answered)
    assert [row.id for row in (await desk.window(parse_query("kind:callback"), 10)).rows] == ["callback/4"]
    await told_to(desk, *story("call/9", (940, "ended")))
    assert len((await desk.window(parse_query("kind:callback"), 10)).rows) == 2


async def test_what_fell_away_stays_readable_and_is_marked(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(1000)))
    await told_to(desk, *story("call/1", (0, "offered", FROM), (9, "abandoned")))
    event_of(await act(desk, "note", "callback/call/1", 0, text="rang twice"))
    await told_to(
        desk, *story("call/1", (5, "answered")), *story("call/2", (0, "offered", FROM), (9, "ended"))
    )
    view = await desk.view("callback/call/1")
    assert view is not None
    assert (view.withdrawn, view.note) == (True, "rang twice")
    assert [entry.event.type for entry in view.timeline] == ["item.noted"]
    assert (await desk.counts()).kinds == {"callback": 1}
    assert await desk._store.read(
        lambda reader: [one.clock.item for one in breaches(reader, at(99_999))]
    ) == ["callback/call/2"]


async def test_of_another_moment(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(40_000)))
    await told_to(
        desk,
        *story("call/1", (0, "ringing", {**FROM, "agent": "li"}), (20, "answered", {"agent": "wang"})),
        *story("call/2", (100, "ringing", {"from": "13900000001", "queue": "vip"})),
        event(15_000, "item.acknowledged", "call/2", source="console", actor="zhao", clocks=["x"]),
    )

    async def broken(until: float) -> list[tuple[str, str, int | None, float, str | None]]:
        found = await desk._store.read(lambda reader: breaches(reader, at(until)))
        return [
            (one.clock.item, one.clock.norm.split(".")[1], one.clock.stopped, one.over / 1000, one.owner)
            for one in found
        ]

    assert await broken(15) == []
    assert await broken(15.001) == [("call/1", "pickup", None, 0.001, None)]
    assert await broken(20) == [("call/1", "pickup", at(20), 5.0, "wang")]
    lost = at(100 + 4 * 3600)
    assert await broken(14_499) == [
        ("call/1", "pickup", at(20), 5.0, "wang"),
        ("call/2", "pickup", None, 14_499 - 115, None),
    ]
    assert (await broken(40_000))[1] == ("call/2", "pickup", lost, 4 * 3600 - 15, None)
    # What began a hold is judged at a moment yet to come as well.
    await told_to(desk, *story("call/3", (39_990, "answered", {"direction": "out"}), (39_995, "held")))
    assert [one[0] for one in await broken(40_055.001)] == ["call/1", "call/2", "call/3"]


async def test_acknowledged_by_is_as_of_then(open_desk: Make) -> None:
    clock = StillClock(at(20))
    desk = await open_desk(clock, actor="zhao")
    await told_to(desk, *story("call/1", (0, "ringing", FROM)))
    await act(desk, "acknowledge", "call/1", 0)
    read = desk._store.read
    for until, actor in ((19.999, None), (20, "zhao"), (30, "zhao")):
        (one,) = await read(lambda reader: breaches(reader, at(until)))  # noqa: B023
        assert one.acknowledged_by == actor
    (row,) = (await desk.window(parse_query(""), 5)).rows
    assert row.acknowledged


async def test_the_service_level_counts_from_the_sites_midnight(open_desk: Make) -> None:
    midnight = 15 * 3600  # so long after nine
    clock = StillClock(at(midnight - 1))
    desk = await open_desk(clock)
    await told_to(
        desk,
        *story("call/1", (0, "offered", FROM), (1, "ringing"), (16, "answered"), (60, "ended")),
        *story("call/2", (0, "offered", FROM), (1, "ringing"), (16.001, "answered"), (60, "ended")),
        *story("call/3", (0, "offered", FROM), (15, "answered"), (60, "ended")),
        *story("call/4", (0, "offered", FROM), (15.001, "answered"), (60, "ended")),
        *story("call/5", (0, "offered", FROM), (5, "abandoned")),
        *story("call/6", (0, "offered", FROM), (5, "lost")),
        *story("call/7", (0, "offered", FROM), (5, "ended")),
        *story("call/8", (0, "offered", {**FROM, "direction": "out"}), (5, "answered"), (6, "ended")),
        *story("call/9", (midnight - 60, "offered", FROM), (midnight - 55, "answered")),
        *story("call/10", (midnight + 1, "offered", {**FROM, "queue": "vip"}), (midnight + 2, "abandoned")),
    )
    levels = await desk.service_levels()
    waits = ServiceLevel(timed=4, waited=16_000 + 16_001 + 15_000 + 15_001, abandoned_waited=5_000, lost=1)
    assert levels == {"billing": ServiceLevel(6, 4, 2, 1) + waits}
    assert levels["billing"].share == 2 / 5
    assert ServiceLevel().share is None
    # A late event mends the right bucket.
    await told_to(desk, *story("call/5", (4, "answered")))
    waits = ServiceLevel(timed=5, waited=62_002 + 4_000, lost=1)
    assert (await desk.service_levels())["billing"] == ServiceLevel(6, 5, 3, 0) + waits
    clock.set(at(midnight + 5))
    assert await desk.service_levels() == {"vip": ServiceLevel(1, 0, 0, 1, abandoned_waited=1_000)}


async def test_short_abandons_may_be_left_out(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(100)), site='short_abandon = "5s"')
    await told_to(
        desk,
        *story("call/1", (0, "offered", FROM), (4.999, "abandoned")),
        *story("call/2", (0, "offered", FROM), (5, "abandoned")),
    )
    assert (await desk.service_levels())["billing"].abandoned == 1


async def test_agents_forget_yesterday_without_a_tick(open_desk: Make) -> None:
    clock = StillClock(at(100))
    desk = await open_desk(clock, site='[agents.li]\nname = "Li Na"\naliases = ["PJSIP/1001"]')
    await told_to(
        desk,
        *story("agent/PJSIP~1001", (0, "state", {"state": "talking"})),
        *story("agent/wang", (0, "joined"), (5, "state", {"state": "break"})),
        *story("ticket/1", (0, "opened", {"agent": "li"})),
    )
    agents = {agent.id: agent for agent in await desk.agents()}
    assert (agents["li"].name, agents["li"].open, agents["wang"].state) == ("Li Na", 1, "break")
    assert agents["PJSIP~1001"].state == "talking"
    clock.set(at(15 * 3600))
    later = {agent.id: agent.state for agent in await desk.agents()}
    assert (later["PJSIP~1001"], later["wang"]) == ("", "break")
    await desk.tick()
    assert {agent.id: agent.state for agent in await desk.agents()} == later


async def test_of_two_systems_of_one_person_the_later_word_holds(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(100)), site='[agents.li]\nname = "Li Na"\naliases = ["a", "b"]')
    await told_to(
        desk,
        *story("agent/b", (0, "joined"), (10, "state", {"state": "talking"})),
        *story("agent/a", (0, "joined"), (20, "state", {"state": "break", "reason": "lunch"})),
    )
    (li,) = await desk.agents()
    assert (li.state, li.reason, li.since) == ("break", "lunch", at(20))
    # The reason of one break is not that of the next.
    await told_to(
        desk, *story("agent/a", (30, "state", {"state": "available"}), (40, "state", {"state": "break"}))
    )
    (li,) = await desk.agents()
    assert (li.state, li.reason, li.since) == ("break", "", at(40))


async def test_more_than_a_tickful_of_moved_rows_is_read_as_it_is(open_desk: Make) -> None:
    clock = StillClock(at(0))
    desk, number = await open_desk(clock), 2 * TICK + 1
    await told_to(desk, *(one for n in range(number) for one in story(f"call/{n}", (0, "offered"))))
    clock.set(at(61))
    counts = await desk.counts()
    assert (counts.open, counts.breached) == (number, number)
    assert await desk.tick() == number
    assert await desk.counts() == counts
    assert await desk.tick() == 0
