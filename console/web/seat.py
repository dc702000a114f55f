"""One console in one browser: a process of its own, which ends with the page."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from console.web.door import HEIGHTS, WIDTHS, clamped

GRACE_S = 5.0
"""How long a console that was asked to leave may take, in seconds."""

DRAWN_HERE = {
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LC_ALL": "C.UTF-8",
    "TEXTUAL_DRIVER": "console.web.driver:SeatDriver",
}
"""What a console is told of its terminal: a browser's is one of the good ones, whatever the server's is."""


class Seat(AppService):
    """Starts `words` without a shell, and has the process end with the socket."""

    def __init__(self, words: Sequence[str], socket: web.WebSocketResponse) -> None:
        super().__init__(
            "",
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=socket.close,  # type: ignore[arg-type]
            download_manager=DownloadManager(),
        )
        self._words = words
        self._socket = socket

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        environment = self._build_environment(width=width, height=height) | DRAWN_HERE
        self._process = process = await asyncio.create_subprocess_exec(
            *self._words,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
            cwd=os.getcwd(),
            start_new_session=True,  # Ctrl+C at the server's terminal is the server's
        )
        self._stdin = process.stdin
        return process

    async def on_data(self, payload: bytes) -> None:
        """Send what was drawn; somebody who has gone needs nothing any more."""
        with contextlib.suppress(ConnectionError, RuntimeError):
            await super().on_data(payload)

    async def sit(self, width: int, height: int) -> None:
        """Hand keys to the console until either end leaves."""
        await self.start(width, height)
        drawn = self._task
        try:
            async for message in self._socket:
                if message.type != WSMsgType.TEXT or not await self._take(message.data):
                    break
        finally:
            if drawn is not None and drawn.done():
                self._task = None
            await self._leave()

    async def _take(self, text: str) -> bool:
        """Take one message of the page; False where it is none of ours."""
        try:
            kind, *rest = json.loads(text)
        except (ValueError, TypeError):
            return False
        value = rest[0] if rest else None
        if kind == "stdin" and isinstance(value, str):
            return await self.send_bytes(value.encode("utf-8", "replace"))
        if kind == "resize" and isinstance(value, Mapping):
            width = clamped(value.get("width"), WIDTHS, 80)
            await self.set_terminal_size(width, clamped(value.get("height"), HEIGHTS, 24))
        elif kind == "ping":
            await self._socket.send_json(["pong", str(value)[:40]])
        elif kind == "blur":
            await self.blur()
        elif kind == "focus":
            await self.focus()
        else:
            return False
        return True

    async def _leave(self) -> None:
        """Ask the console to end, and end it where it does not."""
        process = self._process
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                await self.stop()
                if process is not None:
                    await process.wait()
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
