"""The log: events are appended to it, each once, and numbered by item."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from console.store.codec import dump

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.instants import Millis

_ENCODE = msgspec.json.Encoder(order="sorted").encode

_ADD_EVENT = (
    "INSERT INTO events (source, id, item, version, type, time, sequence, positional, data, digest, "
    "received, actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def append(
    db: sqlite3.Connection, events: Sequence[Event], received: Millis
) -> tuple[list[str], dict[str, int]]:
    """Append events in their order; answers of each whether it is "new", the "same" as one that is there, or
    an "other" of that name, and the version of each item now."""
    known = _digests(db, events)
    versions = _versions(db, {event.subject for event in events})
    verdicts: list[str] = []
    rows = []
    for event in events:
        data = dump(event.data)
        sequence = None if event.positional else event.sequence
        digest = digest_of(event.type, event.subject, event.time, data.encode(), sequence)
        name = (event.source, event.id)
        if name in known:
            verdicts.append("same" if known[name] == digest else "other")
            continue
        known[name] = digest
        verdicts.append("new")
        version = versions[event.subject] = versions.get(event.subject, 0) + 1
        actor = event.data.get("actor")
        rows.append(
            (
                event.source,
                event.id,
                event.subject,
                version,
                event.type,
                event.time,
                event.sequence,
                event.positional,
                data,
                digest,
                received,
                actor if isinstance(actor, str) else None,
            )
        )
    db.executemany(_ADD_EVENT, rows)
    return verdicts, versions


def digest_of(kind: str, item: str, time: Millis, data: bytes, sequence: int | None) -> bytes:
    """What an event says, in 16 bytes. `data` is the text that is kept; a `sequence` that the feed counted is
    no part of it, and None."""
    content = _ENCODE([kind, item, time, msgspec.Raw(data), sequence])
    return hashlib.blake2b(content, digest_size=16).digest()


def _digests(db: sqlite3.Connection, events: Sequence[Event]) -> dict[tuple[str, str], bytes]:
    """The digests of those of the events whose names are known."""
    ids: dict[str, list[str]] = {}
    for event in events:
        ids.setdefault(event.source, []).append(event.id)
    found: dict[tuple[str, str], bytes] = {}
    for source, names in ids.items():
        for chunk in _chunks(names):
            sql = f"SELECT id, digest FROM events WHERE source = ? AND id IN ({_marks(chunk)})"
            found.update(((source, name), digest) for name, digest in db.execute(sql, (source, *chunk)))
    return found


def _versions(db: sqlite3.Connection, items: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in _chunks(list(items)):
        sql = f"SELECT item, max(version) FROM events WHERE item IN ({_marks(chunk)}) GROUP BY item"
        found.update(db.execute(sql, chunk).fetchall())
    return found


def _chunks(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), 500):
        yield names[start : start + 500]


def _marks(names: Sequence[str]) -> str:
    return ", ".join("?" * len(names))
