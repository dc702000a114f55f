"""A live feed on a store of its own, joined to a server that plays the recordings."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.instants import Millis
from console.feeds.asterisk.live import AsteriskFeed, Exchange
from console.service.breaches import breaches
from console.service.desk import Desk
from console.store.sqlite import SqliteStore
from tests.feeds.live.live_pbx import SECRET, USER, LivePbx, eventually, reads_of, settle

RECORDINGS = Path(__file__).resolve().parents[3] / "fixtures" / "recordings"


def truth_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))
    return loaded


def played(name: str) -> list[tuple[Millis, bytes]]:
    """The reads of a recording without the greeting, which the server gives itself."""
    reads = reads_of(RECORDINGS / f"{name}.ami")
    whole = b"".join(data for _, data in reads)
    skip = whole.index(b"\r\n\r\n") + 4
    rest = []
    for at, data in reads:
        rest.append((at, data[skip:]))
        skip = max(0, skip - len(data))
    return [(at, data) for at, data in rest if data]


class Counting(AsteriskFeed):
    """Counts the bytes that it takes in."""

    bytes_in = 0

    def _hear(self, data: bytes, at: Millis) -> None:
        super()._hear(data, at)
        self.bytes_in += len(data)


class Line:
    """A feed on a store, its exchange, and the time of both."""

    def __init__(self, pbx: LivePbx, exchange: Exchange, path: Path, site: str = "") -> None:
        self.site = site
        self.desk: Desk
        self.pbx = pbx
        self.time = pbx.time
        self.exchange = exchange
        self.path = path
        self.store: SqliteStore
        self.feed: Counting
        self._task: asyncio.Task[None]

    async def start(self) -> None:
        self.desk, self.store = await open_desk(self.path, clock=self.time, site=self.site)
        self.feed = Counting(self.exchange, self.desk, self.store, self.time, random.Random(1))
        self.pbx.sent = 0
        self.pbx.taken = lambda: self.feed.bytes_in
        self._task = asyncio.create_task(self.feed.run())
        self.time.rest = self._rest

    async def _rest(self) -> None:
        """Time does not run away while the feed works: that takes no time worth speaking of."""
        await settle(3 if self.pbx.stalled else 0)
        await asyncio.sleep(0)
        await eventually(lambda: self._task.done() or self.pbx.stalled or self._at_rest(), "the feed rests")

    def _at_rest(self) -> bool:
        link = self.feed._link
        if link is None:
            return self.time.awaited
        asking = bool(link._answers._waiting)
        return self.time.awaited and not asking and (self.feed.settled or self.feed._doubted.is_set())

    async def stop(self) -> None:
        self._task.cancel()
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        finally:
            await self.store.close()

    async def kill(self) -> None:
        assert self.feed._pending is not None
        await self.flushed()

        async def nothing() -> None:
            pass

        self.feed._pending.finish = nothing  # type: ignore[method-assign]
        await self.stop()

    async def settled(self) -> None:
        """Wait until the lists have been held against what was known, and all of it is stored."""
        await eventually(lambda: self.feed.settled, "the feed settles")
        await self.flushed()

    async def flushed(self) -> None:
        assert self.feed._pending is not None
        await settle()
        await self.feed._pending.flushed()

    async def events(self, kind: str = "") -> list[Event]:
        await self.flushed()
        found = await self.store.read(
            lambda reader: [each for item in reader.item_ids("", 10_000) for each in reader.events_of(item)]
        )
        return [event for event in found if event.kind != "feed" and event.kind.startswith(kind)]

    async def broken(self) -> set[tuple[str, str]]:
        """The norms that are broken, as (norm, item)."""
        await self.flushed()
        now = self.time.now()
        found = await self.store.read(lambda reader: breaches(reader, now))
        return {(each.clock.norm, each.clock.item) for each in found}

    async def rejects(self) -> list[str]:
        await self.flushed()
        return [row[2] for row in await self.store.read(lambda reader: list(reader.rejects(100)))]

    async def open_calls(self) -> set[str]:
        await self.flushed()
        rows = await self.store.read(lambda reader: reader.calls_since(0))
        return {row.id for row in rows if row.open}


@asynccontextmanager
async def line_to(pbx: LivePbx, path: Path, **settings: Any) -> AsyncIterator[Line]:
    port, site = await pbx.open(settings.pop("server_tls", None)), settings.pop("site", "")
    exchange = Exchange("pbx", USER, settings.pop("secret", SECRET), port=port, **settings)
    line = Line(pbx, exchange, path, site)
    await line.start()
    try:
        yield line
    finally:
        await line.stop()
        await pbx.close()


def told(events: list[Event]) -> set[tuple[Any, ...]]:
    return {
        (event.source, event.id, event.type, event.time, json.dumps(event.data, sort_keys=True))
        for event in events
    }
