"""Holds the log against itself: digests, numbers, names, and what was put in force.

It reads portion by portion, each in a moment's snapshot: whoever writes meanwhile waits for one portion at
most, and a log of any length takes the memory of one.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from console.domain.event import OURS
from console.service.problem import StoreProblem
from console.store.appending import digest_of
from console.store.audited import Finding, InForce, SigningIn, applied, hash_of
from console.store.schema import migrate, migrate_needed, prepare, problem_of
from console.store.sealing import LogRow, Seal, Sealing

PORTION = 500
"""Events of one reading: two milliseconds."""

_NAMES = 5_000
"""Names of one reading; they come from an index alone."""

LATE = 60_000
"""Milliseconds by which an event may have come in before the one that was written before it: writers take the
time, then wait for each other for half a minute at most."""

_COLUMNS = "seq, source, id, item, version, type, time, sequence, positional, data, digest, received, actor"
_TOOK = "site.retained"


class Audit:
    """One look through the log of a store; `told` hears how many of how many steps are done.

    All of it raises StoreProblem.
    """

    def __init__(self, path: Path, told: Callable[[int, int], None] = lambda done, of: None) -> None:
        self._path = path
        self._told = told
        self._steps = 0
        self.events = 0
        """Events that were looked at."""
        self.last = 0
        """The last of them."""

    def seal(self) -> Seal:
        """The seal of the log as it is now."""
        sealing = Sealing()
        with self._opened() as db:
            for row in self._log(db, _last(db), passes=1):
                sealing.take(row)
        return sealing.seal()

    def findings(self, seal: Seal | None = None) -> Iterator[Finding]:
        """All that is wrong, as it is found; with a `seal`, whether it holds, too."""
        with self._opened() as db:
            yield from _schema(db)
            yield from self._each(db, seal)
            yield from self._versions(db)
            yield from self._names(db)
            yield from self._counts(db)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        if not self._path.exists():
            raise StoreProblem("missing", str(self._path))
        db: sqlite3.Connection | None = None
        try:
            db = sqlite3.connect(self._path, isolation_level=None)
            prepare(db, writable=False)
            if migrate_needed(db, self._path):
                raise StoreProblem("older", str(self._path))
            # What somebody wrote there by hand need not be text.
            db.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            yield db
        except sqlite3.Error as error:
            raise problem_of(error) from None
        finally:
            if db is not None:
                db.close()

    def _log(self, db: sqlite3.Connection, last: int, passes: int) -> Iterator[LogRow]:
        """The events in the order in which they came, up to `last`."""
        columns = _COLUMNS.replace("data", "CAST(data AS BLOB)")
        sql = f"SELECT {columns} FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT {PORTION}"
        seq = 0
        while rows := db.execute(sql, (seq, last)).fetchall():
            yield from map(LogRow._make, rows)
            seq = rows[-1][0]
            self.events += len(rows)
            self._told(seq, last * passes)

    def _each(self, db: sqlite3.Connection, seal: Seal | None) -> Iterator[Finding]:
        """Each event by itself, and among those that came before and after it."""
        sealing = Sealing()
        held = sealing.seal() == seal
        gaps: list[tuple[int, int]] = []
        before = came = took = 0
        db.execute("BEGIN")
        beside = (InForce(db), SigningIn(db))
        self.last = _last(db)
        db.execute("COMMIT")
        for row in self._log(db, self.last, passes=3):
            yield from _event(row)
            if row.seq != before + 1:
                gaps.append((before + 1, row.seq - 1))
            before = row.seq
            if _number(row.received) < came - LATE:
                seconds = (came - _number(row.received)) // 1000
                yield Finding("received", {**_names_of(row), "seconds": seconds}, grave=False)
            came = _number(row.received)
            if row.source == OURS and row.type.startswith("site."):
                if row.type == _TOOK:
                    # What it took away stood before it.
                    gaps.clear()
                    took = row.seq
                for each in beside:
                    each.hear(row)
            if seal is not None:
                sealing.take(row)
                if row.seq == seal.last:
                    held = sealing.seal() == seal
        for first, last in gaps:
            yield Finding("missing", {"first": first, "last": last})
        for each in beside:
            yield from each.findings()
        if seal is not None:
            yield from _sealed(seal, held=held, last=before, took=took)

    def _versions(self, db: sqlite3.Connection) -> Iterator[Finding]:
        """Each item's events are numbered from 1 on."""
        item, version = "", 0
        for (name, number), seq in self._keys(db, "item", "version"):
            expected = version + 1 if name == item else 1
            if number != expected:
                yield Finding(
                    "version", {"event": seq, "item": name, "version": number, "expected": expected}
                )
            item, version = name, _number(number)

    def _names(self, db: sqlite3.Connection) -> Iterator[Finding]:
        """No two events have one name."""
        last: tuple[Any, ...] = ()
        for key, seq in self._keys(db, "source", "id"):
            if key == last:
                yield Finding("name", {"event": seq, "name": f"{key[0]}/{key[1]}"})
            last = key

    def _keys(self, db: sqlite3.Connection, one: str, two: str) -> Iterator[tuple[tuple[Any, ...], int]]:
        """Two columns of all events, in their order, and the event's number."""
        first = f"SELECT {one}, {two}, seq FROM events"
        rest = f"{first} WHERE ({one}, {two}, seq) > (?, ?, ?)"
        order = f" ORDER BY {one}, {two}, seq LIMIT {_NAMES}"
        rows = db.execute(first + order).fetchall()
        while rows:
            for row in rows:
                yield row[:2], row[2]
            self._steps += len(rows)
            self._told(self.last + self._steps, 3 * self.last)
            rows = db.execute(rest + order, rows[-1]).fetchall()

    def _counts(self, db: sqlite3.Connection) -> Iterator[Finding]:
        """Each item has as many events as its row counts; both in one snapshot."""
        sql = (
            "SELECT id, version, (SELECT count(*) FROM events WHERE item = items.id) "
            f"FROM items WHERE id > ? ORDER BY id LIMIT {PORTION}"
        )
        after = ""
        while rows := db.execute(sql, (after,)).fetchall():
            for item, row, log in rows:
                if row != log:
                    yield Finding("count", {"item": item, "row": row, "log": log})
            after = rows[-1][0]


def _event(row: LogRow) -> Iterator[Finding]:
    """One event against its digest, and its columns against what it says."""
    sequence = None if row.positional else row.sequence
    try:
        digest = digest_of(row.type, row.item, row.time, row.data, sequence)
    except UnicodeError:
        digest = b""
    if digest != row.digest:
        yield Finding("digest", _names_of(row))
    elif row.actor is not None or b'"actor"' in row.data:
        said = msgspec.json.decode(row.data).get("actor")
        if row.actor != (said if isinstance(said, str) else None):
            yield Finding("actor", {**_names_of(row), "actor": row.actor})
    if (row.source, row.type) == InForce.TYPE:
        said_so = applied(row)
        if said_so is None or hash_of(said_so.body) != said_so.hash:
            yield Finding("applied", _names_of(row))


def _sealed(seal: Seal, *, held: bool, last: int, took: int) -> Iterator[Finding]:
    """Whether a seal holds for a log that ends at `last`, and of which `rings retain` took some by `took`."""
    values = {"seal": seal.last, "event": took}
    if seal.last > last:
        yield Finding("seal_short", {**values, "last": last})
    elif not held:
        yield Finding("seal_retained" if took > seal.last else "seal", values)


_SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'events' AND sql IS NOT NULL"


def _schema(db: sqlite3.Connection) -> Iterator[Finding]:
    """What keeps the log from being changed is there: its unique names, and the triggers that refuse."""
    found, right = {row[:2]: row[2] for row in db.execute(_SCHEMA)}, _right_schema()
    for kind, name in sorted(right.keys() | found.keys()):
        if found.get((kind, name)) != right.get((kind, name)):
            yield Finding("schema", {"kind": kind, "name": name})


@cache
def _right_schema() -> Mapping[tuple[str, str], str]:
    """The statements that this version makes the log with."""
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        prepare(db, writable=True)
        migrate(db, Path("memory"))
        return {row[:2]: row[2] for row in db.execute(_SCHEMA)}


def _last(db: sqlite3.Connection) -> int:
    (last,) = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    return int(last)


def _names_of(row: LogRow) -> dict[str, Any]:
    return {"event": row.seq, "name": f"{row.source}/{row.id}", "item": row.item}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
