"""The beat of a screen: when to look at the floor again, and what to say when that fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.service.desk import Desk

POLL_S = 0.2
"""How often the store is asked whether anything changed where nobody tells of it, in seconds."""

FRAME_S = 0.25
"""Between two looks that no key asked for: many small changes make one frame."""

SHARE = 6
"""Looks that no key asked for take at most one part in so many of the time: where many consoles share a busy
machine, each of them looks less often instead of all keeping it, and its writer, from working."""

SECOND_S = 1.0
"""How often time alone moves what it changes."""

PATIENCE_S = 3.0
"""A look that takes longer leaves numbers on the screen that are old."""

log = logging.getLogger(__name__)


@frozen
class Beat:
    """One beat: whether the store `changed`, and whether a `second` has gone by since the last such beat."""

    changed: bool
    second: bool


class Pulse:
    """Runs for as long as its screen does. `look` reads and shows; it is called for every beat."""

    def __init__(self, desk: Desk, look: Callable[[Beat], Awaitable[None]]) -> None:
        self._desk = desk
        self._look = look
        self._nudge = asyncio.Event()
        self._told = asyncio.Event()
        self._changed = True
        self._fresh = time.monotonic()
        self.problem = ""
        self.behind = False

    @property
    def stale(self) -> str:
        """Why the numbers are old, as a catalogue key; empty while they are fresh."""
        if self.problem:
            return self.problem
        if self.behind:
            return "head.behind"
        return "store.busy" if time.monotonic() - self._fresh > PATIENCE_S else ""

    def nudge(self) -> None:
        """Look at once: something here asks for it."""
        self._changed = True
        self._nudge.set()

    async def run(self) -> None:
        """Beat until cancelled."""
        self._fresh = time.monotonic()  # till now somebody waited for the program, not for the store
        revision, second = -1, -SECOND_S
        poll = SECOND_S if self._desk.watch(self._told.set) else POLL_S
        while True:
            began = time.monotonic()
            due = began - second >= SECOND_S
            self._nudge.clear()  # before the look: who asks during it asks for another
            try:
                if due:
                    await self._desk.tick()
                asked, self._changed = self._changed and revision >= 0, False
                # Who asked for a look gets one, whatever the revision: nothing is asked of the store first.
                now = revision if asked else await self._desk.revision()
                await self._look(Beat(asked or now != revision, due))
            except StoreProblem as problem:
                self._failed(f"store.{problem.reason}")
            except Exception:
                # Nothing that goes wrong in one look may leave a screen that never looks again.
                log.exception("a look at the floor failed")
                self._failed("store.error")
            else:
                revision, self.problem = now, ""
                self._fresh = time.monotonic()
            if due:  # on the dot: where each began a little late, clocks would skip a second in the end
                second = max(second + SECOND_S, began - SECOND_S / 2)
            await self._rest(began, second, SECOND_S if self.problem else poll)

    async def _rest(self, began: float, second: float, poll: float) -> None:
        """Wait for a key that wants a look at once, for word of a change, or for the next second."""
        with contextlib.suppress(TimeoutError):
            took = time.monotonic() - began
            gap = min(SECOND_S, max(FRAME_S, SHARE * took)) - took
            await asyncio.wait_for(self._nudge.wait(), max(0.0, gap))
            return
        left = min(poll, max(0.0, second + SECOND_S - time.monotonic()))
        waits = [asyncio.ensure_future(event.wait()) for event in (self._nudge, self._told)]
        try:
            await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._told.clear()

    def _failed(self, problem: str) -> None:
        self.problem = problem
        self._changed = True
