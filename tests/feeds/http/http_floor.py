"""A listener on a store of its own, and a plain client that can say anything."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.bootstrap import open_desk
from console.domain.query import Query
from console.feeds.http import SCHEMES, HttpFeed, Listener, Source
from console.locale.catalogue import load
from console.service.desk import Desk
from console.service.model import QueueRow
from console.store.sqlite import SqliteStore

TOKEN = "hush-hush"
CRM = Source("crm", SCHEMES["bearer"], TOKEN.encode(), sources=frozenset({"crm"}))
BEARER = {"Authorization": f"Bearer {TOKEN}"}
STRUCTURED = {**BEARER, "Content-Type": "application/cloudevents+json"}
BATCH = {**BEARER, "Content-Type": "application/cloudevents-batch+json"}


def event(name: str = "e1", **changes: Any) -> dict[str, Any]:
    """A CloudEvent that opens a ticket of the name."""
    return {
        "specversion": "1.0",
        "id": name,
        "source": "crm",
        "type": "ticket.opened",
        "subject": f"ticket/{name}",
        "time": "2026-03-02T09:00:00+08:00",
        "data": {"queue": "support"},
        **changes,
    }


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@dataclass
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """read, appended, duplicate, rejected"""
        told = json.loads(self.body)
        return told["read"], told["appended"], told["duplicate"], told["rejected"]


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    """The next answer on a connection. Raises IncompleteReadError where it ends before."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Reply(int(lines[0].split()[1]), headers, body)


def request(
    path: str, headers: Mapping[str, str | bytes], body: bytes = b"", *, method: str = "POST"
) -> bytes:
    """A request as bytes; Host and, where they are not given, the length are added."""
    lines = [f"{method} {path} HTTP/1.1".encode(), b"Host: rings"]
    if not {"Content-Length", "Transfer-Encoding"} & headers.keys():
        lines.append(f"Content-Length: {len(body)}".encode())
    for name, value in headers.items():
        lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@dataclass
class Floor:
    feed: HttpFeed
    desk: Desk
    store: SqliteStore
    path: Path

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.feed.server.port)

    async def say(self, data: bytes) -> Reply:
        """Send bytes on a connection of their own; what comes back."""
        reader, writer = await self.connect()
        try:
            writer.write(data)
            return await asyncio.wait_for(read_reply(reader), 10)
        finally:
            writer.close()

    async def post(self, path: str, headers: Mapping[str, str | bytes], body: Any = b"") -> Reply:
        data = body if isinstance(body, bytes) else dumped(body)
        return await self.say(request(path, headers, data))

    async def board(self) -> list[QueueRow]:
        return list((await self.desk.window(Query(), 100)).rows)

    def rows(self, sql: str) -> list[Any]:
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def ids(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT id FROM events ORDER BY rowid")]

    def rejects(self) -> list[tuple[str, bytes]]:
        return self.rows("SELECT reason, raw FROM rejects ORDER BY rowid")


@asynccontextmanager
async def floor(folder: Path, *sources: Source, **settings: Any) -> AsyncIterator[Floor]:
    """A listener with those sources (one CRM where none is given)."""
    path = folder / "rings.db"
    desk, store = await open_desk(path, actor="serve")
    say = load("en")
    feed = HttpFeed(
        Listener(sources or (CRM,), **settings),
        desk,
        store,
        lambda reason, detail: say(f"reject.{reason}", detail=detail),
    )
    running = asyncio.create_task(feed.run())
    try:
        await asyncio.wait_for(feed.listening.wait(), 10)
        yield Floor(feed, desk, store, path)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await store.close()
