"""Copies of a store that count only once they are whole: made while others work on it, and checked.

How the copy is made was chosen by measuring, on a store of 100,000 items (158 MB) beside a process that reads
and one that commits 1 to 100 times a second, with SQLite's rollback journal. The longest anybody waited:

    VACUUM INTO               520 to 1,580 ms   it reads under one lock from beginning to end
    backup in one step        170 to   380 ms   so does this, but it only copies pages
    backup in steps of 2,000    6 to    50 ms   one step's lock at a time; it begins anew when somebody wrote

Steps it is, then. Where somebody writes dozens of times a second they get longer, and the last resort is a
single one (330 ms at 100 commits a second; without it, it might never end).
With a write-ahead log nobody waits for a reader, and a single one does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.service.problem import StoreProblem
from console.store.schema import APPLICATION_ID, migrate_needed, prepare, problem_of

if TYPE_CHECKING:
    from console.domain.instants import Millis

ENDS = ("", "-journal", "-wal", "-shm")
"""What the names of a store's files end with: its own, and those that SQLite keeps beside it."""

_STEPS = (2_000, 2_000, 2_000, 8_000, 8_000, 32_000, -1)
"""Pages of a step, try by try; 2,000 are 8 MB, and some 5 ms."""

_PAUSE_S = 0.001
_PATIENCE_S = 30.0
"""How long a writer's lock is waited for, in seconds: as long as writers wait for each other."""


_LACKING = (
    "SELECT EXISTS (SELECT 1 FROM items "
    "WHERE version <> (SELECT count(*) FROM events WHERE events.item = items.id))"
)
"""An item's version is the number of its events. Some events are of the site and have no item."""


@frozen
class Copy:
    """A copy that was checked: its file, how many events and items it has, and its size in bytes."""

    path: Path
    events: int
    items: int
    size: int


def back_up(store: Path, target: Path) -> Copy:
    """Make a whole copy of `store`, of one moment, at `target`, where there is nothing yet.

    Raises StoreProblem (of the store, or `full` and `disk` of the target's disk), FileExistsError, OSError.
    """
    sweep(target.parent, store.name, target.name)
    with checked_copy(store, target) as copy:
        _publish(copy.path, target)
        return replace(copy, path=target)


@contextlib.contextmanager
def checked_copy(source: Path, target: Path) -> Iterator[Copy]:
    """A checked copy of the store `source` on the disk, under a name of its own beside `target`; it goes
    again with the context unless it was renamed. Only its owner can read it. Raises as `back_up`."""
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        # Whoever sweeps sees by it that this one is no left-over.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            _copy(source, partial)
            copy = _examined(partial, source)
        except sqlite3.Error as error:
            raise problem_of(error) from None
        os.fsync(handle)
        yield copy
    finally:
        for end in ENDS:
            Path(f"{partial}{end}").unlink(missing_ok=True)
        os.close(handle)


def free_name(store: Path, word: str, now: Millis, folder: Path | None = None) -> Path:
    """A name for something made of `store` at `now`, beside it or in `folder`, that nothing has yet."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now // 1000))
    first = (folder or store.parent) / f"{store.name}.{word}-{stamp}"
    path, number = first, 1
    while path.exists():
        number += 1
        path = first.with_name(f"{first.name}-{number}")
    return path


def thin(store: Path, made: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` of the backups of `store` that lie where `made` does and have names
    that `free_name` made; `made` itself is the newest whatever the clock said. Answers which went."""
    ours = re.compile(re.escape(f"{store.name}.backup-") + r"\d{8}T\d{6}Z(-\d+)?")
    others = sorted(
        (name for name in os.listdir(made.parent) if ours.fullmatch(name) and name != made.name),
        key=_age,
        reverse=True,
    )
    gone = [made.with_name(name) for name in others[keep - 1 :]]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _age(name: str) -> tuple[str, int]:
    stamp, _, number = name.rpartition("Z")
    return stamp, int(number[1:] or 1)


def sweep(folder: Path, *names: str) -> None:
    """Remove what copies of these names left behind that were killed halfway."""
    ours = re.compile("(" + "|".join(map(re.escape, names)) + r")\..*\d+\.partial")
    for name in os.listdir(folder):
        if not ours.fullmatch(name):
            continue
        path = folder / name
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                for end in ENDS:
                    Path(f"{path}{end}").unlink(missing_ok=True)
            finally:
                os.close(handle)


def opened(path: Path) -> sqlite3.Connection:
    """A connection to a file that is there: SQLite would make one that isn't."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Anew(Exception):
    """Somebody wrote: what was copied till then counts no more."""


def _copy(source: Path, partial: Path) -> None:
    with contextlib.closing(opened(source)) as db:
        prepare(db, writable=False)
        migrate_needed(db, source)  # only for what it refuses
        logged = db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        db.execute("PRAGMA busy_timeout = 0")
        for pages in (-1,) if logged else _STEPS:
            os.truncate(partial, 0)
            with contextlib.suppress(_Anew), contextlib.closing(opened(partial)) as copy:
                # Nobody sees it before it is whole: it is synced once, when no lock is held any more, and a
                # try that comes to nothing need not be undone.
                copy.execute("PRAGMA synchronous = OFF")
                copy.execute("PRAGMA journal_mode = OFF")
                db.backup(copy, pages=pages, progress=_Watch(source).look, sleep=_PAUSE_S)
                return


class _Watch:
    """Looks at each step of a backup."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._left: int | None = None
        self._moved = time.monotonic()

    def look(self, status: int, left: int, _: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            if time.monotonic() > self._moved + _PATIENCE_S:
                raise StoreProblem("busy", str(self._source))
            return
        if self._left is not None and self._left <= left != 0:
            raise _Anew
        self._left, self._moved = left, time.monotonic()


def _examined(copy: Path, source: Path) -> Copy:
    """What a copy holds. Raises StoreProblem where `source` can't have been a sound store."""
    with contextlib.closing(opened(copy)) as db:
        db.execute("PRAGMA synchronous = OFF")
        if db.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            db.execute("PRAGMA journal_mode = DELETE")  # a backup is one file
        migrate_needed(db, source)
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise StoreProblem("foreign", str(source))
        verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        events, items = (
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("events", "items")
        )
        if verdict != "ok" or db.execute(_LACKING).fetchone()[0]:
            raise StoreProblem("corrupt", str(source))
    return Copy(copy, events, items, copy.stat().st_size)


def _publish(partial: Path, target: Path) -> None:
    try:
        os.link(partial, target)  # unlike a rename it overwrites nothing
    except FileExistsError:
        raise
    except OSError:
        # A file system that knows one name a file.
        if target.exists():
            raise FileExistsError(None, None, str(target)) from None
        partial.rename(target)
    sync_folder(target.parent)
