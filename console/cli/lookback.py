"""`rings status` of another moment, or where clocks alone don't tell: by the engine, which is slower."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from console.domain.fold import site_midnight
from console.domain.place import AT_RISK, BREACHED
from console.numbers import normalise
from console.phrases import compile_phrases
from console.service.history import AsOf
from console.store.books import BookShelf
from console.store.glance import Call, Glimpse, Moved, glance
from console.store.reading import SqliteReader

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.rows import ItemRow


def lookback(db: sqlite3.Connection, at: Millis, *, queue: str | None, limit: int) -> dict[str, Any]:
    """What `glance` gives, as of `at`."""
    reader = _reader(db)
    longest = max(rules.site.lost_after for _, rules in reader.rulebook().versions)
    past = AsOf(reader, at, {*reader.changed_since(at, longest), *_turned(db, at)})
    return _glanced(db, reader, past, at, {}, queue=queue, limit=limit)


def look_beyond(
    db: sqlite3.Connection,
    now: Millis,
    moved: Moved,
    beyond: Collection[str],
    *,
    queue: str | None,
    limit: int,
) -> dict[str, Any]:
    """What `glance` gives at `now`, where clocks tell of those that have `moved`, and not of those `beyond`:
    where nobody ticks, the former may be tens of thousands, and the latter a few."""
    reader = _reader(db)
    return _glanced(db, reader, AsOf(reader, now, beyond), now, moved, queue=queue, limit=limit)


def _reader(db: sqlite3.Connection) -> SqliteReader:
    return SqliteReader(db, BookShelf(normalise, compile_phrases))


def _glanced(
    db: sqlite3.Connection,
    reader: SqliteReader,
    past: AsOf,
    at: Millis,
    known: Moved,
    *,
    queue: str | None,
    limit: int,
) -> dict[str, Any]:
    severities = {clock.name: clock.norm.severity for item in past.items.values() for clock in item.clocks}
    moved = dict(known)
    midnight = site_midnight(reader.rulebook().at(at), at)
    tallies: dict[tuple[str, str], int] = {}
    calls: dict[str, Call | None] = {}
    for name in past.items:
        before, after = reader.item(name), past.row(name)
        moved[name] = (_glimpse(before, {}), _glimpse(after, severities))
        if name.startswith("call/"):
            calls[name] = _call(after)
        for row, sign in ((before, -1), (after, 1)):
            for bucket, of_queue, measure, number in row.tally if row else ():
                if bucket >= midnight:
                    tallies[of_queue, measure] = tallies.get((of_queue, measure), 0) + sign * number
    status = glance(db, at, midnight=midnight, queue=queue, limit=limit, moved=moved, calls=calls)
    for (of_queue, measure), number in tallies.items():
        if queue in (None, of_queue) and ":" not in measure:
            level = status["service_level"].setdefault(of_queue, {})
            level[measure] = level.get(measure, 0) + number
    return status


def _turned(db: sqlite3.Connection, at: Millis) -> Iterator[str]:
    """Open items that time alone has made worse since `at`: untouched, yet they stood elsewhere then."""
    rows = db.execute(
        "SELECT DISTINCT c.item FROM clocks c JOIN items i ON i.id = c.item WHERE i.open "
        "AND i.band IN (?, ?) AND c.stopped IS NULL AND (c.warn > ? OR c.due >= ?)",
        (BREACHED, AT_RISK, at, at),
    )
    return (name for (name,) in rows)


def _call(row: ItemRow | None) -> Call | None:
    return (row.queue, row.state, row.opened) if row and row.open and row.direction == "in" else None


def _glimpse(row: ItemRow | None, severities: dict[str, int]) -> Glimpse | None:
    if row is None or not row.open:
        return None
    return (
        row.id,
        row.kind,
        row.queue,
        row.owner,
        row.norm,
        row.due,
        row.paused,
        row.band,
        row.severity,
        row.at,
        severities.get(row.clock),
    )
