"""`rings serve` with a listener: killed at any time, what it answered for is there, the rest comes anew."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from pathlib import Path

from tests.feeds.http.http_floor import BEARER, STRUCTURED, TOKEN, dumped, event, read_reply, request
from tests.serve.daemon_kit import Daemon

CONFIG = """
[[http]]
listen = "unix:http.sock"
[[http.source]]
name = "crm"
secret_file = "secret"
"""
SENDERS, EACH = 8, 8


class Listening(Daemon):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, CONFIG, {"secret": TOKEN})
        self.socket = folder / "http.sock"

    def stored(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT id FROM events")]

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
    async with Listening(tmp_path) as daemon:
        await daemon.says("http.listening")
        assert stat.S_IMODE(daemon.socket.stat().st_mode) == 0o600
        answered: set[str] = set()
        names = [[f"{sender}-{index}" for index in range(EACH)] for sender in range(SENDERS)]
        sending = [asyncio.create_task(daemon.send(each, answered)) for each in names]
        while len(answered) < SENDERS * 2:
            await asyncio.sleep(0.005)
        await daemon.kill()
        await asyncio.gather(*sending)
        kept = daemon.stored()
        assert answered <= set(kept)
        assert len(kept) == len(set(kept)) < SENDERS * EACH

        # Everybody begins again from the start, over the socket that the dead one left behind.
        daemon.start()
        await daemon.says("http.listening")
        sent = await asyncio.gather(*(daemon.send(each, answered) for each in names))
        counts = [one for each in sent for one in each]
        assert sum(appended for _, appended, _, _ in counts) == SENDERS * EACH - len(kept)
        assert sum(duplicate for _, _, duplicate, _ in counts) == len(kept)
        assert sorted(daemon.stored()) == sorted(name for each in names for name in each)


async def test_it_stops_in_order_with_a_request_half_said(tmp_path: Path) -> None:
    async with Listening(tmp_path) as daemon:
        await daemon.says("http.listening")
        idle, _ = await asyncio.open_unix_connection(str(daemon.socket))
        reader, writer = await asyncio.open_unix_connection(str(daemon.socket))
        whole = request("/events/crm", {**BEARER, **STRUCTURED}, dumped(event()))
        writer.write(whole[:-10])
        await asyncio.sleep(0.3)
        os.kill(daemon.pid, signal.SIGTERM)
        # Who has said nothing is let go; who has begun is heard to the end.
        assert await idle.read() == b""
        await asyncio.sleep(0.5)
        writer.write(whole[-10:])
        reply = await read_reply(reader)
        assert (reply.status, reply.headers["connection"]) == (202, "close")
        assert await daemon.stop() == 0
        assert daemon.stored() == ["e1"]
        assert not daemon.socket.exists()
        writer.close()
