"""The board of an earlier moment is the one that a store shows which was told no more than that."""

from __future__ import annotations

import random

import pytest

from console.domain.event import Event
from console.domain.instants import Millis
from console.domain.query import Query, parse_query
from console.service import board, levels
from console.service.model import ItemView, QueueRow, ServiceLevel
from console.service.past import LookBack, Past
from console.store.writing import SqliteWriter
from tests.depth import deep
from tests.domain.story import at, event
from tests.domain.walks import check, history, until_of
from tests.store.workbench import board_at, ingest, made, settle

WALKS = deep(8)
FILTERS = ("", "", "kind:callback", "queue:billing", "owner:li -band:none", "138", "severity:high")


def looked(store: SqliteWriter, at: Millis, query: Query, page: int) -> tuple[LookBack, Past]:
    """All of the board, `page` rows more at a time."""
    look, count, more = LookBack(at, query), 0, True
    while more:
        count += page
        left = look.begin(store, count)
        while left:
            left = look.step(store)
        past = look.finish(store)
        more = past.more
    return look, past


def bare(row: QueueRow) -> QueueRow:
    """A row without what is yet to come, and what acts on it."""
    return row._replace(next=None, twins=())


def told(view: ItemView) -> object:
    names = [(entry.event.name, entry.ignored, entry.undone, entry.effect) for entry in view.timeline]
    return bare(view.row), view.over, view.withdrawn, view.note, names, view.clocks, view.acknowledged_by


def is_as_it_stood(
    events: list[Event], at: Millis, later: Millis, ticked: bool, text: str, page: int
) -> bool:
    store, then = made(), made()
    ingest(store, events, later)
    if ticked:
        settle(store, later)
    ingest(then, [event for event in events if event.time <= at], at)
    query = parse_query(text)
    look, past = looked(store, at, query, page)
    counts, rows = past.counts, past.rows
    known, stood, *_ = board_at(then, at, ())
    if text:
        stood = board.window(then, query, 100, None, None, at).rows
    if (counts.open, counts.breached, counts.at_risk, dict(counts.kinds)) != (
        known.open, known.breached, known.at_risk, dict(known.kinds),
    ):  # fmt: skip
        return False
    if past.level != sum(levels.service_levels(then, at).values(), ServiceLevel()):
        return False
    if [bare(row) for row in rows] != [bare(row) for row in stood]:
        return False
    for row in rows:
        view, was = look.view(store, row.id), board.view(then, row.id, at)
        if view is None or was is None or told(view)[1:] != told(was)[1:]:  # type: ignore[index]
            return False
    return True


@pytest.mark.parametrize("block", range(2))
def test_it_is_as_it_stood(block: int) -> None:
    for seed in range(block * WALKS, (block + 1) * WALKS):
        events, chance = history(seed), random.Random(seed)
        at = until_of(seed, events)
        later = at + chance.choice((0, 1, 60_000, 3_600_000, 10**8, 10**10))
        ticked, text, page = chance.random() < 0.7, chance.choice(FILTERS), chance.choice((1, 3, 100))
        check(seed, lambda some: is_as_it_stood(some, at, later, ticked, text, page), events)  # noqa: B023


def test_a_look_that_somebody_leaves_while_it_is_finished_comes_to_an_end() -> None:
    store, look = made(), LookBack(at(10), Query())
    ingest(store, [event(0, "ticket.opened", "ticket/1")], at(5))
    left = look.begin(store, 50)
    while left:
        left = look.step(store)
    ingest(
        store, [event(20, "ticket.assigned", "ticket/1", agent="li")], at(20)
    )  # so there is more to look at
    look.left = True
    assert [row.id for row in look.finish(store).rows] == ["ticket/1"]
