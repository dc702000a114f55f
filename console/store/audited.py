"""What stands beside the log though people put it there, held against the events that say so: norms and
settings, and who signs in."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from console.domain.event import OURS
from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.store.sealing import LogRow

T = TypeVar("T")


@frozen
class Finding:
    """Something that isn't as it was written: `key` says what (`audit.found.<key>`), `values` which and how.

    What is not `grave` may be as it should; somebody had better know it.
    """

    key: str
    values: dict[str, Any]
    grave: bool = True


class Applied(msgspec.Struct):
    """What an event put in force."""

    part: str
    hash: str
    effective: int
    body: str


class _Told(msgspec.Struct):
    """What an event says of somebody who signs in."""

    user: str
    role: str | None = None
    pin: bool = False


def applied(row: LogRow) -> Applied | None:
    """What an event put in force; None where it can't be read."""
    return _read(row, Applied)


class InForce:
    """Norms and settings as they stand there, and as events put them there."""

    TYPE = (OURS, "site.configured")

    def __init__(self, db: sqlite3.Connection) -> None:
        rows = db.execute("SELECT effective, part, hash, body FROM site")
        self._stand = {(effective, part): (kept, hash_of(body)) for effective, part, kept, body in rows}
        self._put: dict[tuple[int, str], tuple[int, str]] = {}

    def hear(self, row: LogRow) -> None:
        """An event of ours about the site, which may have put something in force."""
        if row.type == self.TYPE[1] and (said := applied(row)) is not None:
            self._put[said.effective, said.part] = (row.seq, said.hash)

    def findings(self) -> Iterator[Finding]:
        """Where they differ; what a store begins with was put there by no event."""
        for key in sorted(self._stand.keys() | self._put.keys()):
            values: dict[str, Any] = {"since": key[0], "part": key[1]}
            event, said = self._put.get(key, (0, ""))
            kept, right = self._stand.get(key, ("", ""))
            if key not in self._stand:
                yield Finding("gone", {**values, "event": event})
            elif kept != right:
                yield Finding("hash", values)
            elif event and said != kept:
                yield Finding("other", {**values, "event": event})
            elif not event and key[0]:
                yield Finding("untold", values)


class SigningIn:
    """Who signs in, as what and since when with this PIN: as it stands there, and as events say."""

    def __init__(self, db: sqlite3.Connection) -> None:
        rows = db.execute("SELECT name, role, changed FROM users")
        self._stand: dict[str, tuple[str, int | None]] = {name: (role, since) for name, role, since in rows}
        self._said: dict[str, tuple[str, int | None]] = {}

    def hear(self, row: LogRow) -> None:
        """An event of ours about the site, perhaps about somebody who signs in."""
        if (told := _read(row, _Told)) is None:
            return
        role, since = self._said.get(told.user, ("", None))
        match row.type:
            case "site.user_added":
                self._said[told.user] = (told.role or "", row.time if told.pin else None)
            case "site.user_changed":
                self._said[told.user] = (told.role or "", since)
            case "site.pin_set":
                self._said[told.user] = (role, row.time)
            case "site.pin_removed":
                self._said[told.user] = (role, None)
            case "site.user_removed":
                self._said.pop(told.user, None)

    def findings(self) -> Iterator[Finding]:
        """Where they differ."""
        for user in sorted(self._stand.keys() | self._said.keys()):
            stands, said = self._stand.get(user), self._said.get(user)
            if stands is None or said is None:
                yield Finding("user_untold" if said is None else "user_gone", {"user": user})
            elif stands[0] != said[0]:
                yield Finding("role", {"user": user, "role": stands[0] or "-", "said": said[0] or "-"})
            elif stands[1] != said[1]:
                yield Finding("pin", {"user": user})


def hash_of(body: str) -> str:
    """The hash of a text that was put in force."""
    return hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest()


def _read(row: LogRow, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(row.data, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        return None
