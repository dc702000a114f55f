"""Alerts kept in the store: any number of consoles, and any number of starts, ring once altogether."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from console.domain.alerts import Burst, folded
from console.domain.command import Command
from console.domain.event import Event
from console.domain.instants import parse_rfc3339
from console.service.alarms import PORTION, Alarms, Sounded, candidates, shift_senses
from console.service.alert_mark import Mark
from tests.conftest import StillClock

T0 = parse_rfc3339("2026-03-02T02:00:00Z")


def event(seconds: float, type_: str, subject: str, **data: Any) -> Event:
    name = f"{type_}:{subject}:{seconds}"
    return Event(
        source="pbx", id=name, type=type_, subject=subject, time=T0 + round(seconds * 1000), data=data
    )


def held(number: int, since: float = 10) -> list[Event]:
    call = f"call/{number}"
    return [
        event(since - 9, "call.offered", call),
        event(since - 8, "call.answered", call, agent="li"),
        event(since, "call.held", call),
    ]


class Floor:
    """Some consoles on one store; `rings` tells how many alerts rang at each look."""

    def __init__(self, open_desk: Any) -> None:
        self._open = open_desk
        self.clock = StillClock(T0 + 60_000)

    async def start(self, *, read_only: bool = False) -> tuple[Any, Alarms]:
        desk = await self._open(self.clock, read_only=read_only)
        return desk, Alarms(desk._store, read_only=read_only)

    async def sound(self, alarms: Alarms, seconds: float) -> Sounded:
        self.clock.set(T0 + round(seconds * 1000))
        return await alarms.look(self.clock.now())

    async def caught_up(self, alarms: Alarms, seconds: float) -> AsyncIterator[Sounded]:
        """Its looks from then on, until nothing from before is left."""
        behind = True
        while behind:
            yield (sounded := await self.sound(alarms, seconds))
            behind, seconds = sounded.behind, seconds + 1.1

    async def look(self, alarms: Alarms, seconds: float) -> list[str]:
        return [alert.item for alert in (await self.sound(alarms, seconds)).here]


async def test_two_consoles_and_a_restart_ring_once_altogether(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    _, two = await floor.start()
    await desk.ingest([*held(1), *held(2)])
    assert (await floor.look(one, 70), await floor.look(two, 70)) == ([], [])
    assert sorted(await floor.look(one, 71)) == ["call/1", "call/2"]
    assert await floor.look(two, 71.2) == []
    assert await floor.look(one, 72) == []
    _, again = await floor.start()
    assert await floor.look(again, 73) == []


async def test_the_other_console_is_told_without_a_ring(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    _, two = await floor.start(read_only=True)
    await desk.ingest(held(1))
    await floor.look(two, 70)
    await floor.look(one, 71)
    floor.clock.set(T0 + 71_500)
    heard = await two.look(floor.clock.now())
    assert (len(heard.here), [alert.item for alert in heard.elsewhere]) == (0, ["call/1"])
    assert (await two.look(T0 + 72_500)).elsewhere == ()


async def test_a_viewer_alone_neither_rings_nor_takes_the_ring_away(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    _, viewer = await floor.start(read_only=True)
    await desk.ingest(held(1))
    assert await floor.look(viewer, 71) == []
    assert await floor.look(one, 72) == ["call/1"]


async def test_a_late_word_of_an_old_breach_rings_when_it_comes(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    assert await floor.look(one, 600) == []
    await desk.ingest(held(1))
    assert await floor.look(one, 601) == ["call/1"]


async def test_a_late_abandoned_call_rings_for_its_overdue_callback(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    assert await floor.look(one, 3600) == []
    lost = [
        event(0, "call.offered", "call/7", **{"from": "13800000042"}),
        event(20, "call.abandoned", "call/7"),
    ]
    await desk.ingest(lost)
    assert await floor.look(one, 3601) == ["callback/call/7"]


async def test_acknowledged_is_silent_for_as_long_as_the_site_says(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    await desk.ingest(held(1))
    assert await floor.look(one, 71) == ["call/1"]
    row = (await desk.rows(["call/1"]))["call/1"]
    await desk.act([Command("a1", "acknowledge", "call/1", "wang", row.hand)])
    rung: Sequence[float] = [
        seconds for seconds in (72, 500, 970, 971, 972, 3000) if await floor.look(one, seconds)
    ]
    assert rung == [971]


async def test_each_norm_tells_what_became_of_its_alerts_this_shift(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    await desk.ingest([*held(1), *held(2), *held(3)])
    await floor.look(one, 71)
    row = (await desk.rows(["call/1"]))["call/1"]
    await desk.act([Command("a1", "note", "call/1", "wang", row.hand, {"text": "calling"})])
    await desk.ingest([event(80, "call.ended", "call/2")])
    await floor.look(one, 90)
    found = await desk._store.read(lambda reader: shift_senses(reader, T0 + 90_000))
    sense = found["call.hold.one-minute"]
    assert (sense.fired, sense.acted, sense.ignored) == (3, 1, 1)


async def test_a_burst_is_kept_whole_and_folds_into_one_line(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    waiting = [event(0, "call.ringing", f"call/w{n}") for n in range(3)]
    await desk.ingest([*(e for n in range(9) for e in held(n)), *waiting])
    floor.clock.set(T0 + 71_000)
    burst = folded((await one.look(floor.clock.now())).here)
    assert burst.number == 12
    assert burst.norms == (("call.hold.one-minute", 9), ("call.pickup.three-rings", 3))


async def test_a_backlog_rings_once_and_is_told_as_one_when_all_of_it_was_found(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    await desk.ingest([event for number in range(350) for event in held(number)])
    first = await floor.sound(one, 71)
    assert (len(first.here), first.behind, first.older) == (PORTION, True, None)
    second = await floor.sound(one, 72)
    assert (second.here, second.behind, second.older) == ((), True, None)
    # Another console starts in the middle of it and goes on; nothing is lost, and nothing told twice.
    _, two = await floor.start()
    rest = [each async for each in floor.caught_up(two, 73.6)]
    assert [each for each in rest if each.here or each.elsewhere] == []
    assert [each.older for each in rest if each.older] == [Burst(150, (("call.hold.one-minute", 150),))]
    # The first says what it had found, without a bell.
    after = [each async for each in floor.caught_up(one, 120)]
    assert [each for each in after if each.here or each.elsewhere] == []
    assert [each.older for each in after if each.older] == [Burst(100, (("call.hold.one-minute", 100),))]


async def test_what_one_console_looks_at_the_others_leave_to_it_until_it_is_gone(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    _, two = await floor.start()
    await desk.ingest([*held(1), *held(2, since=11.5), *held(3, since=13)])
    assert await floor.look(two, 70) == []
    assert await floor.look(one, 71) == ["call/1"]
    assert await floor.look(two, 71.9) == []
    assert await floor.look(one, 72) == ["call/2"]
    assert await floor.look(two, 73.2) == []
    # The first one was closed.
    assert await floor.look(two, 74.2) == ["call/3"]


async def test_a_clock_that_was_put_back_leaves_nobody_waiting(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    _, two = await floor.start()
    await desk.ingest(held(2))
    assert await floor.look(one, 571) == ["call/2"]
    await desk.ingest(held(3))
    assert await floor.look(two, 80) == ["call/3"]


async def test_what_breaks_now_rings_before_what_has_been_broken_for_long(open_desk: Any) -> None:
    floor = Floor(open_desk)
    desk, one = await floor.start()
    floor.clock.set(T0 + 3_990_000)
    await desk.ingest([event for number in range(3 * PORTION) for event in held(number)])
    await desk.ingest(held(999, since=3942))
    for seconds in (4000, 4001):
        assert "call/999" not in await floor.look(one, seconds)
    # It alone rings of what this look finds.
    assert await floor.look(one, 4002.5) == ["call/999"]
    *_, last = [each async for each in floor.caught_up(one, 4003)]
    assert last.older == Burst(2 * PORTION, (("call.hold.one-minute", 2 * PORTION),))


async def test_a_look_is_told_of_a_portion_of_what_broke_and_the_next_goes_on_from_there(
    open_desk: Any,
) -> None:
    floor = Floor(open_desk)
    desk, _ = await floor.start()
    floor.clock.set(T0 + 95_000)
    await desk.ingest([event for number in range(250) for event in held(number, 10 + number // 3)])
    mark, now, told = Mark(10**6), T0 + 200_000, list[set[str]]()
    while mark.due < now:
        found, due = await desk._store.read(lambda reader: candidates(reader, mark, now, 30))  # noqa: B023
        mark = Mark(10**6, due)
        told.append(set(found))
    # Three are due at once: all of them or none.
    assert {len(found) for found in told[:-1]} == {30}
    assert sum(map(len, told)) == len(set.union(*told)) == 250
