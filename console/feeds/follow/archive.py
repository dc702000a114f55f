"""A rotated file that was compressed before it could be read: read whole, as nothing is appended to it."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from console.feeds.follow.tail import Tail
from console.feeds.ndjson import read_ndjson
from console.service.position import DONE

if TYPE_CHECKING:
    from console.domain.event import Reading

MAGIC = b"\x1f\x8b"
_AT_ONCE = 500


def is_archive(path: Path) -> bool:
    """Whether the file is one of gzip's. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


class Archive(Tail):
    """Its position is the beginning until all of it is read: what is read twice changes nothing."""

    def __init__(self, path: Path, feed: str) -> None:
        super().__init__(path, feed)
        self._readings: Iterator[Reading] | None = None
        self._stream = gzip.GzipFile(fileobj=self._file)
        self._name = path.name

    def read(self) -> tuple[list[Reading], bool]:
        """The next readings, and whether there are more."""
        if self._state == DONE:
            return [], False
        if self._readings is None:
            self._file.seek(0)
            self._readings = read_ndjson(cast(BinaryIO, self._stream), name=self._name)
        found = list(islice(self._readings, _AT_ONCE))
        self.moved = self._monotonic()
        if len(found) < _AT_ONCE:
            self._end()
        return found, self._state != DONE

    def finish(self) -> list[Reading]:
        """Nothing stands open."""
        return []

    def _end(self) -> None:
        self.offset = self.size
        self._head, self._last = self._around(self.offset)
        self._modified = os.fstat(self._fd).st_mtime_ns
        self._state = DONE
