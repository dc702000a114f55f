"""A nudge to every process that has the store open: "something changed, look".

Unix datagrams, one socket a listener, in a folder that belongs to the user and is named after the store's
file. A nudge says nothing and may be lost: the truth is the store, and whoever waits for nudges looks at
`data_version` now and then all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

_FULL = 16_384
"""Bytes that a listener's socket buffers: many nudges that nobody took yet say no more than one."""


def nudge_folder(store: Path) -> Path:
    """Where the listeners of a store have their sockets: in the runtime folder, as socket paths are short."""
    base = os.environ.get("XDG_RUNTIME_DIR") or os.path.join(
        tempfile.gettempdir(), f"three-rings-{os.getuid()}"
    )
    # Two stores of the same sum would only nudge each other's listeners too.
    return Path(base) / f"rings-{zlib.crc32(os.fsencode(store.resolve())):08x}"


class Nudger:
    """Sends nudges about one store, and hears those of other processes."""

    def __init__(self, store: Path) -> None:
        self._folder = nudge_folder(store)
        self._sender: socket.socket | None = None
        self._ear: socket.socket | None = None
        self._own: Path | None = None
        self.heard = 0

    @property
    def listening(self) -> bool:
        """Whether nudges are heard."""
        return self._ear is not None

    def listen(self, changed: Callable[[], None]) -> bool:
        """Call `changed` on the running loop at each nudge of another process; False where that can't be."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            own = self._folder / f"{os.getpid()}-{id(self):x}.sock"
            ear = socket.socket(
                socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
            )
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _FULL)
            ear.bind(str(own))
        except OSError:
            return False
        self._ear, self._own = ear, own
        asyncio.get_running_loop().add_reader(ear, self._hear, changed)
        return True

    def send(self) -> int:
        """Nudge every other listener; answers how many there are. Never waits, never fails."""
        try:
            names = os.listdir(self._folder)
        except OSError:
            return 0
        if self._sender is None:
            self._sender = socket.socket(
                socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
            )
        reached = 0
        for name in names:
            path = self._folder / name
            if path == self._own:
                continue
            try:
                self._sender.sendto(b"!", str(path))
                reached += 1
            except BlockingIOError:
                reached += 1  # its buffer is full of nudges: it will look anyway
            except ConnectionRefusedError:
                # Whoever listened there was killed.
                with contextlib.suppress(OSError):
                    path.unlink()
            except OSError:
                continue
        return reached

    def close(self) -> None:
        """Stop listening."""
        if self._ear is not None:
            with contextlib.suppress(RuntimeError):
                asyncio.get_running_loop().remove_reader(self._ear)
            self._ear.close()
            self._ear = None
        if self._own is not None:
            with contextlib.suppress(OSError):
                self._own.unlink()
            self._own = None
        if self._sender is not None:
            self._sender.close()
            self._sender = None

    def _hear(self, changed: Callable[[], None]) -> None:
        assert self._ear is not None
        with contextlib.suppress(BlockingIOError):
            while self._ear.recv(64):
                self.heard += 1
        changed()
