"""What time alone calls for is made once, by whoever ticks first, and only what was not missed long ago."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from console.domain.instants import DAY, HOUR, MINUTE
from console.domain.query import Query
from console.service.desk import Desk
from console.service.scheduling import open_breaches
from console.service.site import rework
from tests.conftest import StillClock
from tests.domain.story import START, at, story

Make = Callable[..., Awaitable[Desk]]

MIDNIGHT = START - 9 * HOUR
PACK = """
[[norm]]
id = "floor.walk"
form = "task"
subject = "floor"
every = "day"
delay = "10h"
each = "area"
due = "2h"
owner = true
make = "report.made"
item = "report/walk/{period}"

[[norm]]
id = "floor.late"
form = "task"
subject = "floor"
every = "shift"
at = "end"
only = "breached"
make = "report.made"
item = "report/late/{period}"

[[norm]]
id = "report.read"
form = "clock"
subject = "report"
start = "report.made"
stop = "report.read"
most = "field:due"
otherwise = "next-day"

[[norm]]
id = "ticket.contact"
form = "clock"
subject = "ticket"
start = "ticket.accepted"
stop = "ticket.contacted"
most = "30m"
"""
SITE = '[areas.north]\nmanager = "li"\n[areas.south]\n'


async def shown(desk: Desk) -> dict[str, tuple[str | None, int | None]]:
    """What is open: by item, whose it is and when it is due."""
    rows = (await desk.window(Query(), 50)).rows
    return {row.id: (row.owner, row.due) for row in rows if row.kind == "report"}


@pytest.fixture
async def desks(open_desk: Make) -> tuple[Desk, Desk, StillClock]:
    clock = StillClock(START)
    one = await open_desk(clock, actor="li", pack=PACK, site=SITE)
    two = await open_desk(clock, actor="wang")
    await one.tick()
    return one, two, clock


async def test_several_consoles_make_it_once(desks: tuple[Desk, Desk, StillClock]) -> None:
    one, two, clock = desks
    clock.set(MIDNIGHT + 10 * HOUR)
    await asyncio.gather(one.tick(), two.tick(), one.tick())
    due = MIDNIGHT + 12 * HOUR
    expected = {"report/walk/2026-03-02/north": ("li", due), "report/walk/2026-03-02/south": (None, due)}
    assert await shown(two) == expected
    view = await two.view("report/walk/2026-03-02/north")
    assert view is not None
    assert len(view.timeline) == 1
    assert (view.row.norm, view.row.reason, view.row.mine) == ("report.read", "floor.walk", True)
    clock.set(due + 1)
    await one.tick()
    counted = await one._store.read(lambda reader: reader.verdicts(0))
    assert counted["broken:floor.walk"] == 2
    assert await rework(one._store, due + 1) == 0


async def test_a_store_that_nobody_ticked_missed_nothing(open_desk: Make) -> None:
    desk = await open_desk(StillClock(MIDNIGHT + 20 * HOUR), pack=PACK, site=SITE)
    await desk.tick()
    assert await shown(desk) == {}


async def test_a_day_is_caught_up_with_and_no_more(desks: tuple[Desk, Desk, StillClock]) -> None:
    one, _, clock = desks
    clock.set(MIDNIGHT + 4 * DAY + 11 * HOUR)
    await one.tick()
    assert [item.rpartition("/")[0] for item in await shown(one)] == ["report/walk/2026-03-06"] * 2


async def test_only_where_something_is_broken_then(open_desk: Make) -> None:
    clock = StillClock(START)
    one = await open_desk(clock, pack=PACK, site='[limits]\n"floor.walk" = 0')
    await one.tick()
    # Broken from 9:40 on, mended at 17:00: the early shift leaves it behind, the late one does not.
    mended = story("ticket/1", (600, "opened"), (600, "accepted"), (8 * 3600, "contacted"))
    for event in mended[:-1]:
        clock.set(event.time)
        await one.ingest([event])
    clock.set(MIDNIGHT + 17 * HOUR)
    await one.ingest(mended[-1:])
    clock.set(MIDNIGHT + 24 * HOUR + MINUTE)
    await one.tick()
    late = [item for item in await shown(one) if item.startswith("report/late/")]
    assert late == ["report/late/2026-03-02/early"]


async def test_open_breaches_as_of_a_moment(desks: tuple[Desk, Desk, StillClock]) -> None:
    one, _, clock = desks
    clock.set(at(3 * 3600))
    await one.ingest(story("ticket/1", (0, "opened"), (0, "accepted"), (2 * 3600, "contacted")))

    async def then(seconds: int) -> set[str]:
        return await one._store.read(lambda reader: open_breaches(reader, at(seconds)))

    assert [await then(1800), await then(1801), await then(7200)] == [set(), {"ticket/1"}, set()]
