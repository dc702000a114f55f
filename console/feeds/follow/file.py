"""A file that grows, followed across everything that makes room for new ones.

It is known by what stands in it, not by its name: renamed, copied and cut, or replaced, what was read of it
is found again beside its name and read to its end. In doubt a file is read from its beginning, for events are
known by their names and a second reading changes nothing.
"""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import os
import stat
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.feeds.follow.archive import Archive, is_archive
from console.feeds.follow.step import Step
from console.feeds.follow.tail import Rewritten, Tail, part_of
from console.service.position import OPEN, Position

if TYPE_CHECKING:
    from console.domain.event import Reading
    from console.feeds.follow.settings import FollowedFile

LINGER_S = 10.0
"""A file that lost its name is listened to until it has been still for so long: its writer may still have
it open."""

_UNREAD = (".xz", ".bz2", ".zst", ".zip", ".lz4")
"""Ways of packing that are not read."""


class FileFollower:
    """Everything of one followed file: the one that has its name, and those that had it. It does no waiting:
    each `step` is one look, taken in a thread."""

    def __init__(
        self,
        settings: FollowedFile,
        positions: Sequence[Position],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._known = {position.part: position for position in positions}
        self._kept = dict(self._known)
        self._monotonic = monotonic
        self._current: Tail | None = None
        self._leaving: list[Tail] = []
        self._owed: list[Position] = []
        self._notes: list[tuple[str, str]] = []

    def step(self) -> Step:
        """One look: what can be read at once, in files that lost their name first. Raises OSError."""
        there = self._look()
        readings: list[Reading] = []
        more = False
        for tail in self._live():
            try:
                found, goes_on = tail.read()
                if tail.doubtful and not self._owed:
                    tail.doubtful = False
                    self._owed = list(self._known.values())
            except Rewritten:
                # What it held may stand beside it, as a copy.
                self._owed = [*self._known.values(), tail.position]
                tail.restart()
                self._notes.append(("feed.rewritten", ""))
                found, goes_on = [], True
            readings += found
            more = more or goes_on or bool(found)
        if self._owed:
            self._catch_up()
            more = True
        for tail in [tail for tail in self._leaving if not more and self._left(tail)]:
            readings += self._let_go(tail)
        return self._step(readings, more, there)

    def _step(self, readings: list[Reading], more: bool, there: bool) -> Step:
        """The step, with the positions that have moved and those that are of no use any more."""
        for tail in self._live():
            self._known[tail.part] = tail.position
        moved = [place for part, place in self._known.items() if self._kept.get(part) != place]
        dropped = [part for part in self._kept if part not in self._known]
        self._kept = dict(self._known)
        notes, self._notes = self._notes, []
        fault = "" if there else "missing"
        return Step(readings, moved, dropped, self._settings.name, more, there, fault, notes)

    def _look(self) -> bool:
        """See who has the name; answers whether anybody has."""
        path, before = self._settings.path, self._current
        try:
            found = os.stat(path)
            if not stat.S_ISREG(found.st_mode):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
            if before is not None and part_of(found) == before.part:
                return True
            current = Tail(path, self._settings.name, self._monotonic)
        except FileNotFoundError:
            if before is not None:
                self._leaving.append(before)
                self._current = None
            return False
        if before is not None:
            self._leaving.append(before)
        known = list(self._known.values())
        self._current = current
        _resume(current, known)
        if known:
            self._notes.append(("feed.resumed" if current.offset else "feed.rotated", ""))
            self._owed = known
            self._catch_up()
        return True

    def _catch_up(self) -> None:
        """Find files that had the name once and hold what was not read: ours that grew, and others that were
        written to since we read last. Raises OSError; then it is still owed, and so it is where files were
        renamed meanwhile: one may have been passed over, and was written to before what is read by then."""
        known, named = self._owed, self._named()
        # Of what was found and not begun yet, all that came after it is owed too: it may be packed by now.
        waiting = [place.modified for place in known if place.state == OPEN and not place.offset]
        since = min([max(place.modified for place in known), *waiting])
        seen = {tail.part for tail in self._live()}
        for path in _oldest_first(self._settings.path.parent, named):
            try:
                tail = Tail(path, self._settings.name, self._monotonic)
                if tail.part not in seen and self._unread(tail, path, known, since):
                    seen.add(tail.part)
                    self._leaving.append(_opened(tail, path))
                    self._notes.append(("feed.catches_up", ""))
                    continue
                tail.close()
                seen.add(tail.part)
            except FileNotFoundError:
                continue
            except OSError as error:
                self._notes.append(("feed.skipped", errno.errorcode.get(error.errno or 0, "unreadable")))
        if self._named() != named:
            return
        for part in self._known.keys() - seen:
            del self._known[part]
        self._owed = []

    def _unread(self, tail: Tail, path: Path, known: Sequence[Position], since: int) -> bool:
        """Whether a file that may have had the name holds what was not read; it then stands where that is."""
        place = _resume(tail, known)
        if place is None:
            if path.stat().st_mtime_ns < since:
                return False
        elif place.state != OPEN or place.offset:
            self._known[tail.part] = replace(place, part=tail.part)
            if place.offset >= tail.size:
                return False
        if path.name.endswith(_UNREAD):
            self._notes.append(("feed.skipped", "packed"))
            return False
        return True

    def _named(self) -> dict[str, int]:
        """The names beside ours that files which had it may have by now, with the numbers of these files."""
        own, patterns = self._settings.path.name, self._settings.patterns
        return {
            entry.name: entry.inode()
            for entry in os.scandir(self._settings.path.parent)
            if entry.name != own and any(fnmatch.fnmatchcase(entry.name, pattern) for pattern in patterns)
        }

    def _live(self) -> list[Tail]:
        return [*self._leaving, *([self._current] if self._current else [])]

    def _left(self, tail: Tail) -> bool:
        """Whether nobody writes any more to a file that lost its name: it is still, its successor speaks."""
        if self._monotonic() - tail.moved < LINGER_S:
            return False
        return self._current is not None and (self._current.offset > 0 or tail is not self._leaving[-1])

    def _let_go(self, tail: Tail) -> list[Reading]:
        rest = tail.finish()
        self._known[tail.part] = tail.position
        self._leaving.remove(tail)
        tail.close()
        return rest


def _resume(tail: Tail, known: Iterable[Position]) -> Position | None:
    """Go on where the file was read up to, if any of it was; answers the position."""
    by_reach = sorted(known, key=lambda place: (place.offset, place.part == tail.part), reverse=True)
    return next((place for place in by_reach if tail.resume(place)), None)


def _oldest_first(folder: Path, names: Iterable[str]) -> list[Path]:
    """The regular files of these names, by the time at which they were last written to."""
    found = []
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            status = os.stat(folder / name)
            if stat.S_ISREG(status.st_mode):
                found.append((status.st_mtime_ns, name))
    return [folder / name for _, name in sorted(found)]


def _opened(tail: Tail, path: Path) -> Tail:
    """The same file, unpacked where it is packed."""
    if tail.offset or not is_archive(path):
        return tail
    tail.close()
    return Archive(path, tail.feed)
