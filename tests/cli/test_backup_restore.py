"""`rings restore`: only what is sound, only while nobody has the store open, and nothing is ever lost."""

from __future__ import annotations

import contextlib
import io
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.serve.lock import only_one
from console.store import alone, restore
from tests.cli import backup_kit
from tests.cli.backup_kit import at_night, names, said, stores
from tests.forked import CONTEXT

__all__ = ["stores"]

KEPT = "rings.db.before-restore-20261123T020000Z"


@pytest.fixture
def store(tmp_path: Path, stores: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with two calls, of which the backup `night.db` has the first."""
    return at_night(tmp_path, stores, monkeypatch, "rings.db", "night.db")


def calls(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return [name for (name,) in db.execute("SELECT id FROM items WHERE kind = 'call' ORDER BY id")]


def test_there_and_back(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "restore", store.with_name("night.db"), "--yes")
    assert (code, err) == (0, "")
    first, lost, kept = out.splitlines()
    assert first == f"{store} is now {store.with_name('night.db')}: 3 events, 2 items"
    # The second call was taken in an hour after the contract's morning: the still clock of its desk.
    assert lost.startswith("not in the backup: 3 events, taken in since 2026-03-02 ")
    assert kept == f"what was there before is {store.with_name(KEPT)}; rings restore puts it back"
    assert calls(store) == ["call/1"]
    assert calls(store.with_name(KEPT)) == ["call/1", "call/2"]
    assert store.stat().st_mode & 0o777 == 0o600
    _, out, _ = said(capsys, "doctor", "--rebuild")
    assert "ok    quick check of the file: ok" in out
    assert "ok    worked out anew from the log: 0 rows came out differently" in out
    code, out, _ = said(capsys, "restore", store.with_name(KEPT), "--yes")
    assert code == 0
    assert out.splitlines()[1] == "all events of the store are in the backup"
    assert calls(store) == ["call/1", "call/2"]
    assert names(store.parent) == {"rings.db", "night.db", KEPT, f"{KEPT}-2"}


def test_a_message_that_waited_in_the_backup_wakes_nobody_a_day_later(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    night, hour = store.with_name("night.db"), 3_600_000
    waiting = [("old", "li", backup_kit.NIGHT - 20 * hour), ("hook", "", backup_kit.NIGHT - 20 * hour)]
    with contextlib.closing(sqlite3.connect(night)) as db, db:
        for name, who, made in [*waiting, ("new", "li", backup_kit.NIGHT - hour // 2)]:
            row = (name, "phone", who, made, made, made, 0, "waiting", "", "{}")
            db.execute("INSERT INTO notices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    code, out, _ = said(capsys, "restore", night, "--yes")
    assert code == 0
    assert out.splitlines()[3].startswith("messages to people that waited for more than an hour: 1; ")
    with contextlib.closing(sqlite3.connect(store)) as db:
        states = dict(db.execute("SELECT id, state FROM notices"))
    # A system knows by the key whether it has it; what nobody knows of is shown to a person.
    assert states == {"old": "unknown", "hook": "waiting", "new": "waiting"}
    _, out, _ = said(capsys, "doctor")
    assert "phone, restored" in out
    assert names(store.parent) == {"rings.db", "night.db", KEPT}


def test_where_there_is_no_store_it_is_one(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = store.parent / "new" / "rings.db"
    code, out, _ = said(capsys, "restore", store.with_name("night.db"), "--store", new)
    assert (code, out.count("\n")) == (0, 1)
    assert calls(new) == ["call/1"]


def test_a_damaged_store_is_kept_with_its_journal(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.write_bytes(b"no store " * 1000)
    Path(f"{store}-journal").write_bytes(bytes(512) + b"its journal")
    code, out, _ = said(capsys, "restore", store.with_name("night.db"), "--yes")
    assert code == 0
    assert "too damaged to tell" in out
    assert calls(store) == ["call/1"]
    assert store.with_name(KEPT).read_bytes() == b"no store " * 1000
    assert store.with_name(f"{KEPT}-journal").read_bytes() == bytes(512) + b"its journal"


def test_the_old_journal_is_never_left_beside_the_new_store(store: Path) -> None:
    journal = Path(f"{store}-journal")
    store.write_bytes(b"no store " * 1000)
    journal.write_bytes(bytes(512) + b"its journal")
    restore.take_place(store.with_name("night.db"), store, store.with_name(KEPT))
    assert not journal.exists()
    assert calls(store) == ["call/1"]


def test_what_an_older_version_wrote_is_brought_up_to_date(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = store.with_name("night.db")
    with contextlib.closing(sqlite3.connect(old)) as db:
        newest = db.execute("PRAGMA user_version").fetchone()[0]
        # Undoes migrations 18, which made a column, 17 and 16, which made tables, and 15, which only made an
        # index shorter.
        db.execute("ALTER TABLE items DROP COLUMN marks")
        db.execute("DROP TABLE silences")
        db.execute("DROP TABLE users")
        db.execute("DROP TABLE tries")
        db.execute("DROP INDEX items_calls")
        db.execute(
            "CREATE INDEX items_calls ON items (kind, queue, state, opened) WHERE open AND direction = 'in'"
        )
        db.execute("PRAGMA user_version = 14")
    assert said(capsys, "restore", old, "--yes")[0] == 0
    with contextlib.closing(sqlite3.connect(store)) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == newest
    assert "quick check of the file: ok" in said(capsys, "doctor")[1]


def refused(store: Path, capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Why a restore was refused, which changed nothing."""
    before, there = store.read_bytes(), names(store.parent)
    code, out, err = said(capsys, "restore", *words)
    assert (code, out) == (2, "")
    assert store.read_bytes() == before
    assert names(store.parent) == there
    return err


def change(path: Path, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(sql)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: path.unlink(), "there is no file"),
        (lambda path: path.write_bytes(b""), "is no store of Three Rings"),
        (lambda path: path.write_bytes(b"text " * 1000), "is damaged, or no backup"),
        (lambda path: os.truncate(path, path.stat().st_size // 2), "is damaged, or no backup"),
        (lambda path: change(path, "PRAGMA user_version = 999"), "by a newer version"),
        (lambda path: change(path, "PRAGMA application_id = 7"), "is no store of Three Rings"),
        (lambda path: change(path, "UPDATE items SET version = version + 1"), "is damaged, or no backup"),
    ],
)
def test_what_is_no_sound_backup_is_refused(
    store: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], object], why: str
) -> None:
    night = store.with_name("night.db")
    spoil(night)
    assert why in refused(store, capsys, night, "--yes")


def test_another_programs_file_is_not_put_away(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(store, "PRAGMA application_id = 7")
    assert "is no store of Three Rings" in refused(store, capsys, store.with_name("night.db"), "--yes")


def test_the_store_itself_is_refused(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is the store itself" in refused(store, capsys, store, "--yes")


@contextlib.contextmanager
def console_on(store: Path) -> Iterator[int]:
    """Another process has the store open and does nothing; its id."""
    here, there = CONTEXT.Pipe()
    ends = CONTEXT.Event()
    process = CONTEXT.Process(target=backup_kit.have_open, args=(store, ends, there))
    process.start()
    assert here.poll(30)
    try:
        assert process.pid is not None
        yield process.pid
    finally:
        ends.set()
        process.join()


def test_while_a_console_has_it_open_it_is_refused(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    night = store.with_name("night.db")
    with console_on(store) as process:
        why = refused(store, capsys, night, "--yes")
        assert f"open elsewhere (processes: {process}); stop rings serve" in why
        # The same where the file system has no leases.
        monkeypatch.setattr(alone, "_lease", lambda _: None)
        assert f"processes: {process}" in refused(store, capsys, night, "--yes")
    assert said(capsys, "restore", night, "--yes")[0] == 0


def test_while_somebody_writes_or_serves_it_is_refused(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "_WAIT_MS", 10)
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        assert "open elsewhere" in refused(store, capsys, store.with_name("night.db"), "--yes")
    with only_one(store):
        why = refused(store, capsys, store.with_name("night.db"), "--yes")
        assert f"rings serve (process {os.getpid()})" in why


def test_whoever_opens_it_in_the_last_moment_finds_what_was_there(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = threading.Thread(target=lambda: os.close(os.open(store, os.O_RDWR)))
    with alone.alone(store) as still:
        assert still()
        opener.start()
        deadline = time.monotonic() + 20
        while still() and time.monotonic() < deadline:
            time.sleep(0.001)
        assert not still()  # and the opener waits
        assert opener.is_alive()
    opener.join()

    @contextlib.contextmanager
    def overtaken(_: Path) -> Iterator[Callable[[], bool]]:
        yield lambda: False

    before, copy = store.read_bytes(), store.with_name("copy.db")
    copy.write_bytes(b"new")
    monkeypatch.setattr(restore, "alone", overtaken)
    with pytest.raises(alone.InUse):
        restore.take_place(copy, store, store.with_name(KEPT))
    assert store.read_bytes() == before
    assert names(store.parent) == {"rings.db", "night.db"}


def test_where_a_journal_cannot_be_kept_nothing_has_changed(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(f"{store}-journal").write_bytes(bytes(512))
    store.with_name(f"{KEPT}-journal").write_bytes(b"of another")
    assert f"{store}-journal: File exists" in refused(store, capsys, store.with_name("night.db"), "--yes")
    assert store.with_name(f"{KEPT}-journal").read_bytes() == b"of another"
    assert not store.with_name(KEPT).exists()


def test_where_the_copy_cannot_be_put_there_nothing_has_changed(store: Path) -> None:
    Path(f"{store}-journal").write_bytes(bytes(512))
    there = {path.name: path.read_bytes() for path in store.parent.iterdir()}
    with pytest.raises(FileNotFoundError):
        restore.take_place(store.with_name("none.db"), store, store.with_name(KEPT))
    assert {path.name: path.read_bytes() for path in store.parent.iterdir()} == there


def test_a_write_ahead_log_is_kept_whole(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(store, "PRAGMA journal_mode = WAL")
    assert said(capsys, "restore", store.with_name("night.db"), "--yes")[0] == 0
    assert calls(store) == ["call/1"]
    assert calls(store.with_name(KEPT)) == ["call/1", "call/2"]


class Terminal(io.StringIO):
    """Somebody who types an answer."""

    def isatty(self) -> bool:
        return True


def test_at_a_terminal_it_asks(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    night = store.with_name("night.db")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    why = refused(store, capsys, night)
    assert "not in the backup: 3 events" in why
    assert "--yes" in why
    for answer, code, left in (("\n", 1, ["call/1", "call/2"]), ("y\n", 0, ["call/1"])):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        capsys.readouterr()
        assert backup_kit.main(["restore", str(night)]) == code
        assert f"Replace {store}?" in capsys.readouterr().err
        assert calls(store) == left


def test_with_a_full_disk_nothing_has_changed(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with backup_kit.files_of_at_most(100_000):
        assert f"{store}: the disk is full" in refused(store, capsys, store.with_name("night.db"), "--yes")
