"""A fold that goes on where it stopped gives what folding everything anew gives, or says that it can't."""

from __future__ import annotations

import random

import pytest

from console.domain.event import Event
from console.domain.fold import Folding, fold
from console.domain.item import Item
from console.domain.lifecycle import order_key
from console.service.summary import summarise
from tests.domain.story import BOOK
from tests.domain.walks import history


def as_kept(item: Item, told: int, now: int) -> object:
    return summarise(item, told, BOOK, now), item.effects, item.ignored


@pytest.mark.parametrize("block", range(3))
def test_going_on_is_folding_anew(block: int) -> None:
    assert sum(gone_on(seed) for seed in range(block * 50, block * 50 + 50)) > 200


def gone_on(seed: int) -> int:
    """Goes on with the items of a history, some out of order; answers how often that was possible."""
    rng = random.Random(seed)
    items: dict[str, list[Event]] = {}
    for event in history(seed):
        if event.kind == "agent":
            continue  # theirs hangs on midnight, and is folded whole
        items.setdefault(event.subject, []).append(event)
    went_on = 0
    for name, events in items.items():
        if rng.random() < 0.7:
            events.sort(key=order_key)
        folding = Folding(name, BOOK)
        seen: list[Event] = []
        rest = list(events)
        while rest:
            number = rng.randint(1, 3)
            part, rest = rest[:number], rest[number:]
            seen += part
            now = max(event.time for event in seen) + rng.choice((0, 1, 30_000, 5 * 3_600_000))
            item = folding.go_on(part, now)
            if item is None:
                break
            went_on += 1
            assert as_kept(item, len(seen), now) == as_kept(fold(name, seen, [], BOOK, now), len(seen), now)
            assert folding.told == len(seen)
    return went_on


def test_a_late_event_and_one_yet_to_come_are_not_gone_on_with() -> None:
    def event(number: int, kind: str, time: int) -> Event:
        return Event(source="t", id=str(number), type=kind, subject="ticket/1", time=time)

    folding = Folding("ticket/1", BOOK)
    assert folding.go_on([event(1, "ticket.opened", 1000)], 2000) is not None
    assert folding.go_on([event(2, "ticket.accepted", 500)], 2000) is None
    folding = Folding("ticket/1", BOOK)
    assert folding.go_on([event(1, "ticket.opened", 3000)], 2000) is None
