"""Bytes of the manager interface → blocks of fields, however the reads fell.

The stream is a banner line, then blocks of `Key: Value` lines, each block ended by an empty line. Reads end
anywhere, inside a key or a character, so frames are found in bytes and a whole block is decoded at once.
Memory is bounded by the longest block that is read at all.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.event import Rejected
from console.feeds.asterisk.reasons import AmiReason
from console.feeds.sanitise import shown

if TYPE_CHECKING:
    from console.domain.instants import Millis

BLOCK_LIMIT = 2**19
"""Bytes of the longest block; an event of Asterisk has one or two thousand."""

KEPT = 4_096
"""Bytes kept of what is turned away: enough to tell what it was."""

_KEY_LIMIT = 100
_BANNER = b"Asterisk Call Manager/"
_BANNER_LIMIT = 256
# Two connections in one file: where the first was cut inside a line, the next one's banner is glued to it.
# Nothing else puts a banner before a `Response:` line, and no value can hold a line end.
_GLUED = re.compile(rb"Asterisk Call Manager/[\d.]+\r?\n(?=Response: )")
_EVENT_NAME = re.compile(rb"^Event: ([^\r\n]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Banner:
    """A connection begins; everything said before it may be out of date."""


@dataclass(frozen=True, slots=True)
class Block:
    """One event or answer: its fields in order of arrival, each key with all its values.

    `line` counts from 1 in the stream; `at` is when its first byte arrived, which no later byte of it
    betters as the time at which the exchange said it.
    """

    fields: Mapping[str, list[str]]
    line: int
    at: Millis | None
    raw: bytes

    @property
    def event(self) -> str:
        """The name of the event; empty for an answer."""
        return self.get("Event")

    def get(self, key: str) -> str:
        """The first value of `key`; empty where it is missing."""
        values = self.fields.get(key)
        return values[0] if values else ""

    def number(self, key: str) -> int | None:
        """The value of `key` as a whole number, None where it is none."""
        text = self.get(key).strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


Frame = Banner | Block | Rejected


class Framer:
    """Takes reads of one stream, gives its frames; a split of the bytes changes nothing but when."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._consumed = 0
        self._line = 1
        self._searched = 0
        self._skipping = False
        self._eol = b""
        # (offset of a read's first byte in the stream, when it arrived): those of the buffer's bytes.
        self._reads: deque[tuple[int, Millis | None]] = deque()

    def feed(self, data: bytes, at: Millis | None) -> Iterator[Frame]:
        """The frames that `data`, received at `at`, completes."""
        if data:
            self._reads.append((self._consumed + len(self._buffer), at))
            self._buffer += data
            self._forget_reads()
        while True:
            if self._skipping and not self._skip():
                return
            self._skip_blank()
            if self._buffer.startswith(_BANNER):
                newline = self._buffer.find(b"\n", 0, _BANNER_LIMIT)
                if newline < 0 and len(self._buffer) < _BANNER_LIMIT:
                    return
                if newline >= 0:
                    self._learn_eol()
                    self._take(newline + 1)
                    yield Banner()
                    continue
            end = self._block_end()
            if end is None:
                if len(self._buffer) > BLOCK_LIMIT + 4:
                    yield self._too_long()
                    self._skipping = True
                    continue
                return
            if end > BLOCK_LIMIT:
                yield self._too_long()
                self._take(end)
                continue
            line, when = self._line, self._reads[0][1]
            yield from _frames(self._take(end), line, when, self._eol)

    def close(self) -> Iterator[Frame]:
        """What the end of the connection left unfinished; the next read begins a new one."""
        line, rest = self._line, bytes(self._buffer)
        self._take(len(self._buffer))
        skipping, self._skipping, self._eol = self._skipping, False, b""
        if rest.strip() and not skipping and not rest.startswith(_BANNER):
            yield _cut(rest, line)

    def _learn_eol(self) -> bool:
        """Learn how lines end from the first one: a lone newline inside a CRLF stream is part of a value."""
        if not self._eol:
            end = self._buffer.find(b"\n")
            if end < 0:
                return False
            self._eol = b"\r\n" if end and self._buffer[end - 1] == 13 else b"\n"
        return True

    def _block_end(self) -> int | None:
        """The length of the block at the head, its empty line included; None while it has no end."""
        if not self._learn_eol():
            return None
        mark = self._eol * 2
        found = self._buffer.find(mark, self._searched)
        self._searched = max(0, len(self._buffer) - len(mark) + 1)
        return None if found < 0 else found + len(mark)

    def _skip_blank(self) -> None:
        count = 0
        while count < len(self._buffer) and self._buffer[count] in b"\r\n":
            count += 1
        if count:
            self._take(count)

    def _skip(self) -> bool:
        """Drop the rest of a block that is too long; whether its end has come."""
        end = self._block_end()
        if end is None:
            self._take(max(0, len(self._buffer) - 3))
            return False
        self._take(end)
        self._skipping = False
        return True

    def _too_long(self) -> Rejected:
        return Rejected(self._line, AmiReason.LONG, f"{BLOCK_LIMIT} B", bytes(self._buffer[:KEPT]))

    def _take(self, count: int) -> bytes:
        """Remove and return the first `count` bytes."""
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        self._line += taken.count(b"\n")
        self._consumed += count
        self._searched = 0
        self._forget_reads()
        return taken

    def _forget_reads(self) -> None:
        while len(self._reads) > 1 and self._reads[1][0] <= self._consumed:
            self._reads.popleft()


def _frames(raw: bytes, line: int, at: Millis | None, eol: bytes) -> Iterator[Frame]:
    """The frames of one block of bytes: one, but for bad lines and for two links in one file."""
    glued = _GLUED.search(raw)
    if glued is not None:
        if glued.start():
            yield _cut(raw[: glued.start()], line)
        yield Banner()
        line += raw[: glued.end()].count(b"\n")
        raw = raw[glued.end() :]
    fields: dict[str, list[str]] = {}
    for offset, text in enumerate(raw.rstrip(b"\r\n").split(eol)):
        name, colon, value = text.partition(b":")
        key = name.decode("utf-8", "replace")
        if not colon or not key or len(key) > _KEY_LIMIT or not key.isprintable():
            yield Rejected(
                line + offset, AmiReason.LINE, shown(text[:KEPT].decode("utf-8", "replace")), text[:KEPT]
            )
            continue
        fields.setdefault(key, []).append(value.removeprefix(b" ").decode("utf-8", "replace"))
    if "Event" in fields or "Response" in fields:
        yield Block(fields, line, at, raw)
    elif fields:
        yield Rejected(line, AmiReason.BLOCK, shown(raw[:KEPT].decode("utf-8", "replace")), raw[:KEPT])


def _cut(raw: bytes, line: int) -> Rejected:
    name = _EVENT_NAME.search(raw)
    detail = shown(name.group(1).decode("utf-8", "replace")) if name else ""
    return Rejected(line, AmiReason.CUT, detail, raw[:KEPT])
