"""From readings to the store: an answer is owed only for what is on disk.

The store puts what many requests bring at once into one transaction, so nothing waits for company here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from console.domain.event import Event, Reading, Rejected
from console.feeds.http.message import Answer
from console.feeds.http.reasons import HttpReason
from console.service.desk import Desk
from console.service.model import Receipt
from console.service.ports import StoreProblem

WAITING = 256
"""Requests that may wait for the disk; one more is sent away to come again."""

PATIENCE_S = 20.0
"""How long one waits for it. What is written later all the same makes the sender's second try a duplicate."""

log = logging.getLogger(__name__)


class Keeper:
    """Writes what requests bring, on one desk."""

    def __init__(self, desk: Desk, *, patience_s: float = PATIENCE_S) -> None:
        self._desk = desk
        self._patience_s = patience_s
        self._waiting: set[asyncio.Task[Receipt]] = set()

    async def keep(self, readings: Sequence[Reading], source: str) -> Receipt:
        """What became of them, once it is on disk. Raises Answer where it is not."""
        if len(self._waiting) >= WAITING:
            raise _later("too much is waiting for the disk")
        task = asyncio.create_task(self._ingest(readings, source))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        # Not cancelled with the request: a transaction is under way.
        done, _ = await asyncio.wait({task}, timeout=self._patience_s)
        if not done:
            log.warning("http.slow_store", extra={"feed": source})
            raise _later("the store is too slow")
        try:
            return task.result()
        except StoreProblem as problem:
            log.warning("http.not_kept", extra={"feed": source, "reason": problem.reason})
            raise _later("the store can't write") from None

    async def _ingest(self, readings: Sequence[Reading], source: str) -> Receipt:
        try:
            return await self._desk.ingest(readings, source=source)
        except StoreProblem:
            raise
        except Exception:
            # Something in it breaks what works it out: the rest must not be lost with it.
            log.exception("http.batch_failed", extra={"feed": source})
        receipt = Receipt()
        for reading in readings:
            receipt += await self._alone(reading, source)
        return receipt

    async def _alone(self, reading: Reading, source: str) -> Receipt:
        try:
            return await self._desk.ingest([reading], source=source)
        except StoreProblem:
            raise
        except Exception:
            log.exception("http.event_failed", extra={"feed": source})
            name = reading.name if isinstance(reading, Event) else ""
            failed = Rejected(0, HttpReason.FAILED, name, name.encode())
            return await self._desk.ingest([failed], source=source)


def _later(text: str) -> Answer:
    return Answer(503, text, headers={"Retry-After": "5"})
