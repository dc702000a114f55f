"""`rings backup`: whole while others write, checked, never in anybody's way, and nothing half done left."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import stat
from pathlib import Path

import pytest

from console.store import backup
from tests.cli import backup_kit
from tests.cli.backup_kit import at_night, files_of_at_most, names, said, stores
from tests.conftest import ROOT
from tests.forked import CONTEXT

__all__ = ["stores"]


@pytest.fixture
def store(tmp_path: Path, stores: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return at_night(tmp_path, stores, monkeypatch, "rings.db")


def log(path: Path) -> list[tuple[int, str, str]]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT seq, source, id FROM events ORDER BY seq").fetchall()


def test_it_says_what_it_made(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = os.umask(0)
    try:
        code, out, err = said(capsys, "backup")
    finally:
        os.umask(before)
    made = store.with_name("rings.db.backup-20261123T020000Z")
    size = f"{made.stat().st_size / 1_048_576:.1f} MB"
    # Two calls and their two callbacks; three events each of the calls.
    assert (code, out, err) == (0, f"{made}: 6 events, 4 items, {size}; checked\n", "")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert log(made) == log(store)
    assert names(store.parent) == {"rings.db", made.name}


def test_as_json_into_a_folder_and_by_a_name(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = store.parent / "kept"
    folder.mkdir()
    first = folder / "rings.db.backup-20261123T020000Z"
    _, out, _ = said(capsys, "backup", folder, "--json")
    assert json.loads(out) == {
        "file": str(first), "events": 6, "items": 4, "bytes": first.stat().st_size, "removed": [],
    }  # fmt: skip
    said(capsys, "backup", folder)
    assert said(capsys, "backup", folder / "mine.db")[0] == 0
    # The second of the same second has a name of its own.
    assert names(folder) == {first.name, f"{first.name}-2", "mine.db"}


def test_while_a_process_commits_all_the_time_it_is_whole(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_STEPS", (10, 10, 50, -1))
    here, there = CONTEXT.Pipe()
    ends = CONTEXT.Event()
    busy = CONTEXT.Process(target=backup_kit.take_calls, args=(store, ends, there))
    busy.start()
    assert here.poll(30)
    copies = [backup.back_up(store, store.with_name(f"copy-{number}.db")) for number in range(4)]
    ends.set()
    busy.join()
    whole = log(store)
    lengths = [len(log(copy.path)) for copy in copies]
    assert lengths == sorted(lengths) == [copy.events for copy in copies]
    assert lengths[0] < len(whole)
    for copy in copies:
        # All that was there at one moment, the three events of each transaction together.
        assert log(copy.path) == whole[: copy.events]
        assert copy.events % 3 == 0
    # What follows from the log is of that moment too.
    _, out, _ = said(capsys, "doctor", "--rebuild", "--store", copies[-1].path)
    assert "ok    quick check of the file: ok" in out
    assert "ok    worked out anew from the log: 0 rows came out differently" in out


def test_it_comes_to_an_end_though_somebody_writes_at_each_step(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    look = backup._Watch.look

    def write_and_look(self: backup._Watch, status: int, left: int, whole: int) -> None:
        looks.append(left)
        if left:
            db.execute(f"INSERT OR REPLACE INTO meta VALUES ('step', {len(looks)})")
        look(self, status, left, whole)

    monkeypatch.setattr(backup, "_STEPS", (10, 20, -1))
    monkeypatch.setattr(backup._Watch, "look", write_and_look)
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as db:
        copy = backup.back_up(store, store.with_name("copy.db"))
    assert looks[-1] == 0
    assert len(looks) == 5  # two tries that saw that they were overtaken, and the one step
    with contextlib.closing(sqlite3.connect(copy.path)) as db:
        assert db.execute("SELECT value FROM meta WHERE name = 'step'").fetchone() == ("4",)


def test_a_store_with_a_write_ahead_log_becomes_one_file(store: Path) -> None:
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("INSERT INTO meta VALUES ('logged', 'yes')")
        copy = backup.back_up(store, store.with_name("copy.db"))
    assert [path.name for path in store.parent.glob("copy.db*")] == ["copy.db"]
    with contextlib.closing(sqlite3.connect(copy.path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("SELECT value FROM meta WHERE name = 'logged'").fetchone() == ("yes",)


def test_killed_halfway_it_leaves_nothing_that_passes_for_a_backup(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there = CONTEXT.Pipe()
    target = store.with_name("rings.db.backup-20261123T010000Z")
    process = CONTEXT.Process(target=backup_kit.stop_halfway, args=(store, target, there))
    process.start()
    assert here.poll(30)
    (partial,) = store.parent.glob("*.partial")
    # Whoever makes another meanwhile leaves it alone.
    backup.sweep(store.parent, store.name)
    assert partial.exists()
    process.kill()
    process.join()
    assert names(store.parent) == {"rings.db", partial.name}
    code, _, err = said(capsys, "restore", partial, "--yes")
    assert code == 2
    assert "no backup" in err
    assert said(capsys, "backup", "--keep", 1)[0] == 0
    assert names(store.parent) == {"rings.db", "rings.db.backup-20261123T020000Z"}


def test_keep_removes_the_oldest_of_its_own_names_alone(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stamps = ("backup-20261120T020000Z", "backup-20261121T020000Z", "backup-20261121T020000Z-2",
              "backup-20261121T020000Z-10", "backup-20261124T020000Z")  # fmt: skip
    others = {"rings.db.before-restore-20261101T020000Z", "rings.db.before-14", "rings.db.backup-of-may",
              "rings.db.backup-20261101T020000Z.gz", "other.db.backup-20261101T020000Z"}  # fmt: skip
    for name in {*others, *(f"rings.db.{stamp}" for stamp in stamps)}:
        store.with_name(name).write_text("")
    code, out, _ = said(capsys, "backup", "--keep", 3)
    assert code == 0
    assert "older ones removed: 3" in out
    # The one just made counts as the newest though the clock was put back since the 24th.
    left = {"rings.db.backup-20261123T020000Z", "rings.db.backup-20261124T020000Z",
            "rings.db.backup-20261121T020000Z-10"}  # fmt: skip
    assert names(store.parent) == {"rings.db", *others, *left}


def test_with_a_full_disk_nothing_is_left_and_nothing_removed(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = store.with_name("rings.db.backup-20261101T020000Z")
    old.write_text("")
    with files_of_at_most(100_000):
        code, out, err = said(capsys, "backup", "--keep", 1)
    assert (code, out) == (2, "")
    assert err == f"rings backup: {store}.backup-20261123T020000Z: the disk is full\n"
    assert names(store.parent) == {"rings.db", old.name}


def test_what_cannot_be_is_one_line(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = store.with_name("there.db")
    there.write_text("mine")
    nowhere = store.parent / "none" / "copy.db"
    text = store.with_name("text.db")
    text.write_text("no store " * 1000)
    missing = store.with_name("missing.db")
    before = names(store.parent)
    for words, why in (
        ([there], f"{there} is there already"),
        ([nowhere], f"{nowhere}: No such file or directory"),
        ([nowhere, "--keep", 2], "--keep goes with names"),
        (["--store", missing], f"no store at {missing} yet"),
        (["--store", text], f"{text} is damaged"),
    ):
        code, out, err = said(capsys, "backup", *words)
        assert (code, out) == (2, "")
        assert why in err
    assert names(store.parent) == before
    assert there.read_text() == "mine"
    with pytest.raises(SystemExit, match="2"):
        said(capsys, "backup", "--keep", "0")


def test_what_the_site_did_has_no_item_and_lacks_nothing(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "ingest", ROOT / "tests" / "contract" / "pickup.ndjson")
    said(capsys, "retain", "--after", "60d", "--remove")
    assert said(capsys, "backup")[0] == 0
    with contextlib.closing(sqlite3.connect(store)) as db:
        assert db.execute("SELECT count(*) FROM events WHERE type LIKE 'site.%'").fetchone()[0] > 0


def test_a_copy_that_lacks_events_of_its_items_does_not_count(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.closing(sqlite3.connect(store)) as db, db:
        db.execute("DROP TRIGGER events_kept_delete")
        db.execute("DELETE FROM events WHERE seq = 2")
    code, _, err = said(capsys, "backup")
    assert code == 2
    assert re.search("rings.db is damaged", err)
    assert names(store.parent) == {"rings.db"}
