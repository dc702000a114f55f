"""A refresh costs what it shows: every query goes by an index, and stops at a limit or at one item's rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from console.domain.query import FIELDS, parse_query
from console.service import board, card, handover, levels, people, wall
from console.service.breaches import breaches
from console.service.glance import feeds, glance
from console.service.ledger import record, tick
from console.service.model import Place
from console.service.past import LookBack
from console.store.writing import SqliteWriter
from tests.domain.walks import history
from tests.store.workbench import made

FILTERS = [
    *("", "kind:call", "queue:billing", "queue:none", "owner:li", "owner:none", "-owner:li", "band:breached"),
    *(
        "-band:paused",
        "norm:callback.due",
        "state:waiting",
        "customer:138",
        "severity:critical",
        "138",
        "-138",
    ),
    *("billing", "ticket/", "wan", "zzz", "-zzz", "zzz 138", "customer:138 wan", "queue:billing wang", "王"),
    *("kind:call queue:billing", "queue:billing owner:none kind:ticket band:at_risk severity:high 138"),
]
BIG = ("items", "texts", "events", "clocks", "effects", "rejects")

Asked = Callable[[SqliteWriter, int], object]


@pytest.fixture(scope="module")
def filled() -> tuple[SqliteWriter, int]:
    """A floor of a hundred items and more, some of which wait for a tick."""
    store = made()
    events = [
        replace(event, id=f"{event.id}-{seed}", subject=f"{event.subject}-{seed}")
        for seed in range(30)
        for event in history(seed)
    ]
    now = sorted(event.time for event in events)[len(events) * 9 // 10]
    record(store, events, now)
    return store, now + 3_600_000


def plans(store: SqliteWriter, work: Callable[[], object]) -> list[tuple[str, list[str]]]:
    """What `work` asks, each sort of question once, and how the database goes about it."""
    asked: list[str] = []
    store._db.set_trace_callback(asked.append)
    try:
        work()
    finally:
        store._db.set_trace_callback(None)
    sorts = {
        re.sub(r"'(?:[^']|'')*'|\b\d+\b", "?", sql): sql
        for sql in asked
        if re.match(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)", sql)
    }
    return [
        (sql, [row[3] for row in store._db.execute(f"EXPLAIN QUERY PLAN {sql}")]) for sql in sorts.values()
    ]


def held_to(store: SqliteWriter, work: Callable[[], object], *, sorts: bool = False) -> None:
    for sql, plan in plans(store, work):
        assert "OFFSET" not in sql.upper(), sql
        for step in plan:
            # A word's trigrams are sought; without any, the virtual table would be walked.
            assert not re.match(r"SCAN trigrams VIRTUAL TABLE INDEX 0:$", step), (sql, plan)
            scanned = re.match(r"SCAN (\w+)", step)
            if scanned and scanned[1] in BIG:
                assert "LIMIT" in sql, (sql, plan)
                assert "USING" in step, (sql, plan)
            # A sort has to read all that it sorts: one item's rows, or those inside one band.
            if "TEMP B-TREE FOR ORDER BY" in step and not sorts and "WHERE item = " not in sql:
                assert not re.search(r"FROM (items|events|clocks)\b", sql), (sql, plan)


PLACES: list[tuple[Place | None, Place | None]] = [
    (None, None),
    ((0, 0, 5, "call/1"), None),
    (None, (3, 0, 5, "call/1")),
]


def test_every_kind_of_filter_is_there() -> None:
    assert set(FIELDS) <= {term.lstrip("-").partition(":")[0] for text in FILTERS for term in text.split()}


@pytest.mark.parametrize("text", FILTERS)
def test_a_window(filled: tuple[SqliteWriter, int], text: str) -> None:
    store, now = filled
    query = parse_query(text)
    assert not query.problems
    for after, before in PLACES:
        held_to(store, lambda: board.window(store, query, 50, after, before, now))  # noqa: B023


@pytest.mark.parametrize(
    "work",
    [
        lambda store, now: board.counts(store, now),
        lambda store, now: store.due(now, 500),
        lambda store, now: board.rows(store, ["call/1-1", "callback/1-2", "ticket/1-3"], now),
        lambda store, now: levels.service_levels(store, now),
        lambda store, now: levels.day_levels(store, now),
        lambda store, now: feeds(store, now),
        lambda store, now: glance(store, parse_query(""), 50, now),
        lambda store, now: store.queues(),
        lambda store, now: store.asked(100),
        lambda store, now: store.owned_by("li", 100),
        lambda store, now: people.agents(store, now),
        lambda store, now: card.card(store, "li", "li", now),
        lambda store, now: store.calls_since(now),
        lambda store, now: handover.look(store, "li", now),
        lambda store, now: wall.wall(store, now, 50),
        lambda store, now: wall.wall(store, now, 50, "billing"),
        lambda store, now: store.told_before(now, 500),
    ],
    ids=[
        "counts",
        "due",
        "rows",
        "levels",
        "day",
        "feeds",
        "first",
        "queues",
        "asked",
        "owned",
        "agents",
        "card",
        "calls",
        "handover",
        "wall",
        "wall of a queue",
        "told before",
    ],
)
def test_what_a_refresh_asks(filled: tuple[SqliteWriter, int], work: Asked) -> None:
    store, now = filled
    held_to(store, lambda: work(store, now))


def test_an_earlier_moment(filled: tuple[SqliteWriter, int]) -> None:
    store, now = filled

    def look() -> None:
        back = LookBack(now - 10_000_000, parse_query("queue:billing"))
        back.begin(store, 50)
        while back.step(store):
            pass
        back.finish(store)

    held_to(store, look, sorts=True)


def test_an_item(filled: tuple[SqliteWriter, int]) -> None:
    store, now = filled
    for name in store.item_ids("", 10_000)[::9]:
        # One item's own effects, clocks and relatives are few, and may be sorted.
        held_to(store, lambda: board.view(store, name, now), sorts=True)  # noqa: B023


def test_a_tick_and_a_batch(filled: tuple[SqliteWriter, int]) -> None:
    store, now = filled
    store._db.execute("SAVEPOINT before")
    held_to(store, lambda: tick(store, now, 50), sorts=True)
    more = [replace(event, id=f"{event.id}-new") for event in history(3)]
    held_to(store, lambda: record(store, more, now), sorts=True)
    store._db.execute("ROLLBACK TO before")
    store._db.execute("RELEASE before")


def test_breaches(filled: tuple[SqliteWriter, int]) -> None:
    store, now = filled
    held_to(store, lambda: breaches(store, now - 7_200_000), sorts=True)


def test_a_rebuild(filled: tuple[SqliteWriter, int]) -> None:
    store, _ = filled
    held_to(store, lambda: store.item_ids("call/2", 500), sorts=True)
