"""A floor of any size for the bench: open tickets, jobs and callbacks whose clocks are spread over hours."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.instants import HOUR, MINUTE, Millis, format_utc

QUEUES = ("support", "billing", "repair", "sales")
NAMES = ("王小明", "Anna Berg", "刘芳", "陈静", "José Núñez", "赵刚")


def events(number: int, now: Millis, seed: int = 1) -> Iterator[Event]:
    """The events of `number` open items as of `now`: about one in twenty broken, one in ten at risk."""
    rand = random.Random(seed)
    for index in range(number):
        opened = now - rand.randrange(30 * HOUR)
        common = {
            "queue": QUEUES[index % len(QUEUES)],
            "customer": f"+86138{index:08d}",
            "name": NAMES[index % len(NAMES)],
        }
        if index % 5 == 4:
            window = {
                "window_start": format_utc(now + rand.randrange(-HOUR, 20 * HOUR)),
                "window_end": format_utc(now + rand.randrange(-HOUR, 21 * HOUR)),
            }
            subject, kinds = f"job/J{index}", [("job.scheduled", {**common, **window})]
        else:
            subject = f"ticket/T{index}"
            kinds = [("ticket.opened", {**common, "due": format_utc(now + rand.randrange(-HOUR, 40 * HOUR))})]
            if index % 2:
                kinds.append(("ticket.assigned", {"agent": f"agent-{index % 200}"}))
            if index % 3:
                kinds.append(("ticket.contacted", {}))
        for step, (kind, data) in enumerate(kinds):
            yield Event(
                source="bench",
                id=f"{index}-{step}",
                type=kind,
                subject=subject,
                time=opened + step * MINUTE,
                data=data,
            )


async def build(path: Path, number: int, now: Millis | None = None) -> float:
    """Fill the store at `path`; answers how many seconds that took."""
    desk, store = await open_desk(path, actor="bench")
    started = time.perf_counter()
    try:
        await desk.ingest(events(number, now or desk.now()))
    finally:
        await store.close()
    return time.perf_counter() - started


if __name__ == "__main__":
    took = asyncio.run(build(Path(sys.argv[1]), int(sys.argv[2])))
    print(f"{took:.1f} s")
