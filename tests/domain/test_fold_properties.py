"""Whatever the order in which a history arrives, and wherever it is cut off, the floor is the same; and it is
the floor that the ten norms give when somebody works them out on paper."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.event import Event
from console.domain.instants import Millis
from console.domain.item import Item
from tests.depth import deep
from tests.domain.histories import histories, moments
from tests.domain.story import floor
from tests.domain.ten_norms import ON_PAPER, Verdict, ten_norms
from tests.domain.walks import check, history, until_of

WALKS = deep(250)
"""Histories a block; there are BLOCKS of them, so that workers can share them."""

BLOCKS = range(4)


def same_in_any_order(events: list[Event], now: Millis, shuffler: random.Random) -> bool:
    shuffled = list(events)
    shuffler.shuffle(shuffled)
    return floor(shuffled, now) == floor(events, now)


def same_when_cut_off(events: list[Event], until: Millis) -> bool:
    before = floor([event for event in events if event.time <= until], until)
    whole = floor(events, until)
    for item in (*before.values(), *whole.values()):
        item.next_event = None
    return {name: whole[name] for name in before} == before and not any(
        item.begun for name, item in whole.items() if name not in before
    )


def verdicts(items: dict[str, Item], until: Millis) -> set[Verdict]:
    rows = [clock.row() for item in items.values() for clock in item.clocks if clock.norm.id in ON_PAPER]
    return {
        (
            row.item,
            row.norm,
            row.started,
            None if row.paused is not None else row.due,
            row.stopped,
            row.broken(until),
        )
        for row in rows
    }


def as_on_paper(events: list[Event], until: Millis) -> bool:
    return verdicts(floor(events, until), until) == ten_norms(events, until)


@given(histories(), moments, st.randoms(use_true_random=False))
@settings(max_examples=deep(40))
def test_any_history(events: list[Event], now: Millis, shuffler: random.Random) -> None:
    assert same_in_any_order(events, now, shuffler)
    assert same_when_cut_off(events, now)
    assert as_on_paper(events, now)


@pytest.mark.parametrize("block", BLOCKS)
def test_any_order_of_arrival_gives_the_same_floor(block: int) -> None:
    for seed in range(block * WALKS, block * WALKS + WALKS // 4):
        events = history(seed)
        until = until_of(seed, events)
        check(seed, lambda some: same_in_any_order(some, until, random.Random(1)), events)  # noqa: B023


@pytest.mark.parametrize("block", BLOCKS)
def test_cutting_off_is_the_floor_of_what_had_happened(block: int) -> None:
    for seed in range(block * WALKS, block * WALKS + WALKS // 4):
        events = history(seed)
        until = until_of(seed, events)
        check(seed, lambda some: same_when_cut_off(some, until), events)  # noqa: B023


@pytest.mark.parametrize("block", BLOCKS)
def test_the_engine_agrees_with_the_norms_on_paper(block: int) -> None:
    for seed in range(block * WALKS, block * WALKS + WALKS):
        events = history(seed)
        until = until_of(seed, events)
        check(seed, lambda some: as_on_paper(some, until), events)  # noqa: B023
