"""Programs in terminals of their own, seen from outside: when they write, how much, and what they cost."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")
_ASKS_FOR_SYNC = b"\x1b[?2026$p"
SYNC_END = b"\x1b[?2026l"


class Program:
    """One program in a pty. What it writes is counted, and thrown away but for its last part."""

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int] = (200, 50),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "LC_ALL": "C.UTF-8",
                **(environ or {}),
            },
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(follower)
        self.sent = 0
        self.tail = b""

    def read(self, seconds: float) -> bytes:
        """What it writes next; empty when that is nothing for so long, or it is gone."""
        ready, _, _ = select.select([self.leader], [], [], seconds)
        if not ready:
            return b""
        data = b""
        with contextlib.suppress(OSError):
            data = os.read(self.leader, 1 << 16)
        if _ASKS_FOR_SYNC in data:
            self.type(b"\x1b[?2026;2$y")
        self.sent += len(data)
        self.tail = (self.tail + data)[-8192:]
        return data

    def drain(self, seconds: float) -> int:
        """Read for so long; answers how many bytes came."""
        before, end = self.sent, time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if not self.read(left) and self.process.poll() is not None:
                break
        return self.sent - before

    def wait_for(self, text: bytes, seconds: float) -> float | None:
        """Seconds from the process's start to the first time it wrote `text`; `None` where it never does."""
        seen, end = b"", time.perf_counter() + seconds
        while text not in seen:
            left = end - time.perf_counter()
            if left <= 0 or self.process.poll() is not None:
                return None
            seen = seen[-256:] + self.read(min(left, 0.2))
        return time.perf_counter() - self.began

    def type(self, keys: bytes) -> None:
        """Press keys."""
        with contextlib.suppress(OSError):
            os.write(self.leader, keys)

    def cpu(self) -> float:
        """Seconds of processor time since its start, all of its threads and lived children together."""
        return cpu_of(self.process.pid)

    def close(self, *, gently: bool = False) -> None:
        """End it; `gently` lets it leave by itself."""
        if gently:
            self.process.terminate()
            end = time.perf_counter() + 10
            while self.process.poll() is None and time.perf_counter() < end:
                self.read(0.05)
        self.process.kill()
        self.process.wait()
        os.close(self.leader)


def cpu_of(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICKS
    return 0.0
