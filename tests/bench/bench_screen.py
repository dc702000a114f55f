"""The screen at size, from outside, in a pty: first paint, key to paint, filters, private memory.

Ratios of medians (and of the 99th of a hundred where it says so); what is compared is measured in turn.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.big_floor import build
from tests.bench.pty_console import ENVIRON, ROOT, Console, Program

SMALL, SOME, MANY, MOST = 100, 1_000, 10_000, 100_000
ROUNDS = 9
KEYS = 2_000
BUSY_KEYS = 400
PAGES = 60
RATE = 1_000
"""Events a second that come in meanwhile."""

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("ticket")
Bare().run()
"""
"""The least that Textual can show: one widget of its own."""

PAGE_DOWN, PAGE_UP = b"\x1b[6~", b"\x1b[5~"

Taken = tuple[float, float]
"""Wall and CPU seconds."""


def import_only() -> Taken:
    """A process that imports what every Textual app does, to its end."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", "import textual.app"], env=ENVIRON, cwd=ROOT)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def bare() -> Taken:
    program = Program(["-c", BARE])
    taken = program.first(b"ticket")
    program.close()
    return taken


def first(store: Path) -> Taken:
    console = Console(store)
    taken = console.first_paint()
    console.close()
    return taken


def paints(stores: dict[int, Path]) -> None:
    sides: dict[str, Callable[[], Taken]] = {
        "import textual.app": import_only,
        "one Static of Textual's": bare,
        **{f"{number:>7,} open": lambda store=stores[number]: first(store) for number in (SMALL, MANY, MOST)},
    }
    taken: dict[str, list[Taken]] = {name: [] for name in sides}
    for turn in range(ROUNDS + 1):
        for name, run in sides.items():
            seconds = run()
            if turn:  # the first compiles, and fills the caches
                taken[name].append(seconds)
    base = taken["import textual.app"]
    for name, mine in taken.items():
        wall, cpu = (_ratio([each[at] for each in mine], [each[at] for each in base]) for at in (0, 1))
        print(f"first paint, {name:24} {wall} wall, {cpu} CPU of import textual.app")
    print(f"first paint at 100,000 over 10,000 open: {_ratio(_walls(taken, MOST), _walls(taken, MANY))}")


def _walls(taken: dict[str, list[Taken]], number: int) -> list[float]:
    return [wall for wall, _ in taken[f"{number:>7,} open"]]


def _ratio(mine: Sequence[float], base: Sequence[float]) -> str:
    """The ratio of the medians, and where that of most rounds lies: from the first to the third quarter."""
    rounds = statistics.quantiles([one / other for one, other in zip(mine, base, strict=True)], n=4)
    return f"{statistics.median(mine) / statistics.median(base):.2f} ({rounds[0]:.2f}-{rounds[2]:.2f})"


def keys(consoles: dict[int, Console], number: int, what: str, pairs: tuple[bytes, bytes]) -> None:
    """Press two keys that undo each other, on all consoles in turn."""
    waits: dict[int, list[float]] = {size: [] for size in consoles}
    sent: dict[int, list[int]] = {size: [] for size in consoles}
    worked = {size: -console.cpu() for size, console in consoles.items()}
    for index in range(number):
        for size, console in consoles.items():
            seconds, size_of_frame = console.key(pairs[index % 2])
            waits[size].append(seconds)
            sent[size].append(size_of_frame)
        time.sleep(0.005)
    for size, console in consoles.items():
        worked[size] += console.cpu()
        taken = sorted(waits[size])
        print(
            f"{what} at {size:>7,} open: p50 {taken[len(taken) // 2] * 1000:.1f} ms, "
            f"p99 {taken[len(taken) * 99 // 100] * 1000:.1f} ms, "
            f"{worked[size] / number * 1000:.1f} ms CPU a key, {statistics.median(sent[size]):.0f} B"
        )
    small, large = (sorted(waits[size]) for size in (min(consoles), max(consoles)))
    p50, p99 = (large[len(large) * at // 100] / small[len(small) * at // 100] for at in (50, 99))
    cpu = worked[max(consoles)] / worked[min(consoles)]
    print(
        f"{what}, {max(consoles):,} over {min(consoles):,} open: p50 {p50:.2f}, p99 {p99:.2f}, CPU {cpu:.2f}"
    )


@contextmanager
def fed(stores: Sequence[Path], seconds: float) -> Iterator[None]:
    """Events come into all of the stores, from a process for each."""
    feeders = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.feeder", str(store), str(RATE), str(seconds)],
            cwd=ROOT,
            env=ENVIRON,
        )
        for store in stores
    ]
    try:
        time.sleep(2)
        yield
    finally:
        for feeder in feeders:
            feeder.kill()
            feeder.wait()


def filters(console: Console) -> None:
    """The first screen of a filter over a page key, and what is said where no index leads."""
    pages, found, told = [], [], []
    for _ in range(2):
        console.key(PAGE_DOWN)  # from here on each page is one of other rows
    for _ in range(6):
        pages += [console.key(PAGE_DOWN)[0], console.key(PAGE_UP)[0]]
        for text, last, shows, into in (
            (b"queue:billin", b"g", b"billing", found),
            (b"", b"q", b"still looking", told),
        ):
            for part in (b"/", text):
                os.write(console.leader, part)
                console.settle(0.8)
            into.append(console.key(last, shows=shows)[0])
            os.write(console.leader, b"\x1b")
            console.settle(0.8)
    page, hit, word = (statistics.median(each) for each in (pages, found, told))
    print(f"filter with an index at 100,000 open: its first screen takes {hit / page:.2f} of a page key")
    print(f"filter without one: says that it is still looking after {word / page:.2f} of a page key")


def main() -> None:
    """Measure on new stores; on those of the folder that is named, which are made where they are missing."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(sys.argv[1] if sys.argv[1:] else text)
        stores = {number: folder / f"{number}.db" for number in (SMALL, SOME, MANY, MOST)}
        for number, store in stores.items():
            if not store.exists():
                asyncio.run(build(store, number))
        measure(stores)


def measure(stores: dict[int, Path]) -> None:
    paints(stores)
    consoles = {number: Console(stores[number]) for number in (SMALL, SOME, MOST)}
    for console in consoles.values():
        console.first_paint()
        console.settle()
    memory = {number: console.private_kb() for number, console in consoles.items()}
    print(f"private memory at 100,000 over 1,000 open: {memory[MOST] / memory[SOME]:.2f}")
    consoles.pop(SOME).close()
    keys(consoles, KEYS, "key to paint", (b"j", b"k"))
    keys(consoles, PAGES, "page key to paint", (PAGE_DOWN, PAGE_UP))
    filters(consoles[MOST])
    with fed([stores[number] for number in consoles], 120):
        keys(consoles, BUSY_KEYS, f"key to paint under {RATE:,} events a second", (b"j", b"k"))
    for console in consoles.values():
        console.close()


if __name__ == "__main__":
    main()
