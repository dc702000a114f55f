"""Opening a database file: its mode, its journal, its migrations."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from console.service.problem import StoreProblem

APPLICATION_ID = 0x52494E47
"""SQLite's `application_id` of our files: "RING"."""

_MIGRATIONS = os.path.join(os.path.dirname(__file__), "migrations")

BUSY_MS = 5_000
"""How long SQLite itself waits for another process's lock."""


def wal_is_safe(version: Sequence[int]) -> bool:
    """Whether this SQLite keeps every commit in WAL when one process checkpoints while another writes.

    Before 3.51.3 it can lose some; 3.50.7 and 3.44.6 have the repair too (sqlite.org/wal.html, walresetbug).
    """
    major, minor, patch = (*version, 0, 0)[:3]
    return (
        (major, minor, patch) >= (3, 51, 3)
        or ((major, minor) == (3, 50) and patch >= 7)
        or ((major, minor) == (3, 44) and patch >= 6)
    )


def journal_mode() -> str:
    """The journal that this machine's SQLite is to use.

    Of the rollback journals the one that stays: a commit overwrites blocks that the file has, where deleting
    or cutting it has the file system write its own books with each sync. That takes four times as long.
    """
    return "wal" if wal_is_safe(sqlite3.sqlite_version_info) else "persist"


def make_file(path: Path) -> bool:
    """Make the file, readable by its owner alone, if it isn't there; answers whether it was made."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        # Asked, not tried: opening and closing the file here would drop the locks of this process on it.
        if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
            raise StoreProblem("unusable", str(path)) from None
        return False
    return True


def prepare(connection: sqlite3.Connection, *, writable: bool) -> None:
    """Set what every connection needs."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA synchronous = FULL")
    # Kilobytes. A reader looks at a window and a few counters: more would only grow with the store.
    connection.execute(f"PRAGMA cache_size = {-8000 if writable else -2000}")
    connection.execute("PRAGMA temp_store = MEMORY")
    if writable:
        connection.execute("PRAGMA journal_size_limit = 67108864")
    else:
        connection.execute("PRAGMA query_only = ON")


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the schema up to date, one numbered step at a time, with a copy of the file before each. A new
    file takes all of them at once.

    Raises StoreProblem for a file of a newer version, or one that is no store of ours.
    """
    steps = _steps()
    version = _version(connection, path, len(steps))
    # What SQLite's own lower() does to ASCII alone.
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    wanted = journal_mode()
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != wanted:
        # Another process may hold the file: never flip the journal under it; doctor tells.
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute(f"PRAGMA journal_mode = {wanted}")
    while version < len(steps):
        copy = _copied(connection, path, version + 1) if version else None
        connection.execute("BEGIN IMMEDIATE")
        try:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            reached = version + 1 if version else len(steps)
            if found == version:
                for step in steps[version:reached]:
                    for statement in _statements(Path(_MIGRATIONS, step).read_text(encoding="utf-8")):
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {reached}")
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                if copy is not None:
                    copy.replace(path.with_name(f"{path.name}.before-{version + 1}"))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        finally:
            if copy is not None:
                copy.unlink(missing_ok=True)
        version = max(found, reached)


def _copied(connection: sqlite3.Connection, path: Path, step: int) -> Path:
    """A copy of the file under a name of this process's own: others may be at the same step."""
    copy = path.with_name(f"{path.name}.before-{step}.{os.getpid()}")
    copy.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    return copy


def migrate_needed(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file is of an older version. Raises StoreProblem as `migrate` does."""
    newest = len(_steps())
    return _version(connection, path, newest) < newest


def _version(connection: sqlite3.Connection, path: Path, newest: int) -> int:
    # In one snapshot: another process may be making the file at this moment.
    connection.execute("BEGIN")
    try:
        empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        application = connection.execute("PRAGMA application_id").fetchone()[0]
    finally:
        connection.execute("ROLLBACK")
    if version > newest:
        raise StoreProblem("newer", str(path))
    if (version == 0 and not empty) or (version and application != APPLICATION_ID):
        raise StoreProblem("foreign", str(path))
    return version


def _steps() -> list[str]:
    """The names of the migrations' scripts, in their order."""
    return sorted(name for name in os.listdir(_MIGRATIONS) if name.endswith(".sql"))


def _statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit the transaction that they belong to."""
    statements: list[str] = []
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            statements.append(statement)
            statement = ""
    return statements


def problem_of(error: sqlite3.Error) -> StoreProblem:
    """What a supervisor is told of an error of SQLite's."""
    text = str(error)
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, reason in (
        ("SQLITE_FULL", "full"),
        ("SQLITE_IOERR_WRITE", "full"),  # a quota's end, or a limit on the file's size
        ("SQLITE_IOERR", "disk"),
        ("SQLITE_BUSY", "busy"),
        ("SQLITE_LOCKED", "busy"),
        ("SQLITE_READONLY", "readonly"),
        ("SQLITE_CORRUPT", "corrupt"),
        ("SQLITE_NOTADB", "corrupt"),
        ("SQLITE_CANTOPEN", "gone"),
        ("SQLITE_AUTH", "readonly"),
    ):
        if name.startswith(prefix):
            return StoreProblem(reason, text)
    return StoreProblem("error", text)
