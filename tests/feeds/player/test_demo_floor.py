"""The demo floor: the same for a seed, broken where it should be by what happened alone, and it answers."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.domain.command import Command
from console.domain.event import Event
from console.domain.instants import HOUR, MINUTE, SECOND, Millis, parse_rfc3339
from console.domain.lifecycle import LIVES
from console.domain.query import Query
from console.domain.site import parse_site
from console.feeds.demo import Demo, DemoFloor, site_text
from console.feeds.ndjson import decode_event, encode_event
from console.feeds.player import Player
from console.feeds.sanitise import clean_text
from console.service.breaches import breaches
from console.service.desk import Desk
from console.service.model import Done
from tests.domain.ten_norms import ON_PAPER

OPENS: Millis = parse_rfc3339("2026-11-23T09:31:07+08:00")


class Still:
    """A clock that a test moves."""

    def __init__(self, now: Millis = OPENS) -> None:
        self.time = now

    def now(self) -> Millis:
        return self.time


def floor(seed: int, fixtures: Path) -> DemoFloor:
    return DemoFloor(seed, opens=OPENS, fixtures=fixtures)


def until(floor: DemoFloor, moment: Millis) -> list[Event]:
    return list(itertools.takewhile(lambda event: event.time <= moment, floor.events()))


def test_a_seed_gives_the_same_floor(fixtures: Path) -> None:
    first, second, other = (until(floor(seed, fixtures), OPENS + 10 * MINUTE) for seed in (7, 7, 8))
    assert first == second
    assert first != other


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_events_are_in_order_named_once_and_known(seed: int, fixtures: Path) -> None:
    events = until(floor(seed, fixtures), OPENS + HOUR)
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert len({event.name for event in events}) == len(events)
    assert {event.type for event in events} <= {kind for life in LIVES.values() for kind in life}
    assert {event.source for event in events} == {feed.source for feed in DemoFloor.feeds}
    people = parse_site(site_text()).agents
    assert {str(event.data["agent"]) for event in events if "agent" in event.data} <= {*people, ""}


def test_a_feed_could_have_read_them(fixtures: Path) -> None:
    """What is made up here is what an envelope lets through, unchanged."""
    for event in until(floor(1, fixtures), OPENS + 5 * MINUTE):
        assert decode_event(encode_event(event), 1) == event
        assert clean_text(str(event.data.get("name", ""))) == event.data.get("name", "")


def test_it_goes_on_at_the_rate_of_a_small_floor(fixtures: Path) -> None:
    counts = Counter(
        event.type
        for event in until(floor(5, fixtures), OPENS + 2 * HOUR)
        if event.time > OPENS and event.data.get("direction") != "out"
    )
    assert 700 < counts["call.offered"] < 1100
    assert 130 < counts["ticket.opened"] < 240
    assert 40 < counts["job.scheduled"] < 85
    assert counts["call.abandoned"] > 10
    assert counts["callback.requested"] > 20


@pytest.mark.parametrize("seed", [1, 7])
async def test_the_norms_of_a_floor_without_transcripts_are_broken_in_the_first_minute(
    seed: int, fixtures: Path, open_desk: Callable[..., Any]
) -> None:
    clock = Still()
    desk: Desk = await open_desk(clock, site=site_text())
    playing = Player(desk, floor(seed, fixtures).events(), DemoFloor.feeds)
    await playing.catch_up()
    opening = await desk.counts()
    assert 30 <= opening.open <= 90
    assert set(opening.kinds) == {"call", "callback", "ticket", "job"}

    clock.time += MINUTE
    await playing.catch_up()
    await desk.tick()
    broken = await desk._store.read(lambda reader: breaches(reader, clock.time, OPENS))
    on_the_board = {row.id for row in (await desk.window(Query(), 200)).rows if row.band == 0}
    found = set()
    for breach in broken:
        assert OPENS <= breach.clock.due < OPENS + MINUTE
        if breach.clock.item in on_the_board:
            found.add(breach.clock.norm)
            # A task shows in the callback that it makes.
            effects = await desk._store.read(lambda reader, item=breach.clock.item: reader.effects_on(item))
            found |= {effect.norm for effect in effects if effect.norm}
    assert found >= ON_PAPER | {"call.missed.call-back", "call.dropped.call-back"}
    assert (await desk.service_levels())["support"].answered > 10


async def settle(desk: Desk, demo: Demo, clock: Still) -> None:
    """Let the systems see what was asked for and answer."""
    for _ in range(12):
        await asyncio.sleep(0.05)
        clock.time += SECOND


async def test_systems_answer_when_they_are_asked(
    open_desk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.feeds.demo._LOOK_S", 0.02)
    monkeypatch.setattr("console.feeds.player._GLANCE_S", 0.02)
    monkeypatch.setattr("console.feeds.demo.floor._OTHERWISE", 0.0)
    clock = Still()
    desk: Desk = await open_desk(clock, site=site_text())
    demo = Demo(desk, seed=7)
    await demo.catch_up()
    task = asyncio.create_task(demo.run())
    try:
        rows = (await desk.window(Query(), 200)).rows
        chosen = [
            next(row for row in rows if row.kind == "ticket" and row.state == "accepted"),
            next(row for row in rows if row.kind == "job" and row.owner),
            next(row for row in rows if row.kind == "call" and row.state == "held"),
            next(row for row in rows if row.kind == "call" and row.state == "ringing"),
            next(row for row in rows if row.id.startswith("callback/B-") and row.owner),
        ]
        wanted = {row.id: "ma" if row.owner != "ma" else "gao" for row in chosen}
        outcomes = await desk.act(
            [
                Command(f"move-{row.id}", "reassign", row.id, "li.wei", row.hand, {"to": wanted[row.id]})
                for row in chosen
            ]
        )
        assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes
        asked = await desk.asked()
        assert {row.id: row.asked for row in asked} == wanted
        await settle(desk, demo, clock)
        assert not await desk.asked()
        after = await desk.rows(list(wanted))
        assert {item: row.owner for item, row in after.items()} == {item: wanted[item] for item in after}
        assert {row.kind for row in after.values()} == {"ticket", "job", "call", "callback"}
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_now_and_then_a_system_decides_otherwise(
    open_desk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.feeds.demo._LOOK_S", 0.02)
    monkeypatch.setattr("console.feeds.player._GLANCE_S", 0.02)
    monkeypatch.setattr("console.feeds.demo.floor._OTHERWISE", 1.0)
    clock = Still()
    desk: Desk = await open_desk(clock, site=site_text())
    demo = Demo(desk, seed=7)
    await demo.catch_up()
    task = asyncio.create_task(demo.run())
    try:
        rows = (await desk.window(Query(), 200)).rows
        row = next(row for row in rows if row.kind == "job" and row.owner not in (None, "kim"))
        await desk.act([Command("m", "reassign", row.id, "li.wei", row.hand, {"to": "kim"})])
        await settle(desk, demo, clock)
        after = (await desk.rows([row.id]))[row.id]
        assert after.asked is None
        assert after.owner != "kim"
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
