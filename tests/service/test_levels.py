"""The service level by half hours of the site's day, counted by hand, in whatever order calls come."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.event import Event
from console.domain.instants import HOUR, MINUTE, Millis, to_millis
from console.service.levels import DayLevels, OpenCalls, day_levels, half_hours
from console.service.model import ServiceLevel
from console.service.tally import QUARTER
from console.store.writing import SqliteWriter
from tests.conftest import StillClock
from tests.domain.histories import HORIZON_S, histories
from tests.domain.story import START, at, event, story, told
from tests.store.workbench import ingest, made, settle, state

Make = Callable[..., Any]
SUPPORT = {"queue": "support"}


def local(zone: str, text: str) -> Millis:
    return to_millis(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def day_of(zone: str, date: str, after: str) -> list[str]:
    """The half hours of a day, as the wall clock shows their beginnings."""
    start, end = local(zone, date), local(zone, after)
    halves = half_hours(start, end, ZoneInfo(zone))
    assert halves[0].start == start
    assert halves[-1].end == end
    assert all(one.end == two.start for one, two in pairwise(halves))
    return [f"{datetime.fromtimestamp(half.start / 1000, ZoneInfo(zone)):%H:%M}" for half in halves]


WHOLE = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)]


@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Eucla", "UTC"]
)
def test_a_day_has_forty_eight_half_hours_from_local_midnight(zone: str) -> None:
    assert day_of(zone, "2026-03-02", "2026-03-03") == WHOLE


def test_the_night_on_which_clocks_go_forward_lacks_two() -> None:
    lacking = [time for time in WHOLE if time not in ("02:00", "02:30")]
    assert day_of("America/New_York", "2026-03-08", "2026-03-09") == lacking


def test_the_night_on_which_clocks_go_back_has_two_twice() -> None:
    assert day_of("America/New_York", "2026-11-01", "2026-11-02") == [
        *("00:00", "00:30", "01:00", "01:30", "01:00", "01:30"),
        *WHOLE[4:],
    ]


def test_a_clock_that_goes_back_by_half_an_hour() -> None:
    # Lord Howe Island: at 02:00 it is 01:30 again.
    times = day_of("Australia/Lord_Howe", "2026-04-05", "2026-04-06")
    assert times == [*("00:00", "00:30", "01:00", "01:30", "01:30"), *WHOLE[4:]]


def test_a_day_that_begins_at_one() -> None:
    # Beirut goes forward at midnight.
    assert day_of("Asia/Beirut", "2026-03-29T01:00", "2026-03-30") == WHOLE[2:]


def only(day: DayLevels, queue: str = "support") -> dict[str, ServiceLevel]:
    """The half hours of a queue in which something came, by the wall clock of the site."""
    zone = day.site.tzinfo
    row = day.queues[queue]
    return {
        f"{datetime.fromtimestamp(half.start / 1000, zone):%H:%M}": level
        for half, level in zip(day.halves, row.halves, strict=True)
        if level != ServiceLevel()
    }


async def test_a_call_counts_in_the_half_hour_in_which_it_came(open_desk: Make) -> None:
    desk = await open_desk(StillClock(at(7200)), site='zone = "Asia/Kathmandu"')
    # Nine in Shanghai is 06:45 in Kathmandu.
    await desk.ingest(
        [
            *story("call/1", (0, "offered", SUPPORT), (10, "ringing"), (25, "answered"), (3600, "ended")),
            *story("call/2", (899.999, "offered", SUPPORT), (999, "answered"), (1000, "ended")),
            *story("call/3", (900, "offered", SUPPORT), (930, "abandoned")),
            *story("call/4", (900, "offered", {"queue": "sales"}), (901, "answered"), (902, "ended")),
        ]
    )
    day = await desk.day_levels()
    # The first waited 25 s and was answered 15 s after its first ring: just in time.
    assert only(day) == {
        "06:30": ServiceLevel(2, 2, 1, 0, timed=2, waited=25_000 + 99_001),
        "07:00": ServiceLevel(offered=1, abandoned=1, abandoned_waited=30_000),
    }
    assert day.floor.total == ServiceLevel(
        4, 3, 2, 1, timed=3, waited=25_000 + 99_001 + 1_000, abandoned_waited=30_000
    )
    assert day.floor.total.share == 2 / 4
    assert day.floor.total.abandon_rate == 1 / 4
    assert day.floor.total.speed == pytest.approx(125_001 / 3)
    # A late event mends the half hour that it belongs to, and no other.
    await desk.ingest(story("call/3", (929, "answered")))
    await desk.ingest(story("call/3", (960, "ended")))
    assert only(await desk.day_levels()) == {
        "06:30": ServiceLevel(2, 2, 1, 0, timed=2, waited=124_001),
        "07:00": ServiceLevel(1, 1, 0, 0, timed=1, waited=29_000),
    }


async def test_yesterday_stays_yesterday(open_desk: Make) -> None:
    clock = StillClock(at(3600))
    desk = await open_desk(clock)
    await desk.ingest(story("call/1", (0, "offered", SUPPORT), (5, "answered"), (60, "ended")))
    clock.set(START + 24 * HOUR)
    await desk.ingest(story("call/2", (24 * 3600 - 60, "offered", SUPPORT)))
    today, yesterday = await desk.day_levels(), await desk.day_levels(1)
    assert today.floor.total == ServiceLevel()
    assert today.queues["support"].open.waiting == 1
    assert only(yesterday) == {"09:00": ServiceLevel(1, 1, 1, 0, timed=1, waited=5_000)}
    assert yesterday.queues["support"].open == OpenCalls()
    assert yesterday.end == today.start


def test_a_call_that_went_on_in_another_queue_leaves_no_empty_one_behind() -> None:
    """Lost after an hour without a queue, it rings on in one that is known of before its time."""
    store = made('lost_after = "1h"')
    ingest(store, story("call/1", (0, "offered"), (7200, "ringing", SUPPORT)), at(5400))
    assert list(day_levels(store, at(5400)).queues) == [""]
    assert list(day_levels(store, at(7200)).queues) == ["support"]
    assert list(day_levels(store, at(18_000)).queues) == ["support"]


async def test_who_waits_and_for_how_long(open_desk: Make) -> None:
    clock = StillClock(at(100))
    desk = await open_desk(clock)
    await desk.ingest(
        [
            *story("call/1", (10, "offered", SUPPORT), (90, "ringing")),
            *story("call/2", (40, "offered", SUPPORT)),
            *story("call/3", (5, "offered", SUPPORT), (50, "answered"), (60, "held")),
            *story("call/4", (1, "offered", {**SUPPORT, "direction": "out"}), (2, "ringing")),
            *story("call/5", (70, "offered", {"queue": "sales"}), (80, "abandoned")),
            *story("call/6", (71, "offered", {"queue": "sales"})),
        ]
    )
    day = await desk.day_levels()
    assert day.queues["support"].open == OpenCalls(waiting=2, since=at(10), talking=1)
    assert day.queues["sales"].open == OpenCalls(1, at(71))
    assert day.floor.open == OpenCalls(3, at(10), 1)
    # Nobody ticks, and nothing more is heard of them: they are lost, and wait no more.
    clock.set(at(60 + 4 * 3600))
    assert (await desk.day_levels()).floor.open == OpenCalls(2, at(10))
    clock.set(at(90 + 4 * 3600))
    left = await desk.day_levels()
    assert left.floor.open == OpenCalls()
    assert left.floor.total.lost == 4


@pytest.mark.parametrize(
    ("site", "abandoned", "left_out", "rate"),
    [
        ("", 3, 0, 3 / 4),
        ('short_abandon = "5s"', 1, 2, 1 / 2),
        ('short_abandon = "5s"\n[service_level]\ncount_short_abandons = true', 3, 0, 3 / 4),
    ],
)
async def test_short_abandons_are_left_out_or_in(
    open_desk: Make, site: str, abandoned: int, left_out: int, rate: float
) -> None:
    desk = await open_desk(StillClock(at(100)), site=site)
    await desk.ingest(
        [
            *story("call/1", (0, "offered", SUPPORT), (4.999, "abandoned")),
            *story("call/2", (0, "offered", SUPPORT), (5, "abandoned")),
            *story("call/3", (0, "offered", SUPPORT), (0, "abandoned")),
            *story("call/4", (0, "offered", SUPPORT), (1, "answered"), (9, "ended")),
        ]
    )
    level = (await desk.day_levels()).queues["support"].total
    assert (level.abandoned, level.left_out, level.short_abandoned) == (abandoned, left_out, 2 if site else 0)
    assert level.abandon_rate == rate
    assert level.share == 1 / (1 + abandoned)


async def test_an_answer_that_nobody_heard_is_left_out_where_it_decides(open_desk: Make) -> None:
    """Three rings are over at 15, where no feed tells of rings as well."""
    desk = await open_desk(StillClock(at(200)))
    calls: list[tuple[str, list[tuple[float, str]], float, float]] = [
        ("call/1", [(0, "ringing")], 4, 14),  # in time whenever it was answered
        ("call/2", [(0, "ringing")], 4, 16),  # nobody can say
        ("call/3", [], 4, 16),  # nor here
        ("call/4", [], 16, 20),  # too late whenever it was answered
    ]
    for call, rings, away, found in calls:
        answered = event(found, "call.answered", call, not_before=told(away))
        await desk.ingest(
            [*story(call, (0, "offered", SUPPORT), *rings), answered, *story(call, (100, "ended"))]
        )
    await desk.ingest(story("call/5", (0, "offered", SUPPORT), (6, "answered"), (60, "ended")))
    level = (await desk.day_levels()).queues["support"].total
    assert level == ServiceLevel(5, 5, 2, 0, unknown=2, timed=1, waited=6_000)
    assert level.share == 2 / 3
    assert level.speed == 6_000


async def test_targets_are_the_site_s(open_desk: Make) -> None:
    site = "[service_level]\ntarget = 0.8\n[service_level.queues.vip]\ntarget = 0.95\nabandon_target = 0.01"
    desk = await open_desk(StillClock(at(100)), site=site)
    await desk.ingest(story("call/1", (0, "offered", SUPPORT)))
    day = await desk.day_levels()
    assert (day.floor.target.share, day.queues["support"].target.share) == (0.8, 0.8)
    # A queue with a target of its own is shown before anybody called.
    vip = day.queues["vip"]
    assert (vip.target.share, vip.target.abandon, vip.total.share) == (0.95, 0.01, None)


# --- Whatever order they came in


def counted(store: SqliteWriter) -> Counter[tuple[Millis, str, str]]:
    """The buckets, by walking over what each item adds."""
    rows = store.items(store.item_ids("", 100_000))
    counts: Counter[tuple[Millis, str, str]] = Counter()
    for row in rows:
        for bucket, queue, measure, number in row.tally:
            assert bucket % QUARTER == 0
            counts[bucket, queue, measure] += number
    return counts


SITE = """
short_abandon = "10s"
[service_level]
target = 0.8
"""


@settings(max_examples=25)
@given(events=histories(kinds=("call", "call", "callback")), seed=st.integers(0, 1000))
def test_any_order_of_arrival_gives_the_buckets_of_a_fresh_count(events: list[Event], seed: int) -> None:
    now = START + HORIZON_S * 1000
    whole, bits = made(SITE), made(SITE)
    ingest(whole, sorted(events, key=lambda one: one.time), now)
    settle(whole, now)
    rng = random.Random(seed)
    shuffled = rng.sample(events, len(events))
    for one in shuffled:
        # Told as they came, the clock of the floor going on meanwhile.
        ingest(bits, [one], rng.randint(START, now))
    settle(bits, now)
    assert state(bits)["buckets"] == state(whole)["buckets"]
    assert {tuple(key): number for *key, number in _buckets(bits)} == counted(bits)
    assert day_levels(bits, now) == day_levels(whole, now)


def _buckets(store: SqliteWriter) -> list[tuple[Any, ...]]:
    return state(store)["buckets"]


@settings(max_examples=20)
@given(number=st.integers(0, 11), late=st.integers(0, QUARTER - 1))
def test_a_late_event_moves_its_own_quarter_alone(number: int, late: Millis) -> None:
    now = START + 30 * HOUR
    store = made()
    day = START - 9 * HOUR  # midnight in Shanghai
    calls = []
    for index in range(12):
        came = day + index * QUARTER + late
        begun, over = (
            event(0, f"call.{verb}", f"call/{index}", queue="q") for verb in ("offered", "abandoned")
        )
        calls += [replace(begun, time=came), replace(over, time=came + MINUTE)]
    ingest(store, calls, now)
    before = {(bucket, measure): n for bucket, _, measure, n in _buckets(store) if ":" not in measure}
    answer = replace(event(0, "call.answered", f"call/{number}"), time=day + number * QUARTER + late + 1_000)
    ingest(store, [answer], now)
    after = {(bucket, measure): n for bucket, _, measure, n in _buckets(store) if ":" not in measure}
    changed = {key[0] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert changed == {day + number * QUARTER}
