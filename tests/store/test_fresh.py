"""A reader whose store nobody ticks goes on from its last look, and sees what one does that begins anew."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.instants import MINUTE, Millis
from console.domain.query import Query
from console.service import history as past
from console.service.fresh import fresh
from console.store.reading import SqliteReader
from tests.conftest import StillClock
from tests.depth import deep
from tests.domain.story import START, floor
from tests.domain.walks import check, history, until_of
from tests.store.workbench import board_at, ingest, made, settle

BLOCKS = range(2)
WALKS = deep(5)


def goes_on(events: list[Event], now: Millis, steps: list[Millis], ticked: bool) -> bool:
    store = made()
    ingest(store, events, now)
    if ticked:
        settle(store, now)
    looking = SqliteReader(store._connection, store._shelf, {})
    for moment in steps:
        if dict(fresh(looking, moment)) != dict(fresh(store, moment)):
            return False
    names = sorted(floor(events, steps[-1]))
    return board_at(looking, steps[-1], names) == board_at(store, steps[-1], names)  # type: ignore[arg-type]


@pytest.mark.parametrize("block", BLOCKS)
def test_going_on_shows_what_beginning_anew_does(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events, chance = history(seed), random.Random(seed)
        now = until_of(seed, events)
        gaps = (1, 999, 5_000, 20_000, 60_000, 31 * MINUTE, 26 * 60 * MINUTE)
        steps = [now]
        for _ in range(5):
            steps.append(steps[-1] + chance.choice(gaps))
        ticked = chance.random() < 0.5
        check(seed, lambda some: goes_on(some, now, steps, ticked), events)  # noqa: B023


async def test_a_look_folds_what_became_due_since_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded: list[str] = []
    fold_whole = past.fold_whole  # type: ignore[attr-defined]

    def counted(name: str, *rest: Any) -> Any:
        folded.append(name)
        return fold_whole(name, *rest)

    monkeypatch.setattr(past, "fold_whole", counted)
    clock = StillClock(START)
    path = tmp_path / "rings.db"
    writing, written = await open_desk(path, actor="feed", clock=clock)
    looking, seen = await open_desk(path, actor="li", clock=clock, read_only=True)

    async def look(moment: Millis) -> int:
        """Look as a screen does; how many items were folded for it."""
        clock.set(moment)
        folded.clear()
        window = await looking.window(Query(), 100)
        await looking.rows([row.id for row in window.rows])
        await looking.standing()
        return len(folded)

    def event(number: int, type_: str, second: int) -> Event:
        time = START + 1000 * second
        return Event(
            source="desk", id=f"{type_}-{number}", type=type_, subject=f"call/{number}", time=time, data={}
        )

    try:
        # Thirty calls ring, one a second; each is at risk for a while, and broken after that.
        await writing.ingest([event(number, "call.ringing", number) for number in range(30)])
        first = await look(START + 31_000)
        assert first >= 10
        for second in range(32, 46):
            assert await look(START + 1000 * second) <= 4
        assert (await looking.counts()).breached == 30
        assert await look(START + 45_001) == 0
        # Somebody writes: nothing is right any more for certain.
        await written.write(lambda writer: writer.put_meta("anything", "else"))
        assert await look(START + 45_002) >= 30
        assert await look(START + 45_003) == 0
    finally:
        await seen.close()
        await written.close()
