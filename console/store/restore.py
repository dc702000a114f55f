"""Putting a copy in a store's place, while nobody has the store open; what was there is kept."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.service.notice import UNKNOWN
from console.service.problem import StoreProblem
from console.store.alone import InUse, alone, users
from console.store.backup import ENDS, opened, sync_folder
from console.store.nudge import Nudger
from console.store.schema import APPLICATION_ID, problem_of

if TYPE_CHECKING:
    from console.domain.instants import Millis

_WAIT_MS = 2_000
"""How long whoever is writing may take to finish."""

_MISSING = (
    "SELECT count(*), min(received) FROM main.events e "
    "WHERE NOT EXISTS (SELECT 1 FROM copy.events c WHERE c.source = e.source AND c.id = e.id)"
)

_ASIDE = (
    "UPDATE notices SET state = ?, changed = ?, reason = 'restored' "
    "WHERE state IN ('waiting', 'sending') AND address <> '' AND made < ?"
)


@frozen
class Loss:
    """What a store has and a copy lacks: so many events, the first of them taken in at `since`."""

    events: int
    since: Millis | None


def loss(store: Path, copy: Path) -> Loss | None:
    """What restoring `copy` would take out of `store`; None where the store is too damaged to tell.

    Raises StoreProblem for a file that is no store of ours, and for one that is busy.
    """
    try:
        with contextlib.closing(opened(store)) as db:
            db.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
            tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not tables:
                return Loss(0, None)
            if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise StoreProblem("foreign", str(store))
            db.execute("ATTACH ? AS copy", (str(copy),))
            return Loss(*db.execute(_MISSING).fetchone())
    except sqlite3.Error as error:
        problem = problem_of(error)
        if problem.reason == "busy":
            raise problem from None
        return None


def put_aside(copy: Path, before: Millis, now: Millis) -> int:
    """Have the messages to people that wait in `copy` since before a moment sent no more: since the copy was
    made they may have gone out. They are shown as such of which nobody knows. Answers how many; raises
    StoreProblem.

    Systems are told again: they know a message that they have by its key.
    """
    try:
        with contextlib.closing(opened(copy)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'notices'").fetchone():
                return 0  # written before there were any
            return db.execute(_ASIDE, (UNKNOWN, now, before)).rowcount
    except sqlite3.Error as error:
        raise problem_of(error) from None


def refuse_users(store: Path) -> None:
    """Raises InUse while anybody else has `store` open or works in it."""
    if not store.exists():
        return
    _settle(store)
    nudger = Nudger(store)
    listeners = nudger.send()
    nudger.close()
    if listeners:
        raise InUse(users(store))
    with alone(store):
        pass


def take_place(copy: Path, store: Path, kept: Path) -> None:
    """Put the file `copy` in the place of `store`, whose files are then called as `kept` is.

    At every moment there is either the old store or the new one. Raises InUse, OSError; nothing has changed
    then.
    """
    there = store.exists()
    if there:
        _settle(store)
    with alone(store) if there else contextlib.nullcontext(lambda: True) as still:
        done: list[tuple[Path, Path]] = []
        try:
            for end in ENDS:
                old, new = Path(f"{store}{end}"), Path(f"{kept}{end}")
                if old.exists():
                    _keep(old, new)
                    done.append((old, new))
            sync_folder(store.parent)
            # Before the copy is there: SQLite would play the old one's journal into it.
            for old, _ in done:
                if old != store:
                    old.unlink(missing_ok=True)
            copy.replace(store)
            sync_folder(store.parent)
            if not still():
                # Somebody opened the old one in this very moment, and would go on in what is put away.
                raise InUse([])
        except (InUse, OSError):
            _put_back(done)
            raise


def _settle(store: Path) -> None:
    """Leave nothing in the store's journal that is still to be done, where the file is sound enough."""
    try:
        with contextlib.closing(opened(store)) as db:
            db.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("ROLLBACK")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        if problem_of(error).reason == "busy":
            raise InUse(users(store)) from None


def _keep(old: Path, kept: Path) -> None:
    """Give a file a second name; where files have but one, a new one."""
    try:
        os.link(old, kept)
    except FileExistsError:
        raise
    except OSError:
        old.rename(kept)


def _put_back(kept_names: Iterable[tuple[Path, Path]]) -> None:
    """Give files that were kept their names again, and those alone."""
    for old, kept in kept_names:
        if old.exists() and old.samefile(kept):
            kept.unlink()
        else:
            kept.replace(old)
