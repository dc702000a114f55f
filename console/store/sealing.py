"""Seals: the log up to an event, in one hash over every column of every event."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.instants import Millis

_SIZE = 32
_ENCODE = msgspec.json.Encoder(order="sorted").encode


class LogRow(NamedTuple):
    """An event as it stands in the log, with all its columns."""

    seq: int
    source: str
    id: str
    item: str
    version: int
    type: str
    time: Millis
    sequence: int | None
    positional: int
    data: bytes
    digest: bytes
    received: Millis
    actor: str | None


@frozen
class Seal:
    """The log up to the event `last`; its text is what a person keeps."""

    last: int
    hash: str

    def __str__(self) -> str:
        return f"{self.last}-{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Seal:
        """A seal from its text. Raises ValueError."""
        last, _, digest = text.strip().partition("-")
        if not (last.isascii() and last.isdecimal()) or len(bytes.fromhex(digest)) != _SIZE:
            raise ValueError(text)
        return cls(int(last), digest.lower())


class Sealing:
    """Makes seals as it is given one event after the other."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=_SIZE)
        self._last = 0

    def take(self, row: LogRow) -> None:
        """The next event."""
        try:
            # A list in JSON has one reading: nothing can move from one column into the next.
            content = _ENCODE(row)
        except UnicodeError:
            content = repr(row).encode("ascii", "backslashreplace")  # what somebody wrote there by hand
        self._hash.update(content)
        self._last = row.seq

    def seal(self) -> Seal:
        """The seal of all that was taken so far."""
        return Seal(self._last, self._hash.hexdigest())
