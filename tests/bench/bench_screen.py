"""The screen at size, from outside, in a pty: first paint, key to paint, bytes a key, private memory.

Ratios of medians, the two sides of each measured in turn in one run.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from tests.bench.big_floor import build

SIZES = (100, 10_000, 100_000)
ROUNDS = 5
KEYS = 300
SYNC_END = b"\x1b[?2026l"
CURSOR = b"48;2;58;60;63"
"""The ground of the cursor's row, in the default colours."""

ROOT = Path(__file__).resolve().parents[2]


class Console:
    """`rings run` on a store, in a terminal that knows synchronised output."""

    def __init__(self, store: Path, columns: int = 200, rows: int = 50) -> None:
        self.leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        environ = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
        # As it is installed: Textual, on the other side, is compiled too.
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "console", "run", "--store", str(store)],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env=environ,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(follower)
        self.asked = False

    def read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self.leader], [], [], seconds)
        if not ready:
            return b""
        with contextlib.suppress(OSError):
            data = os.read(self.leader, 1 << 16)
            if not self.asked and b"\x1b[?2026$p" in data:
                self.asked = True
                os.write(self.leader, b"\x1b[?2026;2$y")
            return data
        return b""

    def first_paint(self) -> float:
        """Seconds from the start of the process to the first row on the screen."""
        seen = b""
        while b"ticket" not in seen:
            seen = seen[-64:] + self.read(30)
        return time.perf_counter() - self.began

    def settle(self) -> None:
        while self.read(0.7):
            pass

    def key(self, key: bytes) -> tuple[float, int]:
        """Seconds from the key to the end of the frame that moves the cursor, and that frame's bytes.

        A frame that only shows clocks tick is none of the key's: taken for it, it would have the next key
        sent too early, and two keys that undo each other make no frame at all.
        """
        while self.read(0):
            pass  # what a clock's tick sent before the key
        began = time.perf_counter()
        os.write(self.leader, key)
        sent = b""
        while True:
            part = self.read(5)
            if not part:
                raise TimeoutError(f"nothing moved at {key!r}")
            *frames, sent = (sent + part).split(SYNC_END)
            for frame in frames:
                if CURSOR in frame:
                    return time.perf_counter() - began, len(frame) + len(SYNC_END)

    def private_kb(self) -> int:
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_"))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.leader)


def import_only() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as text:
        stores = {number: Path(text) / f"{number}.db" for number in SIZES}
        for number, store in stores.items():
            asyncio.run(build(store, number))
        paints: dict[int, list[float]] = {number: [] for number in SIZES}
        imports = []
        for _ in range(ROUNDS):
            imports.append(import_only())
            for number, store in stores.items():
                console = Console(store)
                paints[number].append(console.first_paint())
                console.close()
        base = statistics.median(imports)
        for number in SIZES:
            ratio = statistics.median(paints[number]) / base
            print(f"first paint at {number:>7,} open: {ratio:.2f} of import textual.app")
        consoles = {number: Console(stores[number]) for number in (SIZES[0], SIZES[-1])}
        figures: dict[tuple[int, bytes], list[tuple[float, int]]] = {}
        for console in consoles.values():
            console.first_paint()
            console.settle()
        for index in range(KEYS):
            key = (b"j", b"k")[index % 2]
            for number, console in consoles.items():
                figures.setdefault((number, key), []).append(console.key(key))
            time.sleep(0.005)
        for number in consoles:
            taken = sorted(seconds for key in (b"j", b"k") for seconds, _ in figures[number, key])
            sent = statistics.median(size for _, size in figures[number, b"j"])
            print(
                f"key to paint at {number:>7,} open: p50 {taken[len(taken) // 2] * 1000:.1f} ms, "
                f"p99 {taken[len(taken) * 99 // 100] * 1000:.1f} ms, {sent:.0f} B a row move"
            )
        memory = {number: console.private_kb() for number, console in consoles.items()}
        print(f"private memory at 100,000 over 100 open: {memory[SIZES[-1]] / memory[SIZES[0]]:.2f}")
        for console in consoles.values():
            console.close()


if __name__ == "__main__":
    main()
