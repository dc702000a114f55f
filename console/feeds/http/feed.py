"""A listener as a feed of the daemon: it listens, says that it does, and stops in order."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import math
import time
from collections import Counter
from typing import TYPE_CHECKING

from console.feeds.http.intake import Explain, Intake, Positions
from console.feeds.http.keeping import Keeper
from console.feeds.http.message import Answer, Head
from console.feeds.http.metrics import CONTENT_TYPE, Exposition
from console.feeds.http.rate import Bucket
from console.feeds.http.server import Server
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.feeds.http.settings import Listener
    from console.service.desk import Desk
    from console.service.ports import Store, Writer

BEAT_S = 2.0
"""Between two signs of life."""

GRACE_S = 10.0
"""How long a request that has begun may take when the daemon stops."""

READERS = (10.0, 50)
"""Readings of the metrics a second, and at once: nobody need prove who they are for them."""

_RETRY_S = 5.0
_METRICS = "/metrics"

log = logging.getLogger(__name__)


class HttpFeed:
    """Serves one listener on one desk; the door of its server."""

    def __init__(self, listener: Listener, desk: Desk, store: Store, explain: Explain) -> None:
        keeper, positions = Keeper(desk), Positions(desk.now)
        self._listener = listener
        self._desk = desk
        self._store = store
        self._intakes = {
            source.path: Intake(source, keeper, positions, explain, wall=_wall, clock=time.monotonic)
            for source in listener.sources
        }
        self._answers: Counter[tuple[str, int]] = Counter()
        self._exposition = Exposition(desk)
        self._readers = Bucket(*READERS, time.monotonic())
        self.server = Server(listener, self)
        self.listening = asyncio.Event()

    async def run(self) -> None:
        """Listen until cancelled."""
        await self._open()
        log.info("http.listening", extra={"feed": self._listener.name, "count": len(self._intakes)})
        self.listening.set()
        try:
            while True:
                await self._beat(lost=False)
                await asyncio.sleep(BEAT_S)
        finally:
            self.listening.clear()
            closing = asyncio.create_task(self._close())
            # Whoever stops us may say so more than once; it does not take so long that it would matter.
            while not closing.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.shield(closing)

    async def _close(self) -> None:
        await self.server.close(GRACE_S)
        await self._beat(lost=True)

    async def _open(self) -> None:
        while True:
            try:
                await self.server.open()
                return
            except OSError as error:
                reason = errno.errorcode.get(error.errno or 0, "EIO")
                log.error("http.cannot_listen", extra={"feed": self._listener.name, "reason": reason})
            await asyncio.sleep(_RETRY_S)

    async def _beat(self, *, lost: bool) -> None:
        now = self._desk.now()

        def hear(writer: Writer) -> None:
            for intake in self._intakes.values():
                mapping = intake.source.mapping
                source = mapping.source if mapping else intake.source.name
                writer.hear(intake.source.name, source, now, lost=lost)

        try:
            await self._store.write(hear)
        except StoreProblem as problem:
            log.warning("http.not_kept", extra={"feed": self._listener.name, "reason": problem.reason})

    # What the server asks of its door.

    def admit(self, head: Head) -> int:
        if head.path == _METRICS and self._listener.metrics:
            if head.method not in ("GET", "HEAD"):
                raise Answer(405, "only read", headers={"Allow": "GET, HEAD"}, close=True)
            if wait := self._readers.take(time.monotonic()):
                later = {"Retry-After": str(math.ceil(wait))}
                raise Answer(429, "too many requests", headers=later, close=True)
            return 0
        intake = self._intakes.get(head.path)
        if intake is None:
            raise Answer(404, "nothing is taken in here")
        if head.method != "POST":
            raise Answer(405, "only POST", headers={"Allow": "POST"})
        return intake.admit(head)

    async def answer(self, head: Head, body: bytes) -> Answer:
        intake = self._intakes.get(head.path)
        if intake is None:
            try:
                text = await self._exposition.text(self._intakes.values(), self._answers, len(self.server))
            except StoreProblem:
                raise Answer(503, "the store can't be read", headers={"Retry-After": "5"}) from None
            return Answer(200, text, kind=CONTENT_TYPE)
        try:
            answer = await intake.take(head, body)
        except Answer:
            raise
        except Exception:
            log.exception("http.failed", extra={"feed": intake.source.name})
            raise Answer(500, "something went wrong here; it is in the log") from None
        self._answers[intake.source.name, answer.status] += 1
        return answer

    def refused(self, head: Head | None, status: int) -> None:
        intake = self._intakes.get(head.path) if head else None
        self._answers[intake.source.name if intake else "", status] += 1


def _wall() -> Millis:
    return time.time_ns() // 1_000_000
