"""`rings serve` with a listener: killed at any time, what it answered for is there, the rest comes anew."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.feeds.http.http_floor import BEARER, STRUCTURED, TOKEN, dumped, event, read_reply, request

CONFIG = """
store = "rings.db"
[[http]]
listen = "unix:http.sock"
[[http.source]]
name = "crm"
secret_file = "secret"
"""
SENDERS, EACH = 8, 8


class Daemon:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "http.sock"
        (folder / "serve.toml").write_text(CONFIG)
        (folder / "secret").write_text(TOKEN)
        (folder / "secret").chmod(0o600)

    async def start(self) -> None:
        environ = {name: value for name, value in os.environ.items() if name != "RINGS_STORE"}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "console", "serve", "--config", str(self.folder / "serve.toml"),
            cwd=ROOT, env=environ, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stderr is not None
        while b"http.listening" not in (line := await self.process.stderr.readline()):
            assert line, "it has ended"

    async def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return await self.process.wait()

    def stored(self) -> list[str]:
        with sqlite3.connect(self.folder / "rings.db") as db:
            return [row[0] for row in db.execute("SELECT id FROM events")]

    async def send(self, names: list[str], answered: set[str]) -> list[tuple[int, int, int, int]]:
        """Send each by itself on one connection; stops where the daemon does."""
        counts = []
        reader, writer = await asyncio.open_unix_connection(str(self.socket))
        try:
            for name in names:
                writer.write(request("/events/crm", STRUCTURED, dumped(event(name))))
                reply = await read_reply(reader)
                assert reply.status == 202
                counts.append(reply.counts)
                answered.add(name)
        except (OSError, asyncio.IncompleteReadError):
            pass
        writer.close()
        return counts


async def test_nothing_that_was_answered_for_is_lost_and_a_second_try_is_a_duplicate(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path)
    await daemon.start()
    try:
        assert stat.S_IMODE(daemon.socket.stat().st_mode) == 0o600
        answered: set[str] = set()
        names = [[f"{sender}-{index}" for index in range(EACH)] for sender in range(SENDERS)]
        sending = [asyncio.create_task(daemon.send(each, answered)) for each in names]
        while len(answered) < SENDERS * 2:
            await asyncio.sleep(0.005)
        await daemon.stop(signal.SIGKILL)
        await asyncio.gather(*sending)
        kept = daemon.stored()
        assert answered <= set(kept)
        assert len(kept) == len(set(kept)) < SENDERS * EACH

        # Everybody begins again from the start, over the socket that the dead one left behind.
        await daemon.start()
        sent = await asyncio.gather(*(daemon.send(each, answered) for each in names))
        counts = [one for each in sent for one in each]
        assert sum(appended for _, appended, _, _ in counts) == SENDERS * EACH - len(kept)
        assert sum(duplicate for _, _, duplicate, _ in counts) == len(kept)
        assert sorted(daemon.stored()) == sorted(name for each in names for name in each)
    finally:
        if daemon.process.returncode is None:
            daemon.process.kill()
            await daemon.process.wait()


async def test_it_stops_in_order_with_a_request_half_said(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path)
    await daemon.start()
    try:
        idle, _ = await asyncio.open_unix_connection(str(daemon.socket))
        reader, writer = await asyncio.open_unix_connection(str(daemon.socket))
        whole = request("/events/crm", {**BEARER, **STRUCTURED}, dumped(event()))
        writer.write(whole[:-10])
        await asyncio.sleep(0.3)
        daemon.process.send_signal(signal.SIGTERM)
        # Who has said nothing is let go; who has begun is heard to the end.
        assert await idle.read() == b""
        await asyncio.sleep(0.5)
        writer.write(whole[-10:])
        reply = await read_reply(reader)
        assert (reply.status, reply.headers["connection"]) == (202, "close")
        assert await daemon.process.wait() == 0
        assert daemon.stored() == ["e1"]
        assert not daemon.socket.exists()
        writer.close()
    finally:
        if daemon.process.returncode is None:
            daemon.process.kill()
            await daemon.process.wait()
