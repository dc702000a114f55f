"""What was read goes into the store, with how far that is, and so does the feed's sign of life."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.event import Event, Reading, Rejected
from console.domain.instants import SECOND, Millis
from console.feeds.follow.reasons import FollowReason
from console.feeds.follow.step import Step
from console.service.ledger import record
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.service.ports import Clock, Reader, Store, Writer
    from console.service.position import Position

_BEAT: Millis = 2 * SECOND
"""Between two signs of life."""

_PATIENCE_S = 0.5

log = logging.getLogger(__name__)


class Intake:
    """Writes for one feed. `source` names whose rows hang on it; empty for whoever spoke last."""

    def __init__(self, store: Store, clock: Clock, feed: str, source: str, quiet: Millis) -> None:
        self._store = store
        self._clock = clock
        self._feed = feed
        self._given = source
        self._source = source or feed
        self._quiet = quiet
        self._heard = self._news = self._beaten = 0
        self._fault: str | None = None

    async def begin(self) -> list[Position]:
        """What is known of the feed from before; it counts as silent until `alive`."""
        name = self._feed

        def work(reader: Reader) -> tuple[list[Position], list[tuple[str, Millis]]]:
            before = [(state.source, state.heard) for state in reader.feeds() if state.name == name]
            return reader.positions(name), before

        positions, before = await self._store.read(work)
        now = self._clock.now()
        self._heard = now
        for source, heard in before:
            self._source, self._heard = self._given or source, heard
        self._news = now
        if positions:
            self._news = min(now, max(place.modified for place in positions) // 1_000_000) or now
        await self._hear(lost=True)
        log.info("feed.starts", extra={"feed": name})
        return positions

    async def take(self, step: Step) -> None:
        """Write what one look brought; on disk when this returns, however long the store keeps it waiting."""
        for event, reason in step.notes:
            log.info(event, extra={"feed": self._feed, "reason": reason} if reason else {"feed": self._feed})
        if not (step.readings or step.positions or step.dropped):
            return
        while True:
            try:
                await self._write(step)
                break
            except StoreProblem as problem:
                log.warning("feed.waits", extra={"feed": self._feed, "reason": problem.reason})
                await asyncio.sleep(_PATIENCE_S)
        events = [reading for reading in step.readings if isinstance(reading, Event)]
        if step.readings:
            self._news = self._clock.now()
        if events and not self._given and events[-1].source != self._source:
            self._source = events[-1].source
            self._beaten = 0

    async def alive(self, upto: Millis) -> None:
        """All that there was at `upto` has been read. Raises StoreProblem."""
        back = self._fault != ""
        if back:
            log.info("feed.connected", extra={"feed": self._feed})
            self._fault = ""
        silent = bool(self._quiet) and upto - self._news > self._quiet
        self._heard = self._news if silent else upto
        if back or upto - self._beaten >= _BEAT:
            self._beaten = upto
            await self._hear(lost=silent)

    async def silent(self, reason: str) -> None:
        """Nothing can be read, for `reason`. Raises StoreProblem."""
        if self._fault != reason:
            log.warning("feed.lost", extra={"feed": self._feed, "reason": reason})
            if self._fault == "":
                await self._hear(lost=True)
            self._fault = reason

    async def end(self) -> None:
        """Nobody reads from now on. Raises StoreProblem."""
        await self._hear(lost=True)
        log.info("feed.stopped", extra={"feed": self._feed})

    async def _hear(self, *, lost: bool) -> None:
        feed, source, heard = self._feed, self._source, self._heard
        await self._store.write(lambda writer: writer.hear(feed, source, heard, lost=lost))

    async def _write(self, step: Step) -> None:
        try:
            await self._record(step.readings, step)
        except StoreProblem:
            raise
        except Exception:
            # Something in it breaks what works it out. The rest must not wait for ever behind it.
            log.exception("feed.batch_failed", extra={"feed": self._feed})
            for reading in step.readings:
                await self._alone(reading, step.origin)
            await self._record([], step)

    async def _alone(self, reading: Reading, origin: str) -> None:
        try:
            await self._record([reading], Step(origin=origin))
        except StoreProblem:
            raise
        except Exception:
            log.exception("feed.event_failed", extra={"feed": self._feed})
            name = reading.name if isinstance(reading, Event) else ""
            failed = Rejected(0, FollowReason.FAILED, name, name.encode())
            await self._record([failed], Step(origin=origin))

    async def _record(self, readings: Sequence[Reading], step: Step) -> None:
        now, feed = self._clock.now(), self._feed

        def work(writer: Writer) -> None:
            if readings:
                record(writer, readings, now, source=step.origin or feed)
            writer.put_positions(step.positions)
            writer.drop_positions(feed, step.dropped)

        await self._store.write(work)
