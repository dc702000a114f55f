"""The screen at size, from outside, in a pty: first paint, key to paint, filters, private memory.

Ratios of medians (and of the 99th of a hundred where it says so); what is compared is measured in turn.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.floors import floors
from tests.bench.pty_console import ENVIRON, ROOT, Console, Program
from tests.bench.verdict import verdict

SMALL, SOME, MANY, MOST = 100, 1_000, 10_000, 100_000
ROUNDS = 9
KEYS = 2_000
BUSY_KEYS = 400
PAGES = 60
FILTERS = 12
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
    least, many, most = (
        [wall for wall, _ in taken[name]]
        for name in ("import textual.app", f"{MANY:>7,} open", f"{MOST:>7,} open")
    )
    print(f"first paint at 100,000 over 10,000 open: {_ratio(most, many)}")
    middle = statistics.median
    verdict("first paint at 10,000 open over import textual.app", middle(many) / middle(least), 1.25)
    verdict("first paint, 100,000 over 10,000 open", middle(most) / middle(many), 1.1)


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
    name = f"{what}, {max(consoles):,} over {min(consoles):,} open"
    print(f"{name}: CPU {worked[max(consoles)] / worked[min(consoles)]:.2f}")
    verdict(f"{name}, p50", p50, 1.1)
    verdict(f"{name}, p99", p99, 1.5)
    verdict(
        f"{what} at {max(consoles):,} open, p99 over p50",
        large[len(large) * 99 // 100] / large[len(large) // 2],
        2,
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
    paged: list[float] = []
    found: list[float] = []
    told: list[float] = []
    for turn in range(FILTERS):
        paged += pages(console, turn)
        for text, last, shows, into in (
            (b"queue:billin", b"g", b"billing", found),
            (b"", b"q", b"still looking", told),
        ):
            for part in (b"/", text):
                os.write(console.leader, part)
                console.settle(0.8)
            into.append(console.key(last, shows=shows)[0])
            console.settle(0.8)
            os.write(console.leader, b"\x1b")
            console.settle(0.8)
    page, hit, word = (statistics.median(each) for each in (paged, found, told))
    print(
        f"a page of rows not seen before: {1000 * page:.1f} ms; a filter's last letter: {1000 * hit:.1f} ms"
    )
    verdict("a filter's first screen at 100,000 open, with an index, over a page key", hit / page, 1.5)
    print(f"a filter without an index says that it is still looking after {word / page:.2f} of a page key")


def pages(console: Console, turn: int) -> list[float]:
    """Seconds of page keys, each of which shows a page of rows that was not seen before: a filter's were not
    either, and what was drawn lately is kept. The first key moves the cursor through what is seen."""
    for _ in range(1 + 3 * turn):
        console.key(PAGE_DOWN)
        console.settle(0.1)
    taken = []
    for _ in range(3):
        console.settle(0.5)
        taken.append(console.key(PAGE_DOWN)[0])
    return taken


def memory(consoles: dict[int, Console]) -> None:
    """Private memory once all have rested, and that of the least that Textual can show."""
    least = Program(["-c", BARE])
    least.first(b"ticket")
    for program in (*consoles.values(), *consoles.values(), *consoles.values(), least):
        program.settle(3)
    taken = {number: console.private_kb() for number, console in consoles.items()}
    over = taken[SOME] / least.private_kb()
    least.close()
    print(f"private memory at 1,000 open: {taken[SOME] / 1024:.0f} MB")
    verdict("private memory, 100,000 over 1,000 open", taken[MOST] / taken[SOME], 1.05)
    verdict("private memory at 1,000 open over one Static of Textual's", over, 1.3)


def main() -> None:
    with floors(SMALL, MANY, MOST) as stores:
        paints(stores)
    with floors(SMALL, SOME, MOST) as stores:
        consoles = {number: Console(stores[number]) for number in (SMALL, SOME, MOST)}
        for console in consoles.values():
            console.first_paint()
        memory(consoles)
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
