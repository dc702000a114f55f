"""However a history arrives, the store ends up the same, and reads without a tick as it does after one."""

from __future__ import annotations

import random

import pytest

from console.cli.lookback import look_beyond
from console.domain.event import Event
from console.domain.fold import site_midnight
from console.domain.instants import Millis
from console.store.glance import glance, moved_by_clocks
from tests.depth import deep
from tests.domain.story import floor
from tests.domain.walks import check, history, until_of
from tests.store.workbench import board_at, broken, ingest, made, rebuilt, settle, state, walked

BLOCKS = range(4)
WALKS = deep(18)


def as_it_came(events: list[Event], now: Millis, rng: random.Random) -> bool:
    """Any order, any batches, some twice, ticks at any moment in between; against one batch in order."""
    whole = made()
    ingest(whole, sorted(events, key=lambda event: event.time), now)
    settle(whole, now)
    bits = made()
    told = [*events, *rng.sample(events, len(events) // 3)]
    rng.shuffle(told)
    first = min(event.time for event in events)
    moments = sorted(rng.randint(first, max(first, now)) for _ in told)
    while told:
        size = rng.randint(1, 4)
        batch, told = told[:size], told[size:]
        moment = moments[-len(told) - 1]
        ingest(bits, batch, moment)
        if rng.random() < 0.3:
            settle(bits, moment)
    # Whatever came last, a tick now brings all to the same moment.
    settle(bits, now)
    return state(bits) == state(whole)


def unmoved_by_a_rebuild(events: list[Event], now: Millis) -> bool:
    store = made()
    ingest(store, events, now - 3_600_000)
    settle(store, now)
    counted = walked(store)
    kept = {(row[0], row[1], row[2]): row[3] for row in state(store)["counters"]}
    return kept == counted and rebuilt(store, now) == 0


def read_as_ticked(events: list[Event], now: Millis, later: Millis) -> bool:
    store = made()
    ingest(store, events, now)
    names = sorted(floor(events, later))
    unticked = board_at(store, later, names)
    settle(store, later)
    return board_at(store, later, names) == unticked


def glanced_as_ticked(events: list[Event], now: Millis, later: Millis) -> bool:
    store = made()
    ingest(store, events, now)
    midnight = site_midnight(store.rulebook().at(later), later)
    moved, beyond = moved_by_clocks(store._db, later)
    if beyond:
        # It takes the engine for some of them.
        unticked = look_beyond(store._db, later, moved, beyond, queue=None, limit=1000)
    else:
        unticked = glance(store._db, later, midnight=midnight, limit=1000, moved=moved)
    settle(store, later)
    return glance(store._db, later, midnight=midnight, limit=1000, moved={}) == unticked


def as_of_any_moment(events: list[Event], now: Millis, until: Millis) -> bool:
    store = made()
    ingest(store, events, now)
    items = floor(events, until)
    expected = []
    for name, item in items.items():
        for clock in item.clocks:
            for row in clock.row().breaches(until) if item.begun else ():
                acknowledged = item.acknowledged.get(row.name)
                expected.append(
                    (name, row.name, row.due, row.stopped, row.over(until), item.owner, item.queue,
                     row.agents, acknowledged.actor if acknowledged else None)
                )  # fmt: skip
    return broken(store, until) == sorted(expected, key=lambda one: (one[2], one[0], one[1]))


@pytest.mark.parametrize("block", BLOCKS)
def test_any_way_of_arriving_ends_in_the_same_store(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed)
        now = until_of(seed, events)
        check(seed, lambda some: as_it_came(some, now, random.Random(seed)), events)  # noqa: B023


@pytest.mark.parametrize("block", BLOCKS)
def test_a_rebuild_changes_nothing_and_the_counters_are_the_rows(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed)
        now = until_of(seed, events)
        check(seed, lambda some: unmoved_by_a_rebuild(some, now), events)  # noqa: B023


@pytest.mark.parametrize("block", BLOCKS)
def test_what_is_read_without_a_tick_is_what_a_tick_writes(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed)
        now, later = sorted((until_of(seed, events), until_of(seed + 1, events)))
        check(seed, lambda some: read_as_ticked(some, now, later), events)  # noqa: B023


@pytest.mark.parametrize("block", BLOCKS)
def test_a_glance_without_a_tick_is_the_one_after_it(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed)
        now = until_of(seed, events)
        later = now + random.Random(seed).choice((1, 5_000, 20_000, 70_000, 1_900_000))
        check(seed, lambda some: glanced_as_ticked(some, now, later), events)  # noqa: B023


@pytest.mark.parametrize("seed", [1045, 1444, 2902, 10553])
def test_histories_that_were_once_read_wrong(seed: int) -> None:
    events = history(seed)
    now, later = sorted((until_of(seed, events), until_of(seed + 1, events)))
    check(seed, lambda some: read_as_ticked(some, now, later), events)


@pytest.mark.parametrize("block", BLOCKS)
def test_breaches_of_any_moment_are_those_of_the_history_cut_off_there(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events = history(seed)
        now, until = until_of(seed, events), until_of(seed + 1, events)
        check(seed, lambda some: as_of_any_moment(some, now, until), events)  # noqa: B023
