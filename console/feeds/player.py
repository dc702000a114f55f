"""Plays timed readings into a desk as the floor's clock passes them, on the same path as a live feed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.domain.event import Event, Reading
from console.domain.instants import SECOND, Millis
from console.service.desk import BATCH, Desk
from console.service.problem import StoreProblem

_BREATH_S = 0.02
"""Between two batches where more is due already: the screen shares the event loop."""

_GLANCE_S = 0.1
"""Between two looks at the clock."""

_PATIENCE_S = 0.5
"""Before what the store could not take is tried again."""

_BEAT_S = 2.0
"""Between two signs of life of a feed."""

_BEAT: Millis = 10 * SECOND
"""The same in the floor's time: on a floor that runs fast, silence is counted in its own seconds."""


@dataclass(frozen=True, slots=True)
class FeedName:
    """A feed as the header names it, and the source of its events."""

    name: str
    source: str


class Player:
    """Releases `readings`, which come in the order of their time, when the desk's clock passes them.

    A reject has no time of its own: it goes with what stands before it. All of `feeds` give a sign of life
    for as long as there is anything left to play; after that they fall silent, as a feed does that is over.
    """

    def __init__(self, desk: Desk, readings: Iterator[Reading], feeds: Sequence[FeedName]) -> None:
        self._desk = desk
        self._readings = readings
        self._feeds = tuple(feeds)
        self._head: Reading | None = None
        self._taken: list[Reading] = []
        self._beaten_at = float("-inf")
        self._beaten: Millis | None = None
        self.over = False

    async def catch_up(self) -> None:
        """Play everything up to now at once, before anybody looks. Raises StoreProblem."""
        while await self._release(self._desk.now()):
            pass
        await self._beat(self._desk.now())

    async def run(self) -> None:
        """Play until the readings end or the task is cancelled. What the store can't take now is tried
        again until it can; cancelling at any moment leaves whole batches behind."""
        while not (self.over and not self._taken):
            try:
                now = self._desk.now()
                more = await self._release(now)
                await self._beat(now)
            except StoreProblem:
                await asyncio.sleep(_PATIENCE_S)
            else:
                await asyncio.sleep(_BREATH_S if more else _GLANCE_S)

    async def _release(self, now: Millis) -> bool:
        """Ingest one batch of what is due; answers whether there may be more."""
        self._take(now)
        if not self._taken:
            return False
        # Kept until the store has it: of a batch that it took without our hearing so, a second copy is a
        # duplicate and changes nothing.
        await self._desk.ingest(self._taken)
        full = len(self._taken) == BATCH
        self._taken = []
        return full

    def _take(self, now: Millis) -> None:
        while len(self._taken) < BATCH and not self.over:
            if self._head is None:
                self._head = next(self._readings, None)
                if self._head is None:
                    self.over = True
                    return
            if isinstance(self._head, Event) and self._head.time > now:
                return
            self._taken.append(self._head)
            self._head = None

    async def _beat(self, now: Millis) -> None:
        machine = time.monotonic()
        passed = None if self._beaten is None else now - self._beaten
        if passed is not None and 0 <= passed < _BEAT and machine - self._beaten_at < _BEAT_S:
            return
        # Together, so that the store writes all signs of life in one transaction.
        await asyncio.gather(*(self._desk.hear(feed.name, feed.source) for feed in self._feeds))
        self._beaten_at, self._beaten = machine, now
