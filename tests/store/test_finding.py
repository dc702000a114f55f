"""What a filter lets through is what it says, found by whichever index, and a bounded stretch at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.event import Event
from console.domain.place import BAND_WORDS
from console.domain.query import Query, parse_query
from console.service import board
from console.service.board import Place
from console.service.rows import ItemRow
from console.store import finding, gathered
from console.store.writing import SqliteWriter
from tests.domain.story import START
from tests.domain.walks import history, until_of
from tests.store.workbench import ingest, made, rebuilt, settle

SITE = """
[agents.li]
name = "Ana Pérez"
[agents.wang]
name = "王芳"
"""
FILTERS = [
    *("138", "+86138000", "TICKET/", "bill", "pai", "zzz", "t", "-138", "-zzz", "13 8", '"/1"', "a\x00b"),
    *("ana", "pérez", "王", "王芳", "li", "-li", "wang 138", "ana billing", "-ana repair", "%", "_", '"""'),
    *("state:waiting", "-state:waiting", "state:ringing 138", "norm:callback.due", "-norm:callback.due"),
    *(
        "severity:critical",
        "severity:high",
        "-severity:high",
        "queue:billing ana",
        "queue:none",
        "-queue:none",
    ),
    *("owner:li", "owner:li kind:ticket", "-owner:li", "owner:none", "-owner:none", "owner:none ticket"),
    *("kind:call owner:none", "kind:call band:running", "138 -kind:callback", "queue:billing queue:repair"),
    *("band:breached 138", "-band:breached", "band:none", "customer:0042", "-customer:0042"),
    "customer:+861390 ana",
]


@pytest.fixture(autouse=True)
def some_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a small floor some texts are in the index and some are not there yet."""
    monkeypatch.setattr(gathered, "NEW_TEXTS", 8)


def floor(seed: int) -> tuple[SqliteWriter, int]:
    """Some dozens of items, settled."""
    store = made(SITE)
    events = [
        replace(event, id=f"{event.id}-{part}", subject=f"{event.subject}-{part}")
        for part in range(seed, seed + 6)
        for event in history(part)
    ]
    now = until_of(seed, events)
    ingest(store, events, now)
    settle(store, now)
    return store, now


def every_row(store: SqliteWriter) -> list[ItemRow]:
    """What stands on the board, in its order, without a filter's help."""
    rows = store.items(store.item_ids("", 100_000))
    return sorted(
        (row for row in rows if row.open and row.lead),
        key=lambda row: (row.band, row.severity, row.at, row.id),
    )


def fits(store: SqliteWriter, row: ItemRow, query: Query) -> bool:
    """By the rules of the filter language, from the item's row and clocks alone."""
    named = query.knowing({"li": "Ana Pérez", "wang": "王芳"})
    severity = next((clock.severity for clock in store.clocks_of(row.id) if clock.name == row.clock), None)
    words = ("critical", "high", "medium", "low")
    values = {
        "kind": row.kind, "queue": row.queue, "owner": row.owner, "band": BAND_WORDS[row.band],
        "norm": row.norm, "state": row.state, "customer": row.customer,
        "severity": None if severity is None else words[severity],
    }  # fmt: skip
    return named.finds(values, " ".join(filter(None, (row.id, row.customer, row.name))).casefold())


def paged(store: SqliteWriter, query: Query, now: int, *, back: bool = False) -> list[str]:
    """All that a filter lets through, read three at a time from one end to the other."""
    found: list[str] = []
    after: Place | None = None
    before: Place | None = (9, 0, 0, "") if back else None
    while True:
        window = board.window(store, query, 3, after, before, now)
        assert len(window.rows) <= 3
        ids = [row.id for row in window.rows]
        found = ids + found if back else found + ids
        place = window.reached or (window.rows[0 if back else -1].place if window.rows else None)
        if place is None or not (window.before if back else window.after):
            return found
        before, after = (place, None) if back else (None, place)


@pytest.mark.parametrize("seed", [1, 50, 90])
@pytest.mark.parametrize(("look", "few"), [(2_000, 1_000), (4, 1_000), (5, 0), (2_000, 6)])
def test_what_is_found_is_what_fits(seed: int, look: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "LOOK", look)
    monkeypatch.setattr(finding, "FIRST_LOOK", look)
    monkeypatch.setattr(finding, "FEW", few)
    store, now = floor(seed)
    rows = every_row(store)
    hits = 0
    for text in FILTERS:
        query = parse_query(text)
        wanted = [row.id for row in rows if fits(store, row, query)]
        assert paged(store, query, now) == wanted, text
        assert paged(store, query, now, back=True) == wanted, text
        hits += len(wanted)
    assert hits > 3 * len(rows)


def ticket(number: int, verb: str, seconds: int = 0, **data: object) -> Event:
    return Event(
        source="crm", id=f"{number}-{verb}", type=f"ticket.{verb}", subject=f"ticket/{number}",
        time=START + number * 1000 + seconds * 1000, data=data,
    )  # fmt: skip


def found(store: SqliteWriter, text: str) -> list[str]:
    return [row.id for row in board.window(store, parse_query(text), 50, None, None, START + 60_000).rows]


def test_a_word_follows_the_item() -> None:
    """Renamed, given to somebody, closed, opened again; and in a store that is worked out anew."""
    store = made(SITE)
    ingest(
        store, [ticket(1, "opened", name="Straße 中文", queue="billing"), ticket(2, "opened")], START + 60_000
    )
    assert found(store, "STRASSE") == found(store, "中文") == found(store, "illin") == ["ticket/1"]
    assert found(store, "ana") == []
    ingest(store, [ticket(1, "assigned", 1, agent="li", name="Weg")], START + 60_000)
    assert found(store, "strasse") == []
    assert found(store, "weg") == found(store, "Ana") == found(store, "PÉREZ") == ["ticket/1"]
    assert rebuilt(store, START + 60_000) == 0
    ingest(store, [ticket(1, "closed", 2)], START + 60_000)
    assert found(store, "weg") == []
    ingest(store, [ticket(1, "reopened", 3)], START + 60_000)
    assert found(store, "weg") == ["ticket/1"]
    assert rebuilt(store, START + 60_000) == 0


def test_texts_that_went_wrong_are_mended() -> None:
    store = made()
    ingest(store, [ticket(1, "opened", name="Weg"), ticket(2, "opened", name="Platz")], START + 60_000)
    for table in ("texts", "new_texts"):
        store._db.execute(f"DELETE FROM {table} WHERE item = 'ticket/1'")
    assert found(store, "weg") == []
    assert store.recount() == 1
    assert (found(store, "weg"), found(store, "platz")) == (["ticket/1"], ["ticket/2"])
    assert store.recount() == 0


def test_texts_come_into_the_index_and_stay_findable() -> None:
    store = made()
    for number in range(10, 40):
        ingest(store, [ticket(number, "opened", name=f"Weg {number}")], START + 60_000)
        for earlier in (10, number):
            assert found(store, f"weg {earlier}") == [f"ticket/{earlier}"]
    indexed = store._db.execute("SELECT count(*) FROM texts").fetchone()[0]
    assert 0 < indexed < 30
    ingest(store, [ticket(number, "closed", 1) for number in (10, 39)], START + 60_000)
    assert found(store, "weg 10") == found(store, "weg 39") == []
    assert store.recount() == 0


def test_a_reading_looks_at_so_many_rows_and_says_how_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "LOOK", 10)
    monkeypatch.setattr(finding, "FIRST_LOOK", 10)
    store = made()
    opened = [ticket(number, "opened") for number in range(100, 125)]
    ingest(store, [*opened, ticket(121, "accepted", 30)], START + 60_000)
    query, now = parse_query("state:accepted"), START + 200_000
    settle(store, now)
    whole = board.window(store, Query(), 50, None, None, now).rows
    looks = [board.window(store, query, 5, None, None, now)]
    while (place := looks[-1].reached) is not None:
        looks.append(board.window(store, query, 5, place, None, now))
    assert [look.reached for look in looks[:2]] == [whole[9].place, whole[19].place]
    assert [row.id for look in looks for row in look.rows] == ["ticket/121"]
    assert len(looks) == 3
    assert not looks[-1].after
