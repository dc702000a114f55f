"""Consoles in browsers: one page, what it draws with, and a seat for each socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import textual_serve
from aiohttp import web

from console.web.door import HEIGHTS, WIDTHS, Door, clamped
from console.web.page import headers, page
from console.web.seat import Seat

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue

LETTERS = (8, 40)
"""Sizes of letters in pixels that a page may be asked for with, `?fontsize=20`."""

LONGEST = 64 * 1024
"""Bytes of one message of a page: somebody's paste at most."""

HEARTBEAT_S = 15.0
"""A browser that says nothing for so long is asked, and let go if it does not answer."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Consoles:
    """Serves consoles, each started with `words`, `most` of them at a time."""

    def __init__(self, words: Sequence[str], say: Catalogue, door: Door, most: int) -> None:
        self._words = words
        self._say = say
        self._door = door
        self._most = most
        self._taken: set[web.WebSocketResponse] = set()

    def app(self) -> web.Application:
        """The application, for aiohttp to run."""
        app = web.Application(middlewares=[self._known], client_max_size=LONGEST)
        static = Path(textual_serve.__file__).parent / "static"
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/ws", self._seat),
                web.get("/favicon.ico", self._nothing),
                web.static("/static", static),
            ]
        )
        app.on_shutdown.append(self._close)
        return app

    @web.middleware
    async def _known(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only who asks for this place under one of its names."""
        if not self._door.knows(request.host):
            return web.Response(status=421, text=self._say("web.other_name") + "\n")
        return await handler(request)

    async def _page(self, request: web.Request) -> web.Response:
        socket = self._door.socket(request.host)
        size = clamped(request.query.get("fontsize"), LETTERS, 16)
        text = page(self._say, socket, size)
        return web.Response(text=text, content_type="text/html", headers=headers(socket))

    async def _nothing(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _seat(self, request: web.Request) -> web.StreamResponse:
        if not self._door.lets_in(request.host, request.headers.get("Origin")):
            return web.Response(status=403, text=self._say("web.other_page") + "\n")
        if len(self._taken) >= self._most:
            return web.Response(status=503, text=self._say("web.full", n=self._most) + "\n")
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=LONGEST)
        self._taken.add(socket)
        try:
            await socket.prepare(request)
            width = clamped(request.query.get("width"), WIDTHS, 80)
            await Seat(self._words, socket).sit(width, clamped(request.query.get("height"), HEIGHTS, 24))
        finally:
            self._taken.discard(socket)
            await socket.close()
        return socket

    async def _close(self, app: web.Application) -> None:
        for socket in tuple(self._taken):
            await socket.close(code=1001)
