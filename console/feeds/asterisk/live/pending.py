"""What was heard and is not yet in the store: the exchange never waits for the disk."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.event import Event, Reading, Rejected
from console.feeds.asterisk.reasons import AmiReason
from console.service.desk import BATCH, Desk
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.ports import Store

GATHER_S = 0.02
"""How long events wait for others to share a transaction with."""

BEAT_S = 2.0
"""Between two signs of life of the feed."""

ROOM = 20_000
"""Readings that may wait for the disk. More are not taken: see `full`."""

_PATIENCE_S = 0.5

log = logging.getLogger(__name__)


class Pending:
    """Takes readings at once, writes them in batches, and keeps them until the store has them.

    Beside them it keeps the feed's sign of life, never later than what is written: a restart may then take
    that moment for the one up to which everything is known. It begins at `heard`.
    """

    def __init__(self, desk: Desk, store: Store, feed: str, source: str, heard: Millis) -> None:
        self._desk = desk
        self._store = store
        self._feed = feed
        self._source = source
        self._waiting: deque[Reading] = deque()
        self._wake = asyncio.Event()
        self._empty = asyncio.Event()
        self._heard = self._written = heard
        self._lost = self._changed = True
        self._renamed = False

    @property
    def full(self) -> bool:
        """Whether the store has fallen so far behind that nothing more should be heard."""
        return len(self._waiting) >= ROOM

    def put(self, readings: Sequence[Reading], source: str, heard: Millis | None = None) -> None:
        """Take what was read; all that was said up to the moment `heard` is among it."""
        self._waiting.extend(readings)
        if source != self._source:
            self._source, self._renamed = source, True
        if heard is not None:
            self._heard = heard
        if readings:
            self._empty.clear()
            self._wake.set()

    def mark(self, *, lost: bool) -> None:
        """Whether what the feed's rows show can be trusted, from now on."""
        self._changed = self._changed or lost != self._lost
        self._lost = lost
        self._wake.set()

    async def flushed(self) -> None:
        """Return when everything taken so far is in the store."""
        if self._waiting:
            self._empty.clear()
            await self._empty.wait()

    async def run(self) -> None:
        """Write until cancelled."""
        beaten = 0.0
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(TimeoutError):
                # Not wait_for, which may lose the order to stop when the event comes with it.
                async with asyncio.timeout(BEAT_S):
                    await self._wake.wait()
                await asyncio.sleep(GATHER_S)
            self._wake.clear()
            try:
                await self._write()
                if self._changed or loop.time() - beaten >= BEAT_S:
                    beaten = loop.time()
                    await self._beat()
            except StoreProblem as problem:
                log.warning("feed.waits", extra={"feed": self._feed, "reason": problem.reason})
                await asyncio.sleep(_PATIENCE_S)
                self._wake.set()

    async def finish(self) -> None:
        """Write what is left, and that the feed is silent from now on. Raises StoreProblem."""
        self.mark(lost=True)
        await self._write()
        await self._beat()

    async def _write(self) -> None:
        while self._waiting:
            if self._renamed:
                # Before its first events: after a restart they are found by the name that stands there.
                await self._beat()
            batch = [self._waiting[index] for index in range(min(BATCH, len(self._waiting)))]
            await self._ingest(batch)
            # Kept until the store has them: of what it took unheard, a second copy changes nothing.
            for _ in batch:
                self._waiting.popleft()
        # Nothing waits: whatever was heard until now led to nothing more than what is written.
        self._written = self._heard
        self._empty.set()

    async def _beat(self) -> None:
        feed, source, heard, lost = self._feed, self._source, self._written, self._lost
        await self._store.write(lambda writer: writer.hear(feed, source, heard, lost=lost))
        self._changed = self._changed and lost != self._lost
        self._renamed = source != self._source

    async def _ingest(self, batch: Sequence[Reading]) -> None:
        try:
            await self._desk.ingest(batch, source=self._feed)
        except StoreProblem:
            raise
        except Exception:
            # Something in it breaks what works it out. The rest must not wait for ever behind it.
            log.exception("feed.batch_failed", extra={"feed": self._feed})
            for reading in batch:
                await self._ingest_alone(reading)

    async def _ingest_alone(self, reading: Reading) -> None:
        try:
            await self._desk.ingest([reading], source=self._feed)
        except StoreProblem:
            raise
        except Exception:
            log.exception("feed.event_failed", extra={"feed": self._feed})
            name = reading.name if isinstance(reading, Event) else ""
            await self._desk.ingest([Rejected(0, AmiReason.FAILED, name, name.encode())], source=self._feed)
