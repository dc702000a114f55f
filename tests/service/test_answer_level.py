"""Each half hour of a queue is held to its target: listed where it broke, counted where it was kept."""

from __future__ import annotations

import sys
from typing import Any

from console.output.contract import breach_object
from console.service.breaches import breaches
from console.service.verdicts import Verdicts, verdicts
from tests.conftest import ROOT, StillClock

sys.path.insert(0, str(ROOT / "tests" / "ui"))

import level_floor  # the morning that the service-level screen is tested with

NORM = "call.answer-level"


async def test_half_hours_below_the_target_are_breaches_and_the_others_kept(open_desk: Any) -> None:
    clock = StillClock(level_floor.NOW)
    desk = await open_desk(clock, site=level_floor.TARGETS)
    await desk.ingest(level_floor.calls())
    found = await desk._store.read(lambda reader: breaches(reader, level_floor.NOW, None, [NORM]))
    told = [(row["item"], row["due"][11:16], row["missing"]) for row in map(breach_object, found)]
    # Target 0.8 and 0.05. 12 of 20; 3 of 9 + 3 who gave up of 12; 4 of 5 + 1 of 6. 8 of 10 is just kept.
    assert told == [
        ("floor/support", "00:30", ["share 0.60 < 0.8"]),
        ("floor/billing", "01:00", ["share 0.67 < 0.8", "abandon_rate 0.17 > 0.05"]),
        ("floor/support", "01:00", ["share 0.25 < 0.8", "abandon_rate 0.25 > 0.05"]),
    ]
    counted = await desk._store.read(lambda reader: verdicts(reader, level_floor.NOW))
    assert counted[NORM] == Verdicts(kept=5, broken=3)


async def test_a_half_hour_that_goes_on_is_not_judged_yet(open_desk: Any) -> None:
    now = level_floor.NOW - 31 * 60_000 - 8_000
    desk = await open_desk(StillClock(now), site=level_floor.TARGETS)
    await desk.ingest(level_floor.calls())
    found = await desk._store.read(lambda reader: breaches(reader, now, None, [NORM]))
    assert [breach.clock.item for breach in found] == ["floor/support"]


async def test_without_a_target_nothing_is_held_to_it(open_desk: Any) -> None:
    desk = await open_desk(StillClock(level_floor.NOW))
    await desk.ingest(level_floor.calls())
    assert await desk._store.read(lambda reader: breaches(reader, level_floor.NOW, None, [NORM])) == []
