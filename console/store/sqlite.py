"""The embedded store: SQLite through aiosqlite, one writer task and one reading connection a process.

A whole transaction runs as one function on its connection's thread, so that a cancelled caller can
neither split it nor leave a lock behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import aiosqlite

from console.service.problem import StoreProblem
from console.store.books import BookShelf, Compile, Normalise
from console.store.nudge import Nudger
from console.store.reading import SqliteReader
from console.store.schema import make_file, migrate, prepare, problem_of

if TYPE_CHECKING:
    from console.service.held import Held
    from console.service.ports import Writer
    from console.store.writing import SqliteWriter

T = TypeVar("T")

_GROUP = 64
"""At most so many waiting writes go into one transaction."""

_OWN_FAULTS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.DataError)
"""Errors of SQLite's that concern the work alone in which they happen."""

_FEW_PAGES = -250
"""SQLite's cache of a connection that keeps little: 250 kB."""

_PATIENCE_S = 30.0
"""How long a write is tried again while other processes hold the lock, in seconds."""


class SqliteStore:
    """Fulfils the service's Store on one file. Make it with `open`."""

    def __init__(
        self,
        path: Path,
        writing: aiosqlite.Connection,
        reading: aiosqlite.Connection,
        shelf: Callable[[], BookShelf],
    ) -> None:
        self.path = path
        self._writing = writing
        self._reading = reading
        self._write_shelf = shelf()
        self._folds = Folds()
        self._read_shelf = shelf()
        self._kept: dict[str, Any] = {}
        self._kept_at: int | None = None
        self._waiting: asyncio.Queue[tuple[Callable[[SqliteWriter], Any], asyncio.Future[Any]] | None]
        self._waiting = asyncio.Queue()
        self._closing = False
        self._nudger = Nudger(path)
        self._watchers: list[Callable[[], None]] = []
        self._task = asyncio.create_task(self._write_on(), name="store-writer")

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        normalise: Normalise,
        first: Callable[[SqliteWriter], None],
        compile_phrases: Compile | None = None,
    ) -> SqliteStore:
        """Open the store at `path`; where there is none, `first` writes what the new one begins with."""
        shelf = partial(BookShelf, normalise, compile_phrases)
        try:
            make_file(path)
            # Tried here first: a file that can't be opened would make aiosqlite's thread complain by itself.
            sqlite3.connect(path).close()
            writing = await aiosqlite.connect(path, isolation_level=None)
        except (sqlite3.Error, OSError) as error:
            raise StoreProblem("gone", str(error)) from None
        reading: aiosqlite.Connection | None = None
        try:
            await _on_thread(writing, lambda db: _begin(db, path, shelf(), first))
            reading = await aiosqlite.connect(path, isolation_level=None)
            await _on_thread(reading, _begin_reading)
        except BaseException as error:
            for connection in (writing, reading):
                if connection is not None:
                    await connection.close()
            if isinstance(error, sqlite3.Error):
                raise problem_of(error) from None
            raise
        return cls(path, writing, reading, shelf)

    async def read(self, work: Callable[[SqliteReader], T]) -> T:
        """Run `work` on the reading connection, in one short snapshot."""

        def run(db: sqlite3.Connection) -> T:
            _patiently(lambda: _begin_snapshot(db))
            try:
                if (version := _data_version(db)) != self._kept_at:
                    self._kept.clear()
                    self._kept_at = version
                return work(SqliteReader(db, self._read_shelf, self._kept))
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

        try:
            return await _on_thread(self._reading, run)
        except sqlite3.Error as error:
            raise problem_of(error) from None

    async def write(self, work: Callable[[Writer], T]) -> T:
        """Queue `work` for the writer task; it is on disk when this returns."""
        if self._closing or self._task.done():
            raise StoreProblem("gone", str(self.path))
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((work, future))
        return await asyncio.shield(future)

    async def revision(self) -> int:
        """SQLite's data_version of the reading connection: it moves when anybody else commits."""
        try:
            return await _on_thread(self._reading, lambda db: _patiently(lambda: _data_version(db)))
        except sqlite3.Error as error:
            raise problem_of(error) from None

    async def keep_little(self, folds: int) -> None:
        """Keep no more than about so many folds between transactions, and few pages of the file. In a process
        that looks at a window and writes little these would grow with the store; the system has the pages."""
        self._folds.most = folds
        for connection in (self._writing, self._reading):
            await _on_thread(connection, lambda db: db.execute(f"PRAGMA cache_size = {_FEW_PAGES}").close())

    def watch(self, changed: Callable[[], None]) -> bool:
        """Call `changed` on the running loop when anybody wrote; False where only `revision` can tell.

        A nudge may get lost: whoever watches asks for the revision now and then all the same.
        """
        heard = self._nudger.listening or self._nudger.listen(self._changed)
        self._watchers.append(changed)
        return heard

    def _changed(self) -> None:
        for changed in self._watchers:
            changed()

    async def close(self) -> None:
        """Write what waits, then let go of the file."""
        self._closing = True
        self._waiting.put_nowait(None)
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._nudger.close()
        await self._reading.close()
        await self._writing.close()

    async def _write_on(self) -> None:
        ended = False
        while not ended:
            group = [await self._waiting.get()]
            while len(group) < _GROUP and not self._waiting.empty():
                group.append(self._waiting.get_nowait())
            ended = None in group
            jobs = [job for job in group if job is not None]
            if jobs:
                await self._commit(jobs)

    async def _commit(self, jobs: list[tuple[Callable[[SqliteWriter], Any], asyncio.Future[Any]]]) -> None:
        works = [work for work, _ in jobs]
        answers: list[tuple[bool, Any]]
        wrote = False
        try:
            answers, wrote = await _on_thread(
                self._writing, lambda db: _transact_and_tell(db, self._write_shelf, works, self._folds)
            )
        except sqlite3.Error as error:
            answers = [(False, problem_of(error))] * len(jobs)
        except Exception as error:
            answers = [(False, error)] * len(jobs)
        if wrote:
            self._nudger.send()
            self._changed()
        for (_, future), (fine, answer) in zip(jobs, answers, strict=True):
            if future.cancelled():
                continue
            if fine:
                future.set_result(answer)
            else:
                future.set_exception(answer)
                future.exception()  # a caller that left in the meantime is no unheard complaint


class Folds(dict[str, "Held"]):
    """Folds that the writer keeps between transactions: right for as long as nobody else writes."""

    def __init__(self) -> None:
        super().__init__()
        self.most = 20_000
        self._seen: int | None = None

    def check(self, db: sqlite3.Connection) -> None:
        """Inside a transaction: forget all of them where another connection wrote since the last one."""
        seen = _data_version(db)
        if seen != self._seen or len(self) > self.most:
            self.clear()
        self._seen = seen


def _transact_and_tell(
    db: sqlite3.Connection, shelf: BookShelf, works: list[Callable[[SqliteWriter], Any]], folds: Folds
) -> tuple[list[tuple[bool, Any]], bool]:
    """As `_transact`, and whether anything was written."""
    before = db.total_changes
    answers = _transact(db, shelf, works, folds)
    return answers, db.total_changes != before


def _begin(
    db: sqlite3.Connection, path: Path, shelf: BookShelf, first: Callable[[SqliteWriter], None]
) -> None:
    prepare(db, writable=True)
    migrate(db, path)
    if _unwritten(db):
        # Whoever comes first writes it; another process may be at it too.
        ((done, fault),) = _transact(db, shelf, [lambda writer: first(writer) if _unwritten(db) else None])
        if not done:
            raise fault
    _wait_here(db)


def _begin_reading(db: sqlite3.Connection) -> None:
    prepare(db, writable=False)
    _wait_here(db)


def _unwritten(db: sqlite3.Connection) -> bool:
    return bool(_patiently(lambda: db.execute("SELECT NOT EXISTS (SELECT 1 FROM site)").fetchone()[0]))


def _transact(
    db: sqlite3.Connection,
    shelf: BookShelf,
    works: list[Callable[[SqliteWriter], Any]],
    folds: Folds | None = None,
) -> list[tuple[bool, Any]]:
    """Run all of `works` in one transaction; one that raises is rolled back alone."""
    _begin_immediate(db)
    answers: list[tuple[bool, Any]] = []
    folds = Folds() if folds is None else folds
    try:
        folds.check(db)
        from console.store.writing import SqliteWriter  # the first frame of a console is only read

        writer = SqliteWriter(db, shelf, folds)
        for work in works:
            db.execute("SAVEPOINT work")
            try:
                answer = work(writer)
                writer.settle()
                answers.append((True, answer))
            except Exception as error:
                # An error of the disk or the lock undoes all of it; what a work did wrong is its own matter.
                if isinstance(error, sqlite3.Error) and not isinstance(error, _OWN_FAULTS):
                    raise
                db.execute("ROLLBACK TO work")
                writer.forget()
                answers.append((False, problem_of(error) if isinstance(error, sqlite3.Error) else error))
            db.execute("RELEASE work")
        _patiently(lambda: db.execute("COMMIT"))
    except BaseException:
        folds.clear()
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return answers


def _begin_immediate(db: sqlite3.Connection) -> None:
    _patiently(lambda: db.execute("BEGIN IMMEDIATE"))


def _begin_snapshot(db: sqlite3.Connection) -> None:
    """Begin to read. The lock is taken here, so that no later statement has to wait for one."""
    if not db.in_transaction:
        db.execute("BEGIN")
    db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()


def _data_version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA data_version").fetchone()[0])


def _wait_here(db: sqlite3.Connection) -> None:
    """Leave waiting for locks to `_patiently`: SQLite's own waits grow to a tenth of a second each, and a
    writer that sleeps so long before it looks again keeps all readers out meanwhile."""
    db.execute("PRAGMA busy_timeout = 0")


def _patiently(step: Callable[[], T]) -> T:
    """Take a step that another process's lock may hold up; give up after half a minute."""
    deadline, pause = time.monotonic() + _PATIENCE_S, 0.0005
    while True:
        try:
            return step()
        except sqlite3.OperationalError as error:
            if problem_of(error).reason != "busy" or time.monotonic() > deadline:
                raise
            time.sleep(pause)
            pause = min(1.5 * pause, 0.005)


async def _on_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run `work` as one function on the connection's thread: the one place that goes past aiosqlite's
    public calls, whose statements are one thread hop each and can be cut apart by a cancellation."""
    execute: Any = connection._execute
    answer: T = await execute(lambda: work(connection._conn))
    return answer
