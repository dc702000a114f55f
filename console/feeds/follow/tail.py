"""One open file, read forward as it grows."""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable
from pathlib import Path

from console.domain.event import Event, Reading
from console.feeds.follow.lines import read_line, read_lines, too_long
from console.feeds.ndjson import LINE_LIMIT
from console.service.position import DONE, OPEN, Position

HEAD, LAST = 1024, 256
"""Bytes from the beginning of what was read, and from its end, by which a file is known again."""

_CHUNK = 2**16

_STOOD_S = 2.0
"""A last line without its end that has stood for so long, and is a whole event, is one."""


class Rewritten(Exception):
    """The file no longer holds what was read of it: it was cut, or written anew."""


def part_of(stat: os.stat_result) -> str:
    """A file's identity while it lives."""
    return f"{stat.st_dev:x}:{stat.st_ino:x}"


class Tail:
    """Reads the whole lines of one file from a position on; keeps hold of it whatever its name becomes."""

    def __init__(self, path: Path, feed: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115 (it stays open as long as the tail lives)
        self._fd = self._file.fileno()
        self.feed = feed
        self._monotonic = monotonic
        self.part = part_of(os.fstat(self._fd))
        self.moved = monotonic()
        self.doubtful = False
        """Nothing of it had been read when it changed: nobody can tell whether it was cut meanwhile."""
        self.restart()

    def restart(self) -> None:
        """Begin at the beginning."""
        self.offset = self._line = self._scanned = 0
        self._modified = os.fstat(self._fd).st_mtime_ns
        self._head = self._last = b""
        self._seen: tuple[int, int] | None = None
        self._stands = 0.0
        self._state = OPEN

    @property
    def position(self) -> Position:
        """How far it was read."""
        return Position(
            self.feed,
            self.part,
            hashlib.blake2b(self._head + self._last, digest_size=16).hexdigest() if self.offset else "",
            self.offset,
            self._line,
            self._modified,
            self._state,
        )

    @property
    def size(self) -> int:
        """Bytes that the file holds."""
        return os.fstat(self._fd).st_size

    def resume(self, position: Position) -> bool:
        """Go on at `position`, if what stands before it is what was read up to there."""
        offset = position.offset
        if not offset:
            return position.part == self.part
        if self.size < offset:
            return False
        head, last = self._around(offset)
        if hashlib.blake2b(head + last, digest_size=16).hexdigest() != position.mark:
            return False
        self.offset, self._line, self._modified = offset, position.line, position.modified
        self._head, self._last = head, last
        return True

    def read(self) -> tuple[list[Reading], bool]:
        """The next readings, and whether there may be more at once. Raises Rewritten, OSError."""
        stat = os.fstat(self._fd)
        now = (stat.st_size, stat.st_mtime_ns)
        if now == self._seen:
            # The clock of a file system ticks seldom: soon after, another content may have this time too.
            if self._monotonic() - self._stands < _STOOD_S and not self._same():
                raise Rewritten
            return self._stood(stat.st_mtime_ns), False
        self.doubtful = not self.offset and self._seen is not None
        want, data = _CHUNK, b""
        while True:
            data = os.pread(self._fd, want, self.offset)
            if b"\n" in data or len(data) < want or want > LINE_LIMIT:
                break
            want = min(4 * want, LINE_LIMIT + 1)
        # Looked at after reading: if the beginning is still the old one, so was what was read.
        if stat.st_size < self.offset or not self._same():
            raise Rewritten
        readings, taken, lines = read_lines(data, self._line)
        if len(data) > LINE_LIMIT and not taken:
            return self._past_long(data, stat.st_mtime_ns)
        self._take(data[:taken], lines, stat.st_mtime_ns)
        more = len(data) == want
        if not more:
            self._seen, self._stands = now, self._monotonic()
        return readings, more

    def finish(self) -> list[Reading]:
        """What stands after the last line end of a file to which nothing is appended any more."""
        data = os.pread(self._fd, LINE_LIMIT + 1, self.offset)
        found = read_line(data, self._line + 1)
        self._take(data, 0, self._modified)
        self._state = DONE
        return [found] if found is not None else []

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _same(self) -> bool:
        return self._around(self.offset) == (self._head, self._last)

    def _around(self, offset: int) -> tuple[bytes, bytes]:
        """The first bytes of the file and the last ones before `offset`."""
        near = min(offset, LAST)
        return os.pread(self._fd, min(offset, HEAD), 0), os.pread(self._fd, near, offset - near)

    def _take(self, data: bytes, lines: int, modified: int) -> None:
        if not data:
            return
        if len(self._head) < HEAD:
            self._head = (self._head + data)[:HEAD]
        self._last = (self._last + data)[-LAST:]
        self.offset += len(data)
        self._line += lines
        self._modified = modified
        self.moved = self._monotonic()

    def _stood(self, modified: int) -> list[Reading]:
        """The last line, where it has no end and needs none: a writer may never end it."""
        assert self._seen is not None
        if self.offset >= self._seen[0] or self._monotonic() - self._stands < _STOOD_S:
            return []
        self._stands = math.inf  # once is enough: it is looked at anew when it has grown
        data = os.pread(self._fd, LINE_LIMIT + 1, self.offset)
        found = read_line(data, self._line + 1)
        if not isinstance(found, Event):
            return []
        self._take(data, 0, modified)
        return [found]

    def _past_long(self, data: bytes, modified: int) -> tuple[list[Reading], bool]:
        """Look for the end of a line that is too long; its place is kept until the end is found."""
        self._scanned = max(self._scanned, len(data))
        chunk = os.pread(self._fd, LINE_LIMIT, self.offset + self._scanned)
        end = chunk.find(b"\n")
        if end < 0:
            self._scanned += len(chunk)
            if not chunk:
                stat = os.fstat(self._fd)
                self._seen = (stat.st_size, stat.st_mtime_ns)
            return [], bool(chunk)
        bad = too_long(data, self._line + 1)
        self.offset += self._scanned + end + 1
        self._line += 1
        self._modified, self._scanned = modified, 0
        self._head, self._last = self._around(self.offset)
        self.moved = self._monotonic()
        return [bad], True
