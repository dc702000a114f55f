"""`rings serve` tells people: of a breach found while it runs, and of one it was killed over."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from pathlib import Path
from typing import Any

from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.instants import MINUTE
from tests.outbox.stand_ins import Web, web
from tests.serve.daemon_kit import Daemon

KEY = "whsec_" + base64.b64encode(bytes(32)).decode()


class Teller(Daemon):
    """One that tells people and a system at `port`."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(
            folder,
            '[[notify]]\nname = "floor"\nfor = "supervisor"\nsecret_file = "people.url"\n'
            f'[[webhook]]\nname = "desk"\nurl = "http://127.0.0.1:{port}/desk"\nsecret_file = "desk.key"\n'
            '[[ladder.step]]\nwho = "supervisor"\n',
            {"people.url": f"json://127.0.0.1:{port}/people", "desk.key": KEY},
        )

    async def owe(self, number: int) -> None:
        """A promise of an hour ago that nobody kept."""
        desk, store = await open_desk(self.store, actor="feed")
        now = time.time_ns() // 1_000_000
        promise = Event(
            source="pbx",
            id=f"e{number}",
            type="callback.requested",
            subject=f"callback/{number}",
            time=now - 60 * MINUTE,
            data={},
        )
        await desk.ingest([promise])
        await store.close()

    def states(self) -> dict[str, tuple[str, str]]:
        rows = self.rows("SELECT channel, id, state FROM notices")
        return {channel: (name, state) for channel, name, state in rows}


async def until(true: Any) -> None:
    for _ in range(1500):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came about")


def paths(there: Web) -> list[str]:
    return sorted(request.path for request in there.got)


async def test_killed_between_sending_and_noting_it_sends_again_under_the_same_key(tmp_path: Path) -> None:
    with web() as there:
        there.free.clear()
        daemon = Teller(tmp_path, there.port)
        await daemon.owe(1)
        async with daemon:
            await until(lambda: len(there.got) == 2)
            await daemon.kill()
            assert {state for _, state in daemon.states().values()} == {"sending"}
            names = daemon.states()["desk"][0]
            there.free.set()
            daemon.start()
            await until(lambda: {state for _, state in daemon.states().values()} == {"sent"})
            assert paths(there) == ["/desk", "/desk", "/people", "/people"]
            desk = [one for one in there.got if one.path == "/desk"]
            assert {one.headers["webhook-id"] for one in desk} == {names}
            assert [json.loads(one.body)["type"] for one in desk] == ["clock.breached"] * 2
            assert await daemon.stop() == 0


async def test_what_breaks_while_it_runs_is_told_at_once_and_once(tmp_path: Path) -> None:
    with web() as there:
        async with Teller(tmp_path, there.port) as daemon:
            await daemon.until("SELECT 1 FROM feeds WHERE name = 'serve'")
            await daemon.owe(1)
            await until(lambda: paths(there) == ["/desk", "/people"])
            (people,) = (one for one in there.got if one.path == "/people")
            assert people.json["title"] == "critical: callback"
            await daemon.owe(2)
            await until(lambda: len(there.got) == 4)
            assert await daemon.stop() == 0
            assert len(there.got) == 4
