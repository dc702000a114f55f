"""Time as a live feed needs it: what time it is, and waiting. A test brings its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

from console.domain.instants import SECOND, Millis

T = TypeVar("T")


class Timing(Protocol):
    """The present moment, and sleeping for a length of time."""

    def now(self) -> Millis:
        """Milliseconds since the epoch."""
        ...

    async def sleep(self, length: Millis) -> None:
        """Return when `length` milliseconds have gone by."""
        ...


class RealTiming:
    """The machine's own time; `now` is the floor's clock."""

    def __init__(self, now: Callable[[], Millis]) -> None:
        self._now = now

    def now(self) -> Millis:
        return self._now()

    async def sleep(self, length: Millis) -> None:
        await asyncio.sleep(length / SECOND)


async def within(timing: Timing, limit: Millis, work: Awaitable[T]) -> T:
    """What `work` comes to, if it does so within `limit`. Raises TimeoutError; `work` is cancelled then."""
    task = asyncio.ensure_future(work)
    timer = asyncio.ensure_future(timing.sleep(limit))
    try:
        await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise TimeoutError
        return await task
    finally:
        timer.cancel()
        if not task.done():
            task.cancel()


async def until_first_ends(*works: Coroutine[Any, Any, None]) -> None:
    """Run `works` side by side until one of them ends, and end as that one did; the others are cancelled."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
