"""Consoles in browsers, over HTTP and websockets: the page, signing in, and what is left when it closes."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

pytest.importorskip("textual_serve", reason="the extra `web` is not installed")

import floor_of_web
import pyte
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer, unused_port

from console.locale.catalogue import Language, load
from console.web.door import Door
from console.web.server import Consoles

IDLE = [sys.executable, "-S", "-c", "import sys; print('__GANGLION__', flush=True); sys.stdin.buffer.read(1)"]
"""A console that draws nothing, and is gone with the first that it hears."""

WAIT_S = 30.0


@asynccontextmanager
async def served(words: Sequence[str], most: int = 2, language: Language = "en") -> AsyncIterator[TestClient]:
    port = unused_port()
    consoles = Consoles(words, load(language), Door("127.0.0.1", port), most)
    async with TestClient(TestServer(consoles.app(), port=port)) as client:
        yield client


async def test_the_page_brings_all_it_needs_and_nothing_from_elsewhere() -> None:
    async with served(IDLE, language="zh_CN") as client:
        page = await client.get("/?fontsize=20")
        text = await page.text()
        assert 'lang="zh-CN"' in text
        assert "正在打开控制台……" in text
        assert f'"ws://127.0.0.1:{client.port}/ws"' in text
        assert 'data-font-size="20"' in text
        assert "http://" not in text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"
        for name in ("static/js/textual.js", "static/css/xterm.css"):
            assert name in text
            assert (await client.get(f"/{name}")).status == 200
        assert (await client.get("/", headers={"Host": "evil.example"})).status == 421
        assert (await client.get("/static/../seat.py")).status == 404


async def test_so_many_consoles_and_no_more_and_none_for_other_pages() -> None:
    async with served(IDLE) as client:
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect("/ws", headers={"Origin": "http://evil.example"})
        assert refused.value.status == 403
        first, second = await client.ws_connect("/ws"), await client.ws_connect("/ws")
        with pytest.raises(WSServerHandshakeError) as full:
            await client.ws_connect("/ws")
        assert full.value.status == 503
        await first.close()
        third = await _taken(client)  # what was left is free again
        # Whoever speaks another language, or says too much, is let go.
        for socket, text in ((second, "rubbish"), (third, json.dumps(["stdin", "x" * 70_000]))):
            await socket.send_str(text)
            async with asyncio.timeout(WAIT_S):
                while (await socket.receive()).type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    pass
            assert socket.closed


async def _taken(client: TestClient) -> ClientWebSocketResponse:
    async with asyncio.timeout(WAIT_S):
        while True:
            try:
                return await client.ws_connect("/ws")
            except WSServerHandshakeError:
                await asyncio.sleep(0.02)


async def test_somebody_signs_in_in_a_browser_and_leaves_nothing_behind(tmp_path: Path) -> None:
    store = tmp_path / "rings.db"
    await floor_of_web.make(store, "li", "246810")
    words = [sys.executable, "-m", "console", "run", "--shared", "--store", str(store), "--lang", "en"]
    async with served(words, most=1) as client:
        socket = await client.ws_connect("/ws?width=60&height=16")
        screen = pyte.Screen(60, 16)
        stream = pyte.ByteStream(screen)  # type: ignore[no-untyped-call]

        async def shows(text: str) -> None:
            async with asyncio.timeout(WAIT_S):
                while text not in "\n".join(screen.display):
                    message = await socket.receive()
                    assert message.type == WSMsgType.BINARY, screen.display
                    stream.feed(message.data)  # type: ignore[no-untyped-call]

        await shows("nobody is signed in")
        assert "138****0042" not in "\n".join(screen.display)
        # All in one piece, as a slow line brings it: nothing of the PIN is ever seen.
        await socket.send_str(json.dumps(["stdin", "li\t135790\r"]))
        await shows("wrong")
        assert "135790" not in "\n".join(screen.display)
        await socket.send_str(json.dumps(["stdin", "246810\r"]))
        await shows("138****0042")
        await shows("li is here now")
        await socket.close()
        # Its place is free once its process is gone.
        await (await _taken(client)).close()
