"""A live exchange: the recordings played over a socket tell what their files tell, whatever happens to the
line; a cut of any length leaves no call that isn't there, and claims nothing that nobody heard."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from live_pbx import SECRET, USER, LivePbx, StillTime, eventually, reads_of, settle

from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.instants import Millis
from console.feeds.asterisk import read_recording
from console.feeds.asterisk.live import AsteriskFeed, Exchange
from console.service.breaches import breaches
from console.store.sqlite import SqliteStore

RECORDINGS = Path(__file__).resolve().parents[3] / "fixtures" / "recordings"
NAMES = ["a-answered", "b-long-ring", "c-second-agent", "d-abandoned", "e-hold", "g-agents"]


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

    def __init__(self, pbx: LivePbx, exchange: Exchange, path: Path) -> None:
        self.pbx = pbx
        self.time = pbx.time
        self.exchange = exchange
        self.path = path
        self.store: SqliteStore
        self.feed: Counting
        self._task: asyncio.Task[None]

    async def start(self) -> None:
        desk, self.store = await open_desk(self.path, clock=self.time)
        self.feed = Counting(self.exchange, desk, self.store, self.time, random.Random(1))
        self.pbx.sent = 0
        self.pbx.taken = lambda: self.feed.bytes_in
        self._task = asyncio.create_task(self.feed.run())

    async def stop(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self.store.close()

    async def settled(self) -> None:
        """Wait until the lists have been held against what was known, and all of it is stored."""
        await eventually(lambda: self.feed.place_of("") is None and self._settled(), "the feed settles")
        await self.flushed()

    def _settled(self) -> bool:
        reader = self.feed._reader
        return reader is not None and self.feed._link is not None and reader.settled

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
        found = await self.store.read(lambda reader: breaches(reader, None, now, ()))
        return {(each.clock.norm, each.clock.item) for each in found}

    async def rejects(self) -> list[str]:
        await self.flushed()
        return [row[2] for row in await self.store.read(lambda reader: list(reader.rejects(100)))]

    async def open_calls(self) -> set[str]:
        rows = await self.store.read(lambda reader: reader.calls_since(0))
        return {row.id for row in rows if row.open}


@asynccontextmanager
async def line_to(pbx: LivePbx, path: Path, **settings: Any) -> AsyncIterator[Line]:
    port = await pbx.open(settings.pop("server_tls", None))
    exchange = Exchange("pbx", USER, settings.pop("secret", SECRET), port=port, **settings)
    line = Line(pbx, exchange, path)
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


@pytest.mark.parametrize("name", NAMES)
async def test_a_recording_tells_over_a_socket_what_its_file_tells(name: str, tmp_path: Path) -> None:
    reads = played(name)
    async with line_to(LivePbx(StillTime(reads[0][0])), tmp_path / "rings.db") as line:
        await line.settled()
        await line.pbx.play(reads)
        live = await line.events()
        assert await line.rejects() == []
    from_file = [each for each in read_recording(RECORDINGS / f"{name}.ami") if isinstance(each, Event)]
    assert told(live) == told(from_file)
