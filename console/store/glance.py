"""The floor at a glance, straight from the rows: what `rings status` prints, without the engine.

It loads nothing but sqlite3 and `place`, so that a prompt or a cron job can afford it. Rows that time has
changed since the last tick are put right from their clocks.
"""

from __future__ import annotations

import heapq
import itertools
import sqlite3
from collections.abc import Mapping

from console.domain import place
from console.store.untold import untold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Row = tuple[Any, ...]
    Clock = tuple[str, int, int, int, int | None]
    Spot = tuple[tuple[int, int, int], str, int, int, int | None]

Moved = Mapping[str, "tuple[Glimpse | None, Glimpse | None]"]
"""Open items that differ from what is written: as written, and as they are."""

Glimpse = tuple[str, str, str, str | None, str, int | None, int | None, int, int, int, int | None]
"""(id, kind, queue, owner, norm, due, paused, band, severity, at, severity of the norm) of an open item;
moments in milliseconds."""

Call = tuple[str, str, int]
"""(queue, state, when it came) of an open inbound call."""

NO_CALLS: Mapping[str, Call | None] = {}

_OWN = (
    "items.id, items.kind, items.queue, items.owner, items.norm, items.due, items.paused, items.band, "
    "items.severity, items.at"
)
_HELD = 16
_LEADS = "FROM clocks c WHERE c.item = items.id AND c.name = items.clock LIMIT 1"
_COLUMNS = f"{_OWN}, (SELECT c.severity {_LEADS})"

_UNFOLDED = (
    "EXISTS (SELECT 1 FROM events e WHERE e.item = items.id AND e.time > items.last AND e.time <= :now)"
)
"""Whether an event's time has come since the item was written."""

_LEADING = f"(SELECT c.severity + (CASE WHEN c.rule IN ('most', 'every') THEN 0 ELSE {_HELD} END) {_LEADS})"
"""The severity of the clock that gives an item its place, and _HELD more where something that broke at an
event holds it there; time alone takes it from there only for what is worse. One look for both."""

SILENCE_MS = 30_000
"""A feed that gave no sign of life for so long is lost; so is one that gave its last so long after now:
the clock was put back since."""


def moved_by_clocks(db: sqlite3.Connection, now: int) -> tuple[Moved, list[str]]:
    """Open items that time has changed since the last tick; and those of which their clocks don't tell, for
    an event's time has come or a call fell silent: it takes the engine to say what became of them.
    """
    running: dict[str, list[Clock]] = {}
    rows: dict[str, Row] = {}
    beating: set[str] = set()
    for *row, norm, severity, warn, due, paused, rule in db.execute(
        f"SELECT {_OWN}, {_LEADING}, items.next, items.open, items.opened, {_UNFOLDED}, "
        "r.norm, r.severity, r.warn, r.due, r.paused, r.rule FROM items "
        "LEFT JOIN clocks r ON r.item = items.id AND r.stopped IS NULL AND r.rule IN ('most', 'every') "
        "WHERE items.next <= :now AND items.kind <> 'agent'",
        {"now": now},
    ):
        rows[row[0]] = tuple(row)
        if norm is not None:
            running.setdefault(row[0], []).append((norm, severity, warn, due, paused))
            if rule == "every" and paused is None and row[11] > due:
                beating.add(row[0])
    silence = db.execute("SELECT value FROM meta WHERE name = 'lost_after'").fetchone()
    lost_after = int(silence[0]) if silence else 0
    moved: dict[str, tuple[Glimpse | None, Glimpse | None]] = {}
    beyond: list[str] = []
    for name, row in rows.items():
        clocks = running.get(name, [])
        turns = {turn for _, _, warn, due, paused in clocks if paused is None for turn in (warn, due + 1)}
        silent = row[1] == "call" and now - row[13] >= lost_after
        if silent or not row[12] or row[14] or (row[11] not in turns and name not in beating):
            beyond.append(name)
            continue
        held, leads = [], row[10]
        if leads is not None and leads >= _HELD:
            leads -= _HELD
            held = [((row[7], row[8], row[9]), row[4], row[5], leads, row[6])]
        written: Glimpse = (*row[:10], leads)
        moved[name] = (written, (*written[:4], *_lead(clocks, now, held)))
    return moved, beyond


def _lead(clocks: list[Clock], now: int, held: list[Spot]) -> tuple[str, int, int | None, int, int, int, int]:
    """What gives an item its place: (norm, due, paused, band, severity, at, norm's severity)."""
    spots = list(held)
    for norm, severity, warn, due, paused in clocks:
        band = place.clock_band(now, warn, due, None, paused)
        spot = place.clock_place(band, severity, due, paused)
        spots.append((spot, norm, due, severity, paused))
    spot, norm, due, severity, paused = min(spots, key=lambda lead: lead[:4])
    return (norm, due, paused, *spot, severity)


def glance(
    db: sqlite3.Connection,
    now: int,
    *,
    midnight: int,
    queue: str | None = None,
    limit: int = 50,
    moved: Moved,
    calls: Mapping[str, Call | None] = NO_CALLS,
) -> dict[str, Any]:
    """What `status --json` prints, but for its words: moments are milliseconds.

    `moved` holds the open items that differ at `now` from what is written: (as written, as they are);
    `calls` those of them that may not be the open inbound calls that they are written as.
    """
    counts: dict[tuple[str, int], int] = {}
    where = "" if queue is None else " WHERE queue = :queue"
    sql = f"SELECT kind, band, sum(n) FROM counters{where} GROUP BY kind, band"
    for kind, band, number in db.execute(sql, {"queue": queue}):
        counts[kind, band] = number
    changed: list[Glimpse] = []
    for before, after in moved.values():
        for row, sign in ((before, -1), (after, 1)):
            if row is not None and queue in (None, row[2]):
                counts[row[1], row[7]] = counts.get((row[1], row[7]), 0) + sign
        if after is not None and queue in (None, after[2]):
            changed.append(after)
    opened: dict[str, int] = {}
    for (kind, _), number in counts.items():
        opened[kind] = opened.get(kind, 0) + number
    return {
        "at": now,
        "seq": db.execute("SELECT max(seq) FROM events").fetchone()[0] or 0,
        "feeds": [
            {
                "name": name,
                "state": "lost" if lost or abs(now - heard) > SILENCE_MS else "ok",
                "lag": max(0, now - heard),
            }
            for name, heard, lost in db.execute("SELECT name, heard, lost FROM feeds ORDER BY name")
        ],
        "open": {kind: number for kind, number in sorted(opened.items()) if number},
        "at_risk": sum(number for (_, band), number in counts.items() if band == place.AT_RISK),
        "breached": sum(number for (_, band), number in counts.items() if band == place.BREACHED),
        "untold": untold(db, now),
        "items": _worst(db, queue, limit, moved, changed),
        "service_level": _levels(db, queue, midnight, calls),
    }


def _worst(
    db: sqlite3.Connection, queue: str | None, limit: int, moved: Mapping[str, object], changed: list[Glimpse]
) -> list[Glimpse]:
    where = "open" if queue is None else "open AND queue = :queue"
    rows = db.execute(
        f"SELECT id FROM items WHERE {where} "
        "ORDER BY items.band, items.severity, items.at, items.id LIMIT :limit",
        {"queue": queue, "limit": limit + len(moved)},
    )
    # Read no further than needed: rows come in their order, one at a time.
    # What else is shown of a row is asked for of those alone that are: the others may be many.
    names = itertools.islice((name for (name,) in rows if name not in moved), limit)
    one = f"SELECT {_COLUMNS} FROM items WHERE id = ?"
    found: list[Glimpse] = [db.execute(one, (name,)).fetchone() for name in names]
    return heapq.nsmallest(limit, found + changed, key=lambda row: (row[7], row[8], row[9], row[0]))


WAITING = ("waiting", "ringing")
"""As `console.service.levels` has it; a test holds the two together."""


def _levels(
    db: sqlite3.Connection, queue: str | None, midnight: int, calls: Mapping[str, Call | None]
) -> dict[str, dict[str, int]]:
    """The measures of each queue since midnight, with the customers who wait there (`waiting`), when the
    longest of them came (`since`), and its other open calls (`talking`)."""
    where = ""
    values: dict[str, Any] = {"midnight": midnight, "queue": queue}
    if queue is not None:
        where = " AND queue = :queue"
    levels: dict[str, dict[str, int]] = {}
    for name, measure, number in db.execute(
        "SELECT queue, measure, sum(n) FROM buckets "
        f"WHERE bucket >= :midnight AND instr(measure, ':') = 0{where} GROUP BY queue, measure",
        values,
    ):
        if number:
            levels.setdefault(name, {})[measure] = number
    if calls:
        import json

        where += " AND id NOT IN (SELECT value FROM json_each(:calls))"
        values["calls"] = json.dumps([*calls])
    for name, state, number, oldest in db.execute(
        "SELECT queue, state, count(*), min(opened) FROM items WHERE open AND kind = 'call' "
        f"AND direction = 'in'{where} GROUP BY queue, state",
        values,
    ):
        _count(levels.setdefault(name, {}), state, number, oldest)
    for call in calls.values():
        if call is not None and queue in (None, call[0]):
            _count(levels.setdefault(call[0], {}), call[1], 1, call[2])
    return levels


def _count(level: dict[str, int], state: str, number: int, oldest: int) -> None:
    """Add open calls in that state to the measures of their queue."""
    if state not in WAITING:
        level["talking"] = level.get("talking", 0) + number
        return
    level["waiting"] = level.get("waiting", 0) + number
    level["since"] = min(level.get("since", oldest), oldest)
