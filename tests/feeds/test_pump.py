"""A stream in batches: in order, none kept waiting for others that don't come, however fast it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from console.domain.event import Rejected
from console.feeds.pump import batches


def line(number: int) -> Rejected:
    return Rejected(number, "json", "", b"")


async def test_a_fast_stream_comes_whole_and_in_order() -> None:
    sizes, seen = [], []
    async for batch in batches(map(line, range(10_007)), 100):
        sizes.append(len(batch))
        seen += [reading.line for reading in batch if isinstance(reading, Rejected)]
    assert seen == list(range(10_007))
    assert max(sizes) == 100
    assert len(sizes) < 1_000


async def test_a_line_does_not_wait_for_the_next_one() -> None:
    """The stream says nothing more until what it said has been taken."""
    taken = threading.Semaphore(0)

    def stream() -> Iterator[Rejected]:
        for number in range(3):
            yield line(number)
            assert taken.acquire(timeout=30)

    seen = []
    async with asyncio.timeout(30):
        async for batch in batches(stream(), 100):
            seen.append(len(batch))
            taken.release()
    assert seen == [1, 1, 1]


async def test_it_reads_no_further_ahead_than_a_few_batches() -> None:
    read = 0

    def stream() -> Iterator[Rejected]:
        nonlocal read
        for number in range(100):
            read = number + 1
            yield line(number)

    pump = batches(stream(), 2)
    await anext(pump)
    await asyncio.sleep(0.05)
    # Four batches in the box, the one that was taken, and the line that waits for room.
    assert read <= 2 * 4 + 2 + 1
    assert [line async for batch in pump for line in batch][-1] == line(99)


async def test_what_goes_wrong_is_raised_after_what_came_before() -> None:
    def stream() -> Iterator[Rejected]:
        yield line(1)
        raise OSError("gone")

    pump = batches(stream(), 100)
    assert await anext(pump) == [line(1)]
    with pytest.raises(OSError, match="gone"):
        await anext(pump)


async def test_an_empty_stream_is_over_at_once() -> None:
    assert [batch async for batch in batches(iter(()), 100)] == []
