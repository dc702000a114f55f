"""From readings to the store: an answer is owed only for what is on disk."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.event import Event, Reading, Rejected
from console.feeds.http.message import Answer
from console.feeds.http.reasons import HttpReason
from console.service.desk import BATCH, Desk
from console.service.model import Receipt
from console.service.problem import StoreProblem

GATHER_S = 0.005
"""How long the first of several requests waits for others to share a transaction with."""

WAITING = 1024
"""Requests that may wait for the disk; one more is sent away to come again."""

PATIENCE_S = 20.0
"""How long one waits for it. What is written later all the same makes the sender's second try a duplicate."""

log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Request:
    source: str
    readings: Sequence[Reading]
    receipt: asyncio.Future[Receipt]


class Keeper:
    """Writes what requests bring, on one desk: while one transaction is under way the next one gathers."""

    def __init__(self, desk: Desk, *, patience_s: float = PATIENCE_S) -> None:
        self._desk = desk
        self._patience_s = patience_s
        self._waiting: deque[_Request] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, readings: Sequence[Reading], source: str) -> Receipt:
        """What became of them, once it is on disk. Raises Answer where it is not."""
        if len(self._waiting) >= WAITING:
            raise _later("too much is waiting for the disk")
        loop = asyncio.get_running_loop()
        request = _Request(source, readings, loop.create_future())
        self._waiting.append(request)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        # Whoever stops waiting does not stop the writing.
        patience = loop.call_later(self._patience_s, _expire, request.receipt)
        try:
            return await request.receipt
        except TimeoutError:
            log.warning("http.slow_store", extra={"feed": source})
            raise _later("the store is too slow") from None
        except StoreProblem as problem:
            log.warning("http.not_kept", extra={"feed": source, "reason": problem.reason})
            raise _later("the store can't write") from None
        finally:
            patience.cancel()

    async def _write(self) -> None:
        try:
            # What other connections have to say at this very moment comes along.
            await asyncio.sleep(GATHER_S)
            while self._waiting:
                group = self._next()
                try:
                    receipts = await self._ingest(group)
                except Exception as problem:
                    for request in group:
                        if not request.receipt.done():
                            request.receipt.set_exception(problem)
                else:
                    for request, receipt in zip(group, receipts, strict=True):
                        if not request.receipt.done():
                            request.receipt.set_result(receipt)
        finally:
            self._writing = None

    def _next(self) -> list[_Request]:
        """The requests of the next transaction: not so many events that others must wait long to write."""
        group = [self._waiting.popleft()]
        events = len(group[0].readings)
        while self._waiting and events + len(self._waiting[0].readings) <= BATCH:
            group.append(self._waiting.popleft())
            events += len(group[-1].readings)
        return group

    async def _ingest(self, group: Sequence[_Request]) -> list[Receipt]:
        try:
            return await self._desk.ingest_all([(request.source, request.readings) for request in group])
        except StoreProblem:
            raise
        except Exception:
            # Something in it breaks what works it out: the rest must not be lost with it.
            log.exception("http.batch_failed", extra={"feed": group[0].source})
        receipts: list[Receipt] = []
        for request in group:
            receipt = Receipt()
            for reading in request.readings:
                receipt += await self._alone(reading, request.source)
            receipts.append(receipt)
        return receipts

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


def _expire(receipt: asyncio.Future[Receipt]) -> None:
    if not receipt.done():
        receipt.set_exception(TimeoutError())


def _later(text: str) -> Answer:
    return Answer(503, text, headers={"Retry-After": "5"})
