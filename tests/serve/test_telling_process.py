"""`rings serve` tells people: of a breach found while it runs, and of one it was killed over."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.instants import MINUTE
from tests.conftest import ROOT
from tests.outbox.stand_ins import Web, web

KEY = "whsec_" + base64.b64encode(bytes(32)).decode()


class Daemon:
    def __init__(self, folder: Path, port: int) -> None:
        self.store, self.config = folder / "rings.db", folder / "serve.toml"
        for name, text in (("people.url", f"json://127.0.0.1:{port}/people"), ("desk.key", KEY)):
            (folder / name).write_text(text)
            (folder / name).chmod(0o600)
        self.config.write_text(
            f'store = "{self.store}"\n'
            '[[notify]]\nname = "floor"\nfor = "supervisor"\nsecret_file = "people.url"\n'
            f'[[webhook]]\nname = "desk"\nurl = "http://127.0.0.1:{port}/desk"\nsecret_file = "desk.key"\n'
            '[[ladder.step]]\nwho = "supervisor"\n'
        )

    async def start(self) -> asyncio.subprocess.Process:
        environ = {**os.environ, "LC_ALL": "C.UTF-8"}
        environ.pop("RINGS_STORE", None)
        words = [sys.executable, "-m", "console", "serve", "--config", str(self.config)]
        return await asyncio.create_subprocess_exec(
            *words, cwd=ROOT, env=environ, stderr=asyncio.subprocess.DEVNULL
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
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
            rows = db.execute("SELECT channel, id, state FROM notices").fetchall()
        return {channel: (name, state) for channel, name, state in rows}


async def until(true: Any) -> None:
    for _ in range(600):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came about")


def paths(there: Web) -> list[str]:
    return sorted(request.path for request in there.got)


async def test_killed_between_sending_and_noting_it_sends_again_under_the_same_key(tmp_path: Path) -> None:
    with web() as there:
        there.free.clear()
        daemon = Daemon(tmp_path, there.port)
        await daemon.owe(1)
        process = await daemon.start()
        try:
            await until(lambda: len(there.got) == 2)
            process.kill()
            await process.wait()
            assert {state for _, state in daemon.states().values()} == {"sending"}
            names = daemon.states()["desk"][0]
            there.free.set()
            process = await daemon.start()
            await until(lambda: {state for _, state in daemon.states().values()} == {"sent"})
            assert paths(there) == ["/desk", "/desk", "/people", "/people"]
            desk = [one for one in there.got if one.path == "/desk"]
            assert {one.headers["webhook-id"] for one in desk} == {names}
            assert [json.loads(one.body)["type"] for one in desk] == ["clock.breached"] * 2
            process.terminate()
            assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def test_what_breaks_while_it_runs_is_told_at_once_and_once(tmp_path: Path) -> None:
    with web() as there:
        daemon = Daemon(tmp_path, there.port)
        process = await daemon.start()
        try:
            await until(lambda: daemon.store.exists() and _serves(daemon.store))
            await daemon.owe(1)
            await until(lambda: paths(there) == ["/desk", "/people"])
            (people,) = (one for one in there.got if one.path == "/people")
            assert people.json["title"] == "critical: callback"
            await daemon.owe(2)
            await until(lambda: len(there.got) == 4)
            process.terminate()
            assert await process.wait() == 0
            assert len(there.got) == 4
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def _serves(store: Path) -> bool:
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as db:
        try:
            return bool(db.execute("SELECT 1 FROM feeds WHERE name = 'serve'").fetchone())
        except sqlite3.OperationalError:
            return False
