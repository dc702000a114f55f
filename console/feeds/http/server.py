"""The sockets of one listener, and its connections: never more than so many."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from console.feeds.http.connection import Connection, Door

if TYPE_CHECKING:
    from console.feeds.http.settings import Listener

_BACKLOG = 512
_BUFFER = 16_384
"""Bytes that wait in a connection's reader; it holds up to twice as many."""

_LONG_S = 1.0

_CROWD = 2
"""So many times as many connections as are meant, at most, while each of these has said something."""

_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Server:
    """Accepts connections, and gives each to the door."""

    def __init__(self, listener: Listener, door: Door) -> None:
        self._listener = listener
        self._door = door
        self._open: dict[Connection, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None
        self.port = 0

    def __len__(self) -> int:
        return len(self._open)

    async def open(self) -> None:
        """Listen. Raises OSError."""
        if self._listener.path:
            bound = _unix_socket(Path(self._listener.path), self._listener.mode)
            self._server = await asyncio.start_unix_server(
                self._accept, sock=bound, limit=_BUFFER, backlog=_BACKLOG
            )
            return
        self._server = await asyncio.start_server(
            self._accept, self._listener.host, self._listener.port, limit=_BUFFER, backlog=_BACKLOG
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self, grace_s: float) -> None:
        """Accept nothing more; what has begun has `grace_s` seconds to be answered."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        if self._listener.path:
            _remove(Path(self._listener.path))
        for connection in list(self._open):
            connection.end()
        tasks = list(self._open.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None or not self._make_room():
            writer.write(_BUSY)
            writer.close()
            return
        connection = Connection(reader, writer, self._listener, self._door)
        task = asyncio.create_task(connection.serve())
        self._open[connection] = task
        task.add_done_callback(lambda _: self._open.pop(connection, None))

    def _make_room(self) -> bool:
        """Whether there is room for one more, if need be in place of whoever has kept us waiting longest:
        a hundred who say nothing must not keep out the one who does."""
        if len(self._open) < self._listener.connections:
            return True
        now = asyncio.get_running_loop().time()
        for idlest in sorted((each for each in self._open if each.waiting), key=lambda each: each.since):
            # Who has been at it for long is slow, whatever else may have come of it just now.
            if now - idlest.since > _LONG_S or not idlest.has_spoken:
                idlest.drop()
                del self._open[idlest]
                return True
        # All of them are our turn: so many came at once that nobody has looked at them yet.
        return len(self._open) < _CROWD * self._listener.connections


def _remove(path: Path) -> None:
    """Take away a socket that nobody listens to any more; any other file stays."""
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()


def _unix_socket(path: Path, mode: int) -> socket.socket:
    """A socket at `path` that only those may open whom `mode` lets, from the first moment on."""
    _remove(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    mask = os.umask(0o177)
    try:
        bound.bind(str(path))
        path.chmod(mode)
    except OSError:
        bound.close()
        raise
    finally:
        os.umask(mask)
    return bound
