"""Programs in a pty whose terminal knows synchronised output: when they paint and what they take."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

SYNC_END = b"\x1b[?2026l"
CURSOR = b"48;2;58;60;63"
"""The ground of the cursor's row, in the default colours."""

ROOT = Path(__file__).resolve().parents[2]

ENVIRON = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
# As it is installed: Textual, on the other side, is compiled too.
ENVIRON.pop("PYTHONDONTWRITEBYTECODE", None)


class Program:
    """A Python program on a terminal of its own."""

    def __init__(self, arguments: Sequence[str], columns: int = 200, rows: int = 50) -> None:
        self.leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env=ENVIRON,
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

    def first(self, text: bytes) -> tuple[float, float]:
        """Wall and CPU seconds from the start of the process until `text` is on the screen."""
        seen = b""
        while text not in seen:
            part = self.read(30)
            if not part:
                raise TimeoutError(f"no {text!r} in {seen!r}")
            seen = seen[-4096:] + part
        return time.perf_counter() - self.began, self.cpu()

    def cpu(self) -> float:
        """The CPU seconds of all its threads."""
        total = 0
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def settle(self, most: float = 2.5) -> None:
        """Wait for silence, but not longer than `most` seconds: a board of many ticking clocks has none."""
        end = time.perf_counter() + most
        while time.perf_counter() < end and self.read(0.3 * most):
            pass

    def key(self, keys: bytes, *, shows: bytes = CURSOR) -> tuple[float, int]:
        """Seconds from the keys to the end of the frame that `shows` something, and that frame's bytes.

        A frame that only shows clocks tick is none of the key's: taken for it, it would have the next key
        sent too early, and two keys that undo each other make no frame at all.
        """
        while self.read(0):
            pass  # what a clock's tick sent before the key
        began = time.perf_counter()
        os.write(self.leader, keys)
        sent = b""
        while True:
            part = self.read(5)
            if not part:
                raise TimeoutError(f"nothing shows {shows!r} after {keys!r}")
            *frames, sent = (sent + part).split(SYNC_END)
            for frame in frames:
                if shows in frame:
                    return time.perf_counter() - began, len(frame) + len(SYNC_END)

    def private_kb(self) -> int:
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_"))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.leader)


class Console(Program):
    """`rings run` on a store."""

    def __init__(self, store: Path, *options: str, columns: int = 200, rows: int = 50) -> None:
        super().__init__(["-m", "console", "run", "--store", str(store), *options], columns, rows)

    def first_paint(self) -> tuple[float, float]:
        """Wall and CPU seconds to the first row of the board."""
        return self.first(b"ticket")
