"""What costs the same at any size: `rings status`, a tick with nothing to do, a screen of rows. And an event.

Ratios of medians, of what is measured in turn.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from console.bootstrap import open_desk
from console.domain.query import Query
from console.feeds.ndjson import decode_event, encode_event
from console.service.desk import Desk
from tests.bench.big_floor import events
from tests.bench.floors import floors
from tests.bench.pty_console import ENVIRON, ROOT
from tests.bench.verdict import verdict

SMALL, LARGE = 1_000, 100_000
ROUNDS = 15
TICKS = 200
BROKEN = 2
"""What `rings status` returns where a norm is broken."""
LINES = 4_000


def seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


async def tick(store: Path) -> None:
    """What the daemon does each second, or a console."""
    desk, opened = await open_desk(store, actor="bench")
    try:
        await desk.tick()
    finally:
        await opened.close()


def status(store: Path) -> None:
    """A process of `rings status` against one that does nothing."""
    rings = Path(sys.executable).with_name("rings")
    command = [str(rings)] if rings.exists() else [sys.executable, "-m", "console"]
    sides = {"bare": [sys.executable, "-c", "pass"], "status": [*command, "status", "--store", str(store)]}
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(ROUNDS + 1):
        asyncio.run(tick(store))
        for name, words in sides.items():

            def run(words: list[str] = words) -> None:
                done = subprocess.run(words, cwd=ROOT, env=ENVIRON, stdout=subprocess.DEVNULL, check=False)
                assert done.returncode in (0, BROKEN)

            took = seconds(run)
            if turn:  # the first compiles
                taken[name].append(took)
    bare, ours = (statistics.median(taken[name]) for name in sides)
    verdict("rings status at 100,000 open over python -c pass", ours / bare, 3.5)


async def looks(stores: dict[int, Path]) -> None:
    """A tick with nothing to do, and a screen of rows."""
    opened = {number: await open_desk(path, actor="bench") for number, path in stores.items()}
    desks: dict[int, Desk] = {number: desk for number, (desk, _) in opened.items()}
    ticks: dict[int, list[float]] = {number: [] for number in desks}
    pages: dict[int, list[float]] = {number: [] for number in desks}
    try:
        for desk in desks.values():
            await desk.tick()
        for _ in range(TICKS):
            for number, desk in desks.items():
                began = time.perf_counter()
                moved = await desk.tick()
                if not moved:
                    ticks[number].append(time.perf_counter() - began)
                began = time.perf_counter()
                await desk.window(Query(), 50)
                pages[number].append(time.perf_counter() - began)
    finally:
        for _, store in opened.values():
            await store.close()
    for name, taken, bar in (
        ("a tick with nothing due", ticks, 2.0),
        ("reading a screen of rows", pages, 1.5),
    ):
        small, large = (statistics.median(taken[number]) for number in (SMALL, LARGE))
        print(f"{name}: {small * 1e6:.0f} µs at {SMALL:,}, {large * 1e6:.0f} µs at {LARGE:,} open")
        verdict(f"{name}, 100,000 over 1,000 open", large / small, bar)


def reading() -> None:
    """An event of NDJSON read and checked, against `json.loads` of the same bytes."""
    lines = [encode_event(event) for event in events(LINES // 2, 1_795_000_000_000)]

    def plain() -> None:
        for line in lines:
            json.loads(line)

    def ours() -> None:
        for number, line in enumerate(lines):
            decode_event(line, number)

    pairs = [(seconds(ours), seconds(plain)) for _ in range(ROUNDS)]
    ratio = statistics.median(one for one, _ in pairs) / statistics.median(other for _, other in pairs)
    print(f"reading an event and cleaning all of its texts: {ratio:.2f} of json.loads of the same bytes")


def main() -> None:
    with floors(SMALL, LARGE) as stores:
        status(stores[LARGE])
        asyncio.run(looks(stores))
    reading()


if __name__ == "__main__":
    main()
