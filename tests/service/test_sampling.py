"""A share of each month's home repairs is followed up: drawn by chance, from what each day finished."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from zlib import crc32

import pytest

from console.domain.event import Event
from console.domain.instants import DAY, HOUR, MINUTE, Millis, parse_rfc3339
from console.domain.query import Query
from console.domain.sample import Standing, draw
from console.service.breaches import breaches
from console.service.desk import Desk
from console.service.sampling import Month, month_to_date, months_judged
from console.service.verdicts import verdicts
from tests.conftest import StillClock

Make = Callable[..., Awaitable[Desk]]

NORM = "followup.sample.thirty-percent"
MONDAY = parse_rfc3339("2026-03-02T00:00:00+08:00")
FOLLOWED = {"followup/earlier"}
"""One that another system told of: the floor follows up."""


def repair(name: str, end: Millis, type_: str = "repair", **data: object) -> list[Event]:
    """A finished home repair; each of a customer of its own, but where one is named."""
    told = {"type": type_, "customer": f"139{crc32(name.encode()) % 10**8:08d}", **data}
    return [
        Event(
            source="crm",
            id=f"s-{name}",
            type="job.scheduled",
            subject=f"job/{name}",
            time=end - HOUR,
            data=told,
        ),
        Event(source="crm", id=f"f-{name}", type="job.finished", subject=f"job/{name}", time=end, data=told),
    ]


def followed(name: str, verb: str, time: Millis, **data: object) -> Event:
    return Event(
        source="crm",
        id=f"{verb}-{name}",
        type=f"followup.{verb}",
        subject=f"followup/{name}",
        time=time,
        data={"words": "fine", **data},
    )


def day_of(number: int, jobs: int) -> list[Event]:
    """So many repairs on the `number`-th day from Monday on, from ten o'clock."""
    start = MONDAY + number * DAY + 10 * HOUR
    return [event for each in range(jobs) for event in repair(f"{number}-{each}", start + each * MINUTE)]


@pytest.fixture
async def floor(open_desk: Make) -> tuple[Desk, StillClock]:
    """A floor that follows up, on Monday at nine."""
    clock = StillClock(MONDAY + 9 * HOUR)
    desk = await open_desk(clock, actor="li")
    await desk.ingest([followed("earlier", "done", MONDAY - 3 * DAY)])
    await desk.tick()
    return desk, clock


async def chosen(desk: Desk) -> set[str]:
    rows = (await desk.window(Query(terms=(("kind", "followup", True),)), 500)).rows
    return {row.id for row in rows}


async def month(desk: Desk, clock: StillClock) -> Month:
    return (await desk._store.read(lambda reader: month_to_date(reader, clock.now())))[0]


async def judged(desk: Desk, until: Millis) -> list[tuple[str, tuple[str, ...]]]:
    return await desk._store.read(
        lambda reader: [(row.item, row.missing) for row in months_judged(reader, until)]
    )


async def test_thirty_percent_of_a_day_is_drawn_when_it_is_over(floor: tuple[Desk, StillClock]) -> None:
    desk, clock = floor
    clock.moment = MONDAY + DAY - 1
    await desk.ingest(day_of(0, 10))
    await desk.tick()
    assert await chosen(desk) == set()
    clock.moment = MONDAY + DAY
    await desk.tick()
    drawn = await chosen(desk)
    assert len(drawn) == 3
    row = next(row for row in (await desk.window(Query(), 10)).rows if row.id in drawn)
    assert (row.norm, row.due) == ("followup.next-day", MONDAY + 2 * DAY)
    assert row.reason == NORM


async def test_the_four_classes_count_and_the_month_is_topped_up(floor: tuple[Desk, StillClock]) -> None:
    desk, clock = floor
    clock.moment = MONDAY + DAY - 1
    paid = [event for n in range(4) for event in repair(f"paid-{n}", MONDAY + 11 * HOUR + n, paid=True)]
    await desk.ingest([*day_of(0, 6), *paid])
    clock.moment = MONDAY + DAY
    await desk.tick()
    assert await chosen(desk) == {f"followup/paid-{n}" for n in range(4)}  # four of ten are enough
    clock.moment = MONDAY + 2 * DAY
    await desk.ingest(day_of(1, 10))
    await desk.tick()
    assert len([name for name in await chosen(desk) if "/1-" in name]) == 2  # six of twenty


async def test_who_refuses_is_excused_and_another_is_drawn(floor: tuple[Desk, StillClock]) -> None:
    desk, clock = floor
    clock.moment = MONDAY + DAY
    await desk.ingest(day_of(0, 10))
    await desk.tick()
    one, two, _ = (name.removeprefix("followup/") for name in sorted(await chosen(desk)))
    morning = MONDAY + DAY + 9 * HOUR
    clock.moment = morning + HOUR
    await desk.ingest([followed(one, "done", morning), followed(two, "refused", morning, reason="no")])
    stands = (await month(desk, clock)).whole
    assert stands == Standing(finished=10, done=1, open=1, excused=1)
    assert stands.share == pytest.approx(1 / 9)
    clock.moment = MONDAY + 2 * DAY
    await desk.ingest(day_of(1, 1))
    await desk.tick()
    assert "followup/1-0" in await chosen(desk)  # 30 % of ten that are left: three


async def test_the_same_are_drawn_in_whatever_order_they_came(open_desk: Make, tmp_path: Path) -> None:
    found = []
    events = day_of(0, 30)
    for seed in (1, 2):
        clock = StillClock(MONDAY + 9 * HOUR)
        desk = await open_desk(clock, actor="li", path=tmp_path / f"{seed}.db")
        await desk._store.write(lambda writer: writer.put_meta("sample", "salt"))
        await desk.tick()
        shuffled = [*events, followed("earlier", "done", MONDAY - 3 * DAY)]
        random.Random(seed).shuffle(shuffled)
        clock.moment = MONDAY + DAY - 1
        for event in shuffled:
            await desk.ingest([event])
        clock.moment = MONDAY + DAY + seed * HOUR
        await desk.tick()
        found.append(await chosen(desk))
    assert len(found[0]) == 9
    assert found[0] == found[1]


async def test_another_stores_salt_draws_others(open_desk: Make, tmp_path: Path) -> None:
    names = [f"job/{number}" for number in range(100)]
    assert draw(names, 30, "one") == draw(reversed(names), 30, "one")
    assert draw(names, 30, "one") != draw(names, 30, "two")


async def test_who_is_on_the_refusal_list_is_neither_drawn_nor_asked(floor: tuple[Desk, StillClock]) -> None:
    desk, clock = floor
    told: Iterable[Event] = [
        *repair("once", MONDAY - 2 * DAY, customer="13900009999"),
        followed("once", "selected", MONDAY - 2 * DAY, customer="13900009999"),
        followed("once", "refused", MONDAY - DAY, reason="no"),
        *repair("again", MONDAY + 10 * HOUR, customer="13900009999"),
        *repair("dear", MONDAY + 11 * HOUR, customer="13900009999", paid=True),
    ]
    clock.moment = MONDAY + DAY
    await desk.ingest(reversed(list(told)))
    await desk.tick()
    assert await chosen(desk) == set()
    stands = await month(desk, clock)
    assert stands.whole == Standing(finished=2, excused=2)  # whom nobody may ask is owed no call
    assert stands.made_by["followup.four-classes"] == Standing(finished=1, excused=1)
    view = await desk.view("followup/dear")
    assert view is not None
    assert (view.row.state, list(view.clocks)) == ("refused", [])


async def test_a_month_is_kept_where_all_who_may_be_asked_were(floor: tuple[Desk, StillClock]) -> None:
    """Ten repairs, eight of them at one customer's who refused: of the two that are left one is enough."""
    desk, clock = floor
    told = [
        followed("once", "selected", MONDAY - 2 * DAY, customer="13900009999"),
        followed("once", "refused", MONDAY - DAY, reason="no"),
    ]
    for each in range(8):
        told += repair(f"no-{each}", MONDAY + 10 * HOUR + each * MINUTE, customer="13900009999")
    clock.moment = MONDAY + DAY
    await desk.ingest([*told, *day_of(0, 2)])
    await desk.tick()
    (name,) = (name.removeprefix("followup/") for name in await chosen(desk))
    assert name in ("0-0", "0-1")
    morning = MONDAY + DAY + 9 * HOUR
    clock.moment = MONDAY + 40 * DAY
    await desk.ingest([followed(name, "done", morning)])
    assert await judged(desk, clock.moment) == [(f"floor/{NORM}/2026-03", ())]


async def test_a_refusal_told_late_excuses_what_was_asked_after_it(floor: tuple[Desk, StillClock]) -> None:
    desk, clock = floor
    clock.moment = MONDAY + 12 * HOUR
    await desk.ingest(repair("dear", MONDAY + 11 * HOUR, customer="13900009999", paid=True))
    assert await chosen(desk) == {"followup/dear"}
    await desk.ingest(
        [
            followed("once", "selected", MONDAY - 2 * DAY, customer="13900009999"),
            followed("once", "refused", MONDAY - DAY, reason="no"),
        ]
    )
    assert await chosen(desk) == set()


async def test_the_settings_may_ask_them_again(open_desk: Make) -> None:
    clock = StillClock(MONDAY + 12 * HOUR)
    desk = await open_desk(clock, actor="li", site='refused_for = "0s"\n')
    await desk.ingest(
        [
            followed("once", "selected", MONDAY - 2 * DAY, customer="13900009999"),
            followed("once", "refused", MONDAY - DAY, reason="no"),
            *repair("dear", MONDAY + 11 * HOUR, customer="13900009999", paid=True),
        ]
    )
    assert await chosen(desk) == {"followup/dear"}


@pytest.mark.parametrize(
    ("site", "drawn"),
    [("", 0), (f'[limits]\n"{NORM}" = 0.5\n', 5), (f'[limits]\n"{NORM}" = 0\n', 0)],
)
async def test_where_nobody_follows_up_the_settings_must_ask_for_it(
    open_desk: Make, site: str, drawn: int
) -> None:
    clock = StillClock(MONDAY + 9 * HOUR)
    desk = await open_desk(clock, actor="li", site=site) if site else await open_desk(clock, actor="li")
    await desk.tick()
    clock.moment = MONDAY + DAY
    await desk.ingest(day_of(0, 10))
    await desk.tick()
    assert len(await chosen(desk)) == drawn
    assert (await judged(desk, MONDAY + 60 * DAY) == []) is (not drawn)


async def test_a_month_is_kept_or_broken_once_the_day_after_its_last_is_over(
    floor: tuple[Desk, StillClock],
) -> None:
    desk, clock = floor
    april = parse_rfc3339("2026-04-01T00:00:00+08:00")
    last = [event for n in range(10) for event in repair(f"l{n}", april - 2 * HOUR + n)]
    clock.moment = april
    await desk.ingest(last)
    await desk.tick()
    names = sorted(name.removeprefix("followup/") for name in await chosen(desk))
    assert len(names) == 3
    clock.moment = april + 2 * DAY
    await desk.ingest([followed(name, "done", april + DAY) for name in names])
    assert await judged(desk, april + DAY - 1) == []
    assert await judged(desk, april + DAY) == [(f"floor/{NORM}/2026-03", ())]
    counted = await desk._store.read(lambda reader: verdicts(reader, april + DAY))
    assert (counted[NORM].kept, counted[NORM].broken) == (1, 0)


async def test_a_month_that_falls_short_is_a_breach(floor: tuple[Desk, StillClock]) -> None:
    desk, clock = floor
    clock.moment = MONDAY + DAY
    await desk.ingest(day_of(0, 10))
    await desk.tick()
    one, two, late = (name.removeprefix("followup/") for name in sorted(await chosen(desk)))
    due = parse_rfc3339("2026-04-02T00:00:00+08:00")
    ends = (MONDAY + DAY + 9 * HOUR, MONDAY + DAY + 9 * HOUR, due + 1)
    clock.moment = due + DAY
    names = (one, two, late)
    await desk.ingest([followed(name, "done", end) for name, end in zip(names, ends, strict=True)])
    found = await desk._store.read(lambda reader: breaches(reader, due, None, [NORM]))
    assert [(each.clock.missing, each.clock.due, each.kind) for each in found] == [
        (("followed_up 20% < 30%",), due, "floor")
    ]
