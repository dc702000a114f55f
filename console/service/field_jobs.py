"""The appointments that bear on giving jobs to somebody: those of what is given, and of what is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from console.domain.appointments import FieldJob, FieldJobs
from console.domain.query import Query
from console.service.summary import load

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.ports import Reader
    from console.service.rows import ItemRow

_LOOKED = 5000
"""So many open jobs are looked at, the worst first."""

_THEIRS, _NOBODYS = 1000, 150
"""Of those that people have, and of those that nobody has, so many are read whole: the nearest in time."""

_JOBS = Query(terms=(("kind", "job", True),))

Read = Mapping[str, tuple[tuple[object, ...], FieldJob]]
"""What was read before, by item, with what it was read of."""


def field_jobs(reader: Reader, ids: Collection[str], now: Millis, before: Read) -> tuple[FieldJobs, Read]:
    """The jobs among those `ids`, and the open ones beside them; what was read `before` is not read again
    unless something happened to it."""
    rows = [row for row in reader.items([name for name in ids if name.startswith("job/")]) if row.open]
    if not rows:
        return FieldJobs(), {}
    read: dict[str, tuple[tuple[object, ...], FieldJob]] = {}

    def job(row: ItemRow) -> FieldJob:
        told = (row.version, row.last, row.owner, row.asked)
        known = before.get(row.id)
        read[row.id] = known if known is not None and known[0] == told else (told, _job(reader, row, now))
        return read[row.id][1]

    times = [_about(row) for row in rows]
    found = reader.window(_JOBS, _LOOKED, None, None).rows
    others = [row for row in found if row.id not in ids]
    others.sort(key=lambda row: (min(abs(_about(row) - time) for time in times), row.id))
    theirs = [row for row in others if row.owner or row.asked][:_THEIRS]
    nobodys = [row for row in others if not (row.owner or row.asked)][:_NOBODYS]
    given = tuple(map(job, rows))
    return FieldJobs(given, tuple(map(job, (*theirs, *nobodys)))), read


def _about(row: ItemRow) -> Millis:
    """When it is about, as far as its row tells: its own time is read of its events."""
    return row.due if row.due is not None else row.opened


def _job(reader: Reader, row: ItemRow, now: Millis) -> FieldJob:
    given = load(reader, row.id, reader.rulebook(), max(now, row.last)).given
    start, end = given.get("window_start"), given.get("window_end")
    start = start if isinstance(start, int) else None
    end = end if isinstance(end, int) else None
    asked = row.asked if row.asked and not row.asked.startswith("#") else None
    return FieldJob(
        row.id,
        str(given.get("area", "")),
        end if start is None else start,
        start if end is None else end,
        asked or row.owner,
    )
