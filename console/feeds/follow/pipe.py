"""A named pipe as a feed: writers come and go, what they wrote is on disk moments later."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from typing import TYPE_CHECKING

from console.feeds.follow.intake import Intake
from console.feeds.follow.lines import read_line, read_lines, too_long
from console.feeds.follow.step import Step
from console.feeds.ndjson import KEPT_OF_LONG, LINE_LIMIT
from console.service.position import Position

if TYPE_CHECKING:
    from console.domain.event import Reading
    from console.feeds.follow.settings import FollowedPipe
    from console.service.ports import Clock, Store

_CHUNK = 2**16

_WAIT_S = 1.0
"""The longest that nothing is done: then it is seen whether the name still leads to this pipe."""

_NOBODY_S = 0.05
"""Between two looks while nobody has the pipe open: the kernel would call without end."""


class PipeFeed:
    """Keeps the store in step with one pipe. `run` is the task."""

    def __init__(self, settings: FollowedPipe, store: Store, clock: Clock) -> None:
        self.name = settings.name
        self._settings = settings
        self._clock = clock
        self._intake = Intake(store, clock, settings.name, settings.source, settings.quiet)
        self._cutter = Cutter()

    async def run(self) -> None:
        """Read until cancelled; what was read until then is on disk. Raises StoreProblem."""
        for place in await self._intake.begin():
            self._cutter = Cutter(place.line)
        try:
            while True:
                try:
                    handle = self._open()
                except OSError as error:
                    await self._intake.silent(errno.errorcode.get(error.errno or 0, "unreadable"))
                    await asyncio.sleep(_WAIT_S)
                    continue
                try:
                    await self._listen(handle)
                finally:
                    os.close(handle)
        finally:
            await self._intake.end()

    def _open(self) -> int:
        handle = os.open(self._settings.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISFIFO(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return handle

    async def _listen(self, handle: int) -> None:
        """Read one pipe until its name leads elsewhere."""
        while True:
            began = self._clock.now()
            try:
                data = os.read(handle, _CHUNK)
            except BlockingIOError:
                await self._intake.alive(began)
                if not await _readable(handle) and not self._ours(handle):
                    return
                continue
            await self._take(self._cutter.cut(data) if data else self._cutter.rest())
            if not data:
                # Nobody has it open to write.
                await self._intake.alive(began)
                await asyncio.sleep(_NOBODY_S)
                if not self._ours(handle):
                    return

    async def _take(self, readings: list[Reading]) -> None:
        """Keep what was read, also when the order to stop comes meanwhile: a pipe says nothing twice."""
        if not readings:
            return
        place = Position(self.name, "", line=self._cutter.line)
        work = asyncio.ensure_future(self._intake.take(Step(readings, [place], origin=self.name)))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            await work
            raise

    def _ours(self, handle: int) -> bool:
        """Whether the name still leads to the pipe that is open."""
        try:
            there = os.stat(self._settings.path)
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(handle))


async def _readable(handle: int) -> bool:
    """Wait until there is something to read, or for `_WAIT_S`; answers whether there is."""
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    loop.add_reader(handle, came.set)
    try:
        async with asyncio.timeout(_WAIT_S):
            await came.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(handle)
    return True


class Cutter:
    """Cuts a stream into lines; `line` line ends have come. Memory is bounded by the longest line that is
    read."""

    def __init__(self, line: int = 0) -> None:
        self.line = line
        self._open = b""
        self._skipping = False

    def cut(self, data: bytes) -> list[Reading]:
        """What the lines hold that `data` ends."""
        found: list[Reading] = []
        if self._skipping:
            _, end, data = data.partition(b"\n")
            if not end:
                return []
            found.append(too_long(self._open, self.line + 1))
            self.line += 1
            self._open, self._skipping = b"", False
        data = self._open + data
        readings, taken, lines = read_lines(data, self.line)
        self.line += lines
        self._open = data[taken:]
        if len(self._open) > LINE_LIMIT:
            self._open, self._skipping = self._open[:KEPT_OF_LONG], True
        return found + readings

    def rest(self) -> list[Reading]:
        """What stands behind the last line end, which will not be ended any more."""
        if not self._open:
            return []
        number, self.line = self.line + 1, self.line + 1
        found = too_long(self._open, number) if self._skipping else read_line(self._open, number)
        self._open, self._skipping = b"", False
        return [found] if found is not None else []
