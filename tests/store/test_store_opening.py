"""Opening a store: its journal, its mode, its migrations, what it refuses; and letting go of it."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from pathlib import Path

import pytest

from console.bootstrap import open_store
from console.domain.command import Command
from console.service.model import Done, NotRecorded
from console.service.problem import StoreProblem
from console.service.site import CHUNK
from console.store import schema
from console.store.books import BookShelf
from console.store.direct import reading
from console.store.sqlite import SqliteStore
from console.store.writing import SqliteWriter
from tests.conftest import StillClock
from tests.domain.story import PACK_TEXT, START
from tests.store.store_worker import NOW, call, desk_on, ticket
from tests.store.workbench import made


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 7), True),
        ((3, 45, 0), False),
        ((3, 49, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_only_where_it_keeps_every_commit(version: tuple[int, ...], safe: bool) -> None:
    assert schema.wal_is_safe(version) is safe


async def test_the_journal_is_the_one_that_this_sqlite_is_to_use(tmp_path: Path) -> None:
    path = tmp_path / "rings.db"
    _, store = await desk_on(path, "li")
    (mode, synchronous) = await store.write(
        lambda writer: [
            writer._db.execute(f"PRAGMA {name}").fetchone()[0]  # type: ignore[attr-defined]
            for name in ("journal_mode", "synchronous")
        ]
    )
    await store.close()
    assert mode == schema.journal_mode()
    assert synchronous == 2


async def test_files_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rings.db"
    desk, store = await desk_on(path, "li")
    await desk.ingest([ticket("1")])
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    await store.close()


async def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rings.db"
    _, store = await desk_on(path, "li")
    await store.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(StoreProblem) as refused:
        await desk_on(path, "li")
    assert (refused.value.reason, refused.value.detail) == ("newer", str(path))
    with pytest.raises(StoreProblem, match="newer"), reading(path, lambda number, country: number):
        pass


async def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mail.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE letters (text)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreProblem, match="foreign"):
        await desk_on(path, "li")
    assert path.read_bytes() == before


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("shopping list\n" * 100)
    with pytest.raises(StoreProblem, match="corrupt"):
        await desk_on(path, "li")
    assert path.read_text().startswith("shopping list")


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreProblem, match="gone"):
        await desk_on(tmp_path / "file" / "rings.db", "li")


def test_only_one_step_is_taken_and_the_file_copied_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rings.db"
    schema.make_file(path)
    first = sqlite3.connect(path)
    schema.prepare(first, writable=True)
    schema.migrate(first, path)
    first.execute("INSERT INTO meta VALUES ('kept', 'yes')")
    more = tmp_path / "more.sql"
    more.write_text("CREATE TABLE more (id);\nINSERT INTO meta VALUES ('step', '2');\n")
    steps = [*schema._steps(), str(more)]
    monkeypatch.setattr(schema, "_steps", lambda: steps)
    second = sqlite3.connect(path)
    schema.prepare(second, writable=True)
    assert schema.migrate_needed(second, path)
    schema.migrate(second, path)
    schema.migrate(first, path)
    assert second.execute("SELECT value FROM meta WHERE name = 'step'").fetchall() == [("2",)]
    copy = tmp_path / f"rings.db.before-{len(steps)}"
    assert [file for file in tmp_path.iterdir() if ".before" in file.name] == [copy]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    old = sqlite3.connect(copy)
    assert old.execute("SELECT name FROM meta").fetchall() == [("kept",)]


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rings.db"
    db = sqlite3.connect(path)
    schema.prepare(db, writable=True)
    schema.migrate(db, path)
    version = db.execute("PRAGMA user_version").fetchone()
    more = tmp_path / "more.sql"
    more.write_text("CREATE TABLE more (id);\nINSERT INTO nowhere VALUES (1);\n")
    steps = [*schema._steps(), str(more)]
    monkeypatch.setattr(schema, "_steps", lambda: steps)
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(db, path)
    assert db.execute("PRAGMA user_version").fetchone() == version
    assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'").fetchone() == (0,)
    assert [file.name for file in tmp_path.iterdir() if ".before" in file.name] == []


def test_the_log_is_append_only() -> None:
    store = made()
    store.add_event(ticket("1"), START)
    for sql in ("DELETE FROM events", "UPDATE events SET time = 0"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store._db.execute(sql)


def test_rules_put_in_force_twice_in_one_millisecond_are_read_again() -> None:
    store = made()
    assert store.rulebook().latest.site.ring_cycle == 5000
    store.put_site("settings", 'ring_cycle = "6s"', 0, 0)
    assert store.rulebook().latest.site.ring_cycle == 6000
    assert isinstance(store._shelf, BookShelf)
    book = store.rulebook()
    assert store.rulebook() is book


async def test_the_first_to_open_a_store_says_what_it_begins_with(tmp_path: Path) -> None:
    said: list[str] = []

    def first(writer: SqliteWriter) -> None:
        said.append("first")
        writer.put_site("norms", PACK_TEXT, 0, 0)
        writer.put_site("settings", "", 0, 0)

    for _ in range(2):
        store = await SqliteStore.open(
            tmp_path / "rings.db", normalise=lambda number, country: number, first=first
        )
        await store.close()
    assert said == ["first"]


async def test_a_cancelled_caller_leaves_no_lock_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rings.db"
    desk, store = await desk_on(path, "li")
    other, second = await desk_on(path, "wang")
    for number in range(60):
        task = asyncio.create_task(desk.ingest(call(f"a{number}", "pbx", START + number)))
        for _ in range(number % 6):
            await asyncio.sleep(0)
        if number % 3 == 0:
            await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        # Another process can write at once.
        await asyncio.wait_for(other.ingest(call(f"b{number}", "crm", START + number)), 2)
    reading_task = asyncio.create_task(desk.counts())
    await asyncio.sleep(0)
    reading_task.cancel()
    await asyncio.gather(reading_task, return_exceptions=True)
    assert (await other.counts()).kinds["callback"] > 0
    await store.close()
    await second.close()
    db = sqlite3.connect(path)
    of = dict(db.execute("SELECT item, count(*) FROM events GROUP BY item").fetchall())
    assert set(of.values()) == {3}
    assert sum(item.startswith("call/b") for item in of) == 60


async def test_a_closed_store_answers_at_once(tmp_path: Path) -> None:
    desk, store = await desk_on(tmp_path / "rings.db", "li")
    waiting = [asyncio.create_task(desk.ingest([ticket(str(number))])) for number in range(100)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    late = asyncio.create_task(desk.ingest([ticket("late")]))
    receipts = await asyncio.gather(*waiting)
    assert all(receipt.appended == 1 for receipt in receipts)
    with pytest.raises(StoreProblem, match="gone"):
        await asyncio.wait_for(late, 2)
    await closing
    with pytest.raises(StoreProblem, match="gone"):
        await desk.ingest([ticket("later")])


async def test_what_one_work_does_wrong_is_its_own_matter(tmp_path: Path) -> None:
    desk, store = await desk_on(tmp_path / "rings.db", "li")

    def break_a_rule(writer: object) -> None:
        writer._db.execute("DELETE FROM events")  # type: ignore[attr-defined]

    def raise_something(writer: object) -> None:
        raise KeyError("mine")

    await desk.ingest([ticket("0")])
    good, bad, worse = await asyncio.gather(
        desk.ingest([ticket("1")]),
        store.write(break_a_rule),
        store.write(raise_something),
        return_exceptions=True,
    )
    assert getattr(good, "appended", None) == 1
    assert isinstance(bad, StoreProblem)
    assert isinstance(worse, KeyError)
    assert set(await desk.rows(["ticket/0", "ticket/1"])) == {"ticket/0", "ticket/1"}
    await store.close()


async def test_with_a_full_disk_an_act_is_not_recorded(tmp_path: Path) -> None:
    desk, store = await desk_on(tmp_path / "rings.db", "li")
    await desk.ingest([ticket("1")])
    pages = await store.write(
        lambda writer: writer._db.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
    )

    def allow(number: int) -> object:
        return store.write(
            lambda writer: writer._db.execute(f"PRAGMA max_page_count = {number}").fetchall()  # type: ignore[attr-defined]
        )

    await allow(pages)  # type: ignore[misc]
    note = Command("n1", "note", "ticket/1", "li", 0, {"text": "x" * 100_000})
    assert await desk.act([note]) == [NotRecorded("full", "database or disk is full")]
    with pytest.raises(StoreProblem, match="full"):
        await desk.ingest([event for number in range(200) for event in call(str(number), "pbx", START)])
    assert (await desk.counts()).open == 1
    await allow(10**6)  # type: ignore[misc]
    (outcome,) = await desk.act([note])
    assert isinstance(outcome, Done)
    await store.close()


async def test_a_clock_is_the_desks_own(tmp_path: Path) -> None:
    desk, store = await desk_on(tmp_path / "rings.db", "li")
    assert desk.now() == NOW
    assert isinstance(desk.clock, StillClock)
    await store.close()


async def test_what_an_earlier_version_worked_out_is_worked_out_anew(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rings.db"
    desk, store = await desk_on(path, "li")
    await desk.ingest(call("7", "pbx", START))
    # What is over keeps the verdict that it had; the callback is open.
    clocks = "SELECT norm, due FROM clocks WHERE item LIKE 'callback%' ORDER BY norm"
    with sqlite3.connect(path) as db:
        right = db.execute(clocks).fetchall()
        db.execute("UPDATE clocks SET due = due + 1000")
        db.execute("UPDATE meta SET value = '0' WHERE name = 'fold'")
    await store.close()
    heard: list[int] = []
    store = await open_store(path, told=heard.append)
    await store.close()
    with sqlite3.connect(path) as db:
        assert db.execute(clocks).fetchall() == right
    assert right
    assert heard == [CHUNK]
