"""The player releases what is due, in order, through the desk's own door; a floor's clock may run fast."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from console.clock import FloorClock
from console.domain.event import Event, Reading, Rejected
from console.domain.instants import SECOND, Millis
from console.feeds.player import FeedName, Player
from console.service.desk import Desk
from console.service.model import Receipt
from console.service.problem import StoreProblem

T0: Millis = 1_800_000_000_000
FEEDS = [FeedName("asterisk", "pbx"), FeedName("desk", "tickets")]


def call(number: int, at: Millis) -> Event:
    return Event(
        source="pbx",
        id=f"e{number}",
        type="call.offered",
        subject=f"call/{number}",
        time=T0 + at,
        data={"direction": "in", "queue": "support"},
        sequence=number,
    )


class Still:
    """A clock that a test moves."""

    def __init__(self, now: Millis = T0) -> None:
        self.time = now

    def now(self) -> Millis:
        return self.time


class Recorder:
    """Stands in for a desk: keeps what comes and when, and refuses where it is told to."""

    def __init__(self, clock: Any, *, refusals: int = 0) -> None:
        self.clock = clock
        self.batches: list[tuple[float, list[Reading]]] = []
        self.heard: list[tuple[str, str]] = []
        self.refusals = refusals

    def now(self) -> Millis:
        return int(self.clock.now())

    async def ingest(self, readings: list[Reading]) -> Receipt:
        await asyncio.sleep(0)
        if self.refusals:
            self.refusals -= 1
            raise StoreProblem("full")
        self.batches.append((time.monotonic(), list(readings)))
        return Receipt()

    async def hear(self, feed: str, source: str) -> None:
        self.heard.append((feed, source))

    @property
    def told(self) -> list[Reading]:
        return [reading for _, batch in self.batches for reading in batch]


def player(desk: Recorder, readings: list[Reading]) -> Player:
    return Player(desk, iter(readings), FEEDS)  # type: ignore[arg-type]


async def play(player: Player, seconds: float) -> None:
    task = asyncio.create_task(player.run())
    await asyncio.sleep(seconds)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_history_comes_at_once_and_the_future_waits() -> None:
    clock = Still()
    desk = Recorder(clock)
    readings: list[Reading] = [call(n, (n - 1200) * SECOND) for n in range(1300)]
    playing = player(desk, readings)
    await playing.catch_up()
    assert desk.told == readings[:1201]
    assert desk.heard == [("asterisk", "pbx"), ("desk", "tickets")]
    clock.time += 50 * SECOND
    await playing.catch_up()
    assert desk.told == readings[:1251]


async def test_a_fast_clock_is_followed_in_batches() -> None:
    clock = FloorClock(time.time_ns() // 1_000_000, T0, 60)
    desk = Recorder(clock)
    readings: list[Reading] = [call(n, n * SECOND) for n in range(1000)]
    await play(player(desk, readings), 1.0)
    passed = (clock.now() - T0) / SECOND
    assert 30 < len(desk.told) <= passed + 1
    assert desk.told == readings[: len(desk.told)]
    starts = [start for start, _ in desk.batches]
    assert all(later - earlier >= 0.02 for earlier, later in itertools.pairwise(starts))
    # Ten seconds of the floor are a sixth of a second here: feeds must not seem silent.
    assert len(desk.heard) >= 4 * len(FEEDS)


async def test_what_the_store_refuses_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.feeds.player._PATIENCE_S", 0.01)
    desk = Recorder(Still(), refusals=3)
    readings: list[Reading] = [call(n, -n) for n in range(20, 0, -1)]
    await asyncio.wait_for(player(desk, readings).run(), 5)
    assert desk.refusals == 0
    assert desk.told == readings


async def test_a_reject_goes_with_what_stands_before_it() -> None:
    desk = Recorder(Still())
    bad = Rejected(2, "json.invalid", "", b"{")
    playing = player(desk, [call(1, 0), bad, call(2, SECOND)])
    await playing.catch_up()
    assert desk.told == [call(1, 0), bad]


async def test_it_ends_with_its_readings() -> None:
    playing = player(Recorder(Still()), [call(1, 0)])
    await asyncio.wait_for(playing.run(), 5)
    assert playing.over


async def test_on_a_real_store(open_desk: Callable[..., Any]) -> None:
    clock = Still()
    desk: Desk = await open_desk(clock)

    def endless() -> Iterator[Reading]:
        number = 0
        while True:
            yield call(number, number * SECOND)
            number += 1

    playing = Player(desk, endless(), FEEDS)
    await playing.catch_up()
    assert (await desk.counts()).open == 1
    clock.time += 11 * SECOND
    await play(playing, 0.3)
    assert (await desk.counts()).open == 12
    assert {feed.name: feed.lag(clock.time) for feed in await desk.feeds()} == {"asterisk": 0, "desk": 0}
