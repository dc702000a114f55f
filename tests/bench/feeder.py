"""Feeds a store at a steady rate: `python -m tests.bench.feeder STORE RATE SECONDS`."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from pathlib import Path

from console.bootstrap import open_desk
from console.domain.event import Event

BATCH_S = 0.05


async def feed(path: Path, rate: int, seconds: float) -> None:
    """Contact tickets of a big floor, `rate` events a second, until `seconds` have gone by."""
    desk, store = await open_desk(path, actor="feeder")
    rand, number, began = random.Random(2), 0, time.monotonic()
    try:
        opened = (await desk.counts()).open
        while (gone := time.monotonic() - began) < seconds:
            batch = []
            while number < gone * rate:
                ticket = rand.randrange(opened // 5) * 5
                batch.append(
                    Event(
                        source="feeder",
                        id=f"{began}-{number}",
                        type="ticket.contacted",
                        subject=f"ticket/T{ticket}",
                        time=desk.now(),
                        data={},
                    )
                )
                number += 1
            if batch:
                await desk.ingest(batch)
            await asyncio.sleep(BATCH_S)
    finally:
        await store.close()
    print(f"fed {number / (time.monotonic() - began):,.0f} events a second")


if __name__ == "__main__":
    asyncio.run(feed(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
