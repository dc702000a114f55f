"""Batches of a stream that says something now and then: a thread reads it, for no loop can wait for it."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.domain.event import Reading

GATHER_S = 0.02
"""The longest that a reading waits for others to share a batch with, in seconds."""

_AHEAD = 4
"""So many batches at most are read before the first of them is taken."""


async def batches(
    readings: Iterable[Reading], most: int, gather: float = GATHER_S
) -> AsyncIterator[list[Reading]]:
    """All of `readings`, in order: up to `most` at a time, `gather` seconds after the first of them came."""
    loop = asyncio.get_running_loop()
    box: deque[Reading] = deque()
    arrived, full = asyncio.Event(), asyncio.Event()
    room = threading.Semaphore(_AHEAD * most)
    ended = False
    failed: list[BaseException] = []

    def tell(event: asyncio.Event) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(event.set)

    def read() -> None:
        nonlocal ended
        try:
            for reading in readings:
                room.acquire()
                box.append(reading)
                if len(box) == 1:
                    tell(arrived)
                if len(box) == most:
                    tell(full)
        except BaseException as error:
            failed.append(error)
        ended = True
        tell(arrived)
        tell(full)

    # A daemon, for nothing can end a thread that waits for a line.
    threading.Thread(target=read, name="reader", daemon=True).start()
    while True:
        await arrived.wait()
        if not ended and len(box) < most:
            try:
                async with asyncio.timeout(gather):
                    await full.wait()
            except TimeoutError:
                pass
        arrived.clear()
        full.clear()
        last = ended
        batch = [box.popleft() for _ in range(min(most, len(box)))]
        if box or last:
            arrived.set()
        if len(box) >= most or last:
            full.set()
        if batch:
            room.release(len(batch))
            yield batch
        elif last:
            break
    if failed:
        raise failed[0]
