"""A real terminal for tests: a program in a pty, its screen kept by an emulator."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte


class Terminal:
    """Runs `command` at a size, types keys, and answers what the screen shows."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        environ: Mapping[str, str],
        cwd: Path,
    ) -> None:
        columns, rows = size
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = bytearray()
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(follower)
        self.process = subprocess.Popen(
            command,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**os.environ, "TERM": "xterm-256color", **environ},
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.leader, self.follower = leader, follower

    def read(self, seconds: float) -> None:
        """Take in what the program sends for so long."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select([self.leader], [], [], left)
            if not ready:
                return
            try:
                data = os.read(self.leader, 65536)
            except OSError:
                return
            self.sent += data
            # The emulator knows no private CSI with intermediates; Textual asks for modes with them.
            self._stream.feed(data.replace(b"\x1b[?2026$p", b""))

    def wait_for(self, wanted: str | Callable[[str], bool], *, timeout: float = 30.0) -> str:
        """Wait until the screen shows a text, or a condition on it holds; answers the screen."""
        holds = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            self.read(0.1)
            if holds(self.text):
                return self.text
        raise AssertionError(f"never shown: {wanted!r}\n{self.text}")

    @property
    def text(self) -> str:
        """The screen, a line a row."""
        return "\n".join(self.screen.display)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.leader, keys.encode())

    def kill(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; answers the exit code."""
        self.process.send_signal(number)
        return self.end()

    def end(self, timeout: float = 15.0) -> int:
        """Wait for the program's end, reading what it says."""
        deadline = time.monotonic() + timeout
        while self.process.poll() is None and time.monotonic() < deadline:
            self.read(0.1)
        self.read(0.2)
        if self.process.poll() is None:
            self.close()
            raise AssertionError("it does not end")
        return self.process.returncode

    def close(self) -> None:
        """End it whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.leader, self.follower):
            with contextlib.suppress(OSError):
                os.close(descriptor)
