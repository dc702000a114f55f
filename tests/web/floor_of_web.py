"""A store with one call on it, and somebody who signs in."""

from __future__ import annotations

from pathlib import Path

from console.bootstrap import open_desk
from console.clock import SystemClock
from console.domain.event import Event
from console.service import users
from console.service.pins import hashed


async def make(path: Path, user: str, pin: str) -> None:
    """Write it; the call came a second ago."""
    now = SystemClock().now()
    desk, store = await open_desk(path, actor="root", clock=SystemClock())
    offered = Event(
        source="pbx",
        id="1",
        type="call.offered",
        subject="call/c1",
        time=now - 1000,
        data={"from": "13800000042"},
    )
    await desk.ingest([offered])
    await store.write(lambda writer: users.add(writer, user, "lead", hashed(pin), "root", now))
    await store.close()
