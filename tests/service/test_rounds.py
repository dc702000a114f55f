"""Rounds of supervision: one planned and one drawn each week, by the settings; the draw can be redone."""

from __future__ import annotations

from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from console.domain.instants import DAY, HOUR, parse_rfc3339
from console.domain.schedule import drawn, occasions
from console.domain.site import parse_site
from console.service.breaches import breaches
from tests.conftest import StillClock
from tests.domain.story import PACK

MONDAY = parse_rfc3339("2026-03-02T00:00:00+08:00")


async def week(open_desk: Any) -> Any:
    """A desk that somebody ticks through one week, from the Sunday before on; at its end."""
    clock = StillClock(MONDAY - HOUR)
    desk = await open_desk(clock)
    for step in range(8):
        clock.moment = MONDAY - HOUR + step * DAY
        await desk.tick()
    return desk


async def rounds(desk: Any) -> list[Any]:
    return sorted(
        (row for row in await desk._store.read(lambda reader: reader.items_under("round/", 99))),
        key=lambda row: row.id,
    )


async def test_one_planned_and_one_drawn_each_week(open_desk: Any) -> None:
    desk = await week(open_desk)
    planned, unplanned = await rounds(desk)
    assert (planned.id, planned.opened) == ("round/2026-W10/planned", MONDAY)
    assert unplanned.id == "round/2026-W10/unplanned"
    assert MONDAY <= unplanned.opened < MONDAY + 7 * DAY
    event = (await desk.view(unplanned.id)).timeline[0].event
    seed = event.data["seed"]
    assert unplanned.opened == MONDAY + int(drawn(seed) * 7 * DAY), "by what stands in the record alone"
    assert 0.2 < sum(drawn(f"{seed}{number}") for number in range(400)) / 400 < 0.8
    salt = await desk._store.read(lambda reader: reader.meta("draw"))
    assert salt not in seed, "whoever reads one draw can't draw the next beforehand"
    now = desk.now()
    late = await desk._store.read(lambda reader: breaches(reader, now, None, ["round.due"]))
    assert {breach.clock.item for breach in late} <= {planned.id, unplanned.id}
    assert planned.id in {breach.clock.item for breach in late}, "nobody made it in five days"


async def test_each_store_draws_by_a_secret_of_its_own(
    open_desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.service.scheduling.token_hex", token_hex)  # the suite's others draw late
    salts = set()
    for number in range(3):
        desk = await open_desk(StillClock(MONDAY), path=tmp_path / f"{number}.db")
        await desk.tick()
        salts.add(await desk._store.read(lambda reader: reader.meta("draw")))
    assert len(salts) == 3
    assert {len(salt) for salt in salts} == {16}


@pytest.mark.parametrize(("number", "called"), [(0, 1), (2, 3)])
def test_how_many_a_week_is_a_setting(number: int, called: int) -> None:
    site = parse_site(f'[limits]\n"floor.rounds.unplanned" = {number}\n')
    rounds = [norm for norm in PACK.scheduled if norm.id.startswith("floor.rounds.")]
    assert len(occasions(rounds, site, MONDAY - 1, MONDAY + 7 * DAY - 1)) == called
