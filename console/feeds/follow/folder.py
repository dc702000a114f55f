"""A folder of exports: each finished file once, whatever it is called, in pieces."""

from __future__ import annotations

import errno
import fnmatch
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from console.domain.event import Reading, Rejected
from console.domain.instants import SECOND
from console.feeds.csv_map import read_csv
from console.feeds.follow.reasons import FollowReason
from console.feeds.follow.step import Step
from console.feeds.ndjson import read_ndjson
from console.feeds.sanitise import shown
from console.feeds.sections import MappingError
from console.service.desk import BATCH
from console.service.position import DONE, OPEN, REFUSED, Position

if TYPE_CHECKING:
    from console.feeds.follow.settings import FollowedFolder


class _Export:
    """One file while it is read."""

    def __init__(self, settings: FollowedFolder, name: str, sign: str, stream: BinaryIO) -> None:
        self._settings = settings
        self.name = name
        self.sign = sign
        self._stream = stream
        self._digest = _digest(stream)
        self.position = Position(settings.name, self._digest, sign)
        self._readings: Iterator[Reading] = iter(())
        self._skipped = False

    def begin(self, known: Position | None) -> bool:
        """Go on where it was read up to; answers whether there is anything to read."""
        refused = f"{REFUSED}:{self._settings.fingerprint}"
        if known is not None:
            self.position = replace(known, mark=self.sign)
            if known.state in (DONE, refused):
                return False
            if known.state != OPEN:  # by another mapping
                self.position = replace(self.position, offset=0, state=OPEN)
        self._stream.seek(0)
        mapping = self._settings.mapping
        if mapping is None:
            self._readings = read_ndjson(self._stream, name=shown(self.name))
        else:
            self._readings = read_csv(self._stream, mapping)
        return True

    def read(self) -> list[Reading]:
        """The next readings; none when all is read. Those that are known from before are passed over."""
        place = self.position
        try:
            if not self._skipped:
                for _ in islice(self._readings, place.offset):
                    pass
                self._skipped = True
            found = list(islice(self._readings, BATCH))
        except MappingError as error:
            self.position = replace(place, state=f"{REFUSED}:{self._settings.fingerprint}")
            self.close()
            return [Rejected(1, FollowReason.UNFIT, shown(str(error)), b"")]
        ended = len(found) < BATCH
        self.position = replace(place, offset=place.offset + len(found), state=DONE if ended else OPEN)
        if ended:
            stat = os.fstat(self._stream.fileno())
            if _sign(stat) != self.sign:
                # It grew while it was read: what it is now will be read as another one.
                self.position = replace(self.position, state=OPEN, mark="")
            self.close()
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()


class FolderFollower:
    """Everything of one folder. It does no waiting: each `step` is one look or one piece of a file."""

    def __init__(
        self,
        settings: FollowedFolder,
        positions: Sequence[Position],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._known = {place.part: place for place in positions}
        refused = f"{REFUSED}:{settings.fingerprint}"
        self._settled = {place.mark for place in positions if place.state in (DONE, refused)}
        self._monotonic = monotonic
        self._seen: dict[str, tuple[str, float]] = {}
        self._reading: _Export | None = None
        self._fault = ""

    def step(self) -> Step:
        """One look. Raises OSError where the folder can't be read."""
        if self._reading is None:
            self._fault = ""
            self._reading = self._next()
        export = self._reading
        if export is None:
            return Step(there=not self._fault, fault=self._fault)
        origin = f"{self._settings.name}/{shown(export.name)}"
        readings = export.read()
        place = export.position
        self._known[place.part] = place
        notes = []
        if place.state != OPEN or not place.mark:
            self._reading = None
            if place.mark:
                self._settled.add(place.mark)
            word = "done" if place.state == DONE else "refused" if place.state != OPEN else "grew"
            notes = [(f"feed.file_{word}", "")]
        return Step(readings, [place], origin=origin, more=True, notes=notes)

    def _next(self) -> _Export | None:
        """The next file to be read: finished, and not read before."""
        found: dict[str, tuple[str, float]] = {}
        finished: list[tuple[int, str, str]] = []
        now = self._monotonic()
        for name, stat in self._entries():
            sign = _sign(stat)
            before, since = self._seen.get(name, ("", now))
            found[name] = (sign, since if before == sign else now)
            stands = now - found[name][1] >= self._settings.settle / SECOND
            if sign not in self._settled and stat.st_size and stands:
                finished.append((stat.st_mtime_ns, name, sign))
        self._seen = found
        for _, name, sign in sorted(finished):
            export = self._opened(name, sign)
            if export is not None:
                return export
        return None

    def _entries(self) -> Iterator[tuple[str, os.stat_result]]:
        for entry in os.scandir(self._settings.path):
            if entry.name.startswith(".") or not fnmatch.fnmatchcase(entry.name, self._settings.pattern):
                continue
            try:
                if entry.is_file():
                    yield entry.name, entry.stat()
            except FileNotFoundError:
                continue

    def _opened(self, name: str, sign: str) -> _Export | None:
        """The file, where there is something to read in it."""
        try:
            stream = Path(self._settings.path, name).open("rb")  # noqa: SIM115 (read in pieces)
            export = _Export(self._settings, name, sign, stream)
            known = self._known.get(export.position.part)
            if export.begin(known):
                return export
            # A copy of what was read; it need not be looked at again.
            self._settled.add(sign)
            export.close()
        except FileNotFoundError:
            pass
        except OSError as error:
            self._fault = errno.errorcode.get(error.errno or 0, "unreadable")
        return None


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.blake2b(digest_size=16)
    while chunk := stream.read(2**20):
        digest.update(chunk)
    return digest.hexdigest()


def _sign(stat: os.stat_result) -> str:
    """What a directory says of a file; where it stays the same, so does the content."""
    return f"{stat.st_dev:x}:{stat.st_ino:x}:{stat.st_size}:{stat.st_mtime_ns}"
