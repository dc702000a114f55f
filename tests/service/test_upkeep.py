"""Routine checks become jobs by themselves, as the settings say; those that nobody does in time are late."""

from __future__ import annotations

from typing import Any

import pytest

from console.domain.instants import DAY, HOUR, format_utc, parse_rfc3339
from console.domain.schedule import occasions
from console.domain.site import SettingsError, parse_site
from console.feeds.ndjson import read_ndjson
from console.service.breaches import breaches
from tests.conftest import StillClock
from tests.domain.story import PACK

SITE = """
[areas.north]
manager = "zhou"

[areas.south]

[upkeep.amplifiers]
every = "month"
areas = ["north", "south"]

[upkeep.generator]
every = "quarter"
"""
MARCH = parse_rfc3339("2026-03-01T00:00:00+08:00")


async def month(open_desk: Any, tmp_path: Any) -> Any:
    """A desk ticked each day from the end of February to the tenth of March; one check is done in time."""
    clock = StillClock(MARCH - HOUR)
    desk = await open_desk(clock)
    await desk._store.write(lambda writer: writer.put_site("settings", SITE, 0, clock.moment))
    for step in range(11):
        clock.moment = MARCH - HOUR + step * DAY
        await desk.tick()
        if step == 3:
            path = tmp_path / "done.ndjson"
            path.write_text(
                '{"specversion": "1.0", "source": "field", "id": "1", "type": "job.finished", '
                '"subject": "job/check/2026-03/amplifiers/south", '
                f'"time": "{format_utc(clock.moment)}", "data": {{}}}}\n'
            )
            with path.open("rb") as stream:
                await desk.ingest(read_ndjson(stream, name="done"))
    return desk


async def test_each_kind_in_each_area_becomes_a_job_of_its_manager(open_desk: Any, tmp_path: Any) -> None:
    desk = await month(open_desk, tmp_path)
    rows = await desk._store.read(lambda reader: reader.items_under("job/check/", 99))
    assert {(row.id, row.owner, row.queue, row.opened) for row in rows} == {
        ("job/check/2026-03/amplifiers/north", "zhou", "north", MARCH),
        ("job/check/2026-03/amplifiers/south", None, "south", MARCH),
    }
    assert {row.note for row in rows} == {"amplifiers"}


async def test_a_check_that_nobody_does_in_a_week_is_late_and_stays_open(
    open_desk: Any, tmp_path: Any
) -> None:
    desk = await month(open_desk, tmp_path)
    now = desk.now()
    late = await desk._store.read(lambda reader: breaches(reader, now, None))
    told = [
        (breach.clock.item, breach.clock.norm, breach.clock.due)
        for breach in late
        if breach.clock.item.startswith("job/")
    ]
    assert told == [("job/check/2026-03/amplifiers/north", "job.preventive.done", MARCH + 7 * DAY)]
    (row,) = (await desk.rows(["job/check/2026-03/amplifiers/north"])).values()
    assert row.norm == "job.preventive.done"
    counted = await desk._store.read(lambda reader: reader.verdicts(0))
    assert (counted["kept:job.preventive"], counted["broken:job.preventive"]) == (1, 1)


@pytest.mark.parametrize(
    ("every", "called"),
    [
        ("day", 365),
        ("week", 52),  # the Mondays of 2026
        ("month", 12),
        ("quarter", 4),
        ("year", 1),
    ],
)
def test_how_often_is_each_kinds_own(every: str, called: int) -> None:
    site = parse_site(f'[upkeep.amplifiers]\nevery = "{every}"\n')
    new_year = parse_rfc3339("2026-01-01T00:00:00+08:00")
    checks = [norm for norm in PACK.scheduled if norm.id == "job.preventive"]
    found = occasions(checks, site, new_year - 1, new_year + 365 * DAY - 1)
    assert len(found) == called
    if every == "quarter":
        assert [one.item for one in found] == [f"job/check/2026-Q{q}/amplifiers" for q in (1, 2, 3, 4)]


def test_without_equipment_nothing_is_called_for() -> None:
    checks = [norm for norm in PACK.scheduled if norm.id == "job.preventive"]
    assert occasions(checks, parse_site('[areas.north]\nmanager = "zhou"\n'), MARCH, MARCH + 400 * DAY) == []


@pytest.mark.parametrize(
    "text", ['[upkeep.x]\nevery = "hour"', "upkeep = 1", '[upkeep.x]\nareas = "north"', "[upkeep.x]\nat = 1"]
)
def test_a_mistake_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="upkeep"):
        parse_site(text)
