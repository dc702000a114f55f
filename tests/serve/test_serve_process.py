"""`rings serve` as a process: it listens, is alone, stops in order, and goes on after a kill where it was."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from console.bootstrap import open_desk
from console.domain.command import Command
from tests.conftest import ROOT
from tests.feeds.live.live_pbx import SECRET, LivePbx, StillTime, eventually, wire

RINGS = [sys.executable, "-m", "console"]
CUSTOMER = {
    "Channel": "PJSIP/carrier-00000001",
    "Uniqueid": "1800000000.1",
    "Linkedid": "1800000000.1",
    "CallerIDNum": "13800001111",
    "CallerIDName": "王小明",
}


class RealTime(StillTime):
    def now(self) -> int:
        return time.time_ns() // 1_000_000


class Daemon:
    """`rings serve` on a store of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.store = folder / "rings.db"
        self.config = folder / "serve.toml"
        (folder / "secret").write_text(SECRET)
        (folder / "secret").chmod(0o600)
        self.config.write_text(
            f'store = "{self.store}"\n[[asterisk]]\nname = "pbx1"\nport = {port}\nuser = "console"\n'
            'secret_file = "secret"\nretry_first = "100ms"\nretry_most = "1s"\n'
            '[asterisk.give_to_queue]\ncontext = "queues"\nexten = "{queue}"\n'
        )
        self.log: list[dict[str, Any]] = []

    async def start(self) -> asyncio.subprocess.Process:
        environ = {**os.environ, "LC_ALL": "C.UTF-8"}
        environ.pop("RINGS_STORE", None)
        self.process = await asyncio.create_subprocess_exec(
            *RINGS, "serve", "--config", self.config, cwd=ROOT, env=environ, stderr=asyncio.subprocess.PIPE
        )
        return self.process

    async def says(self, event: str) -> dict[str, Any]:
        """Wait for a line of the log."""
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            self.log.append(json.loads(line))
            if self.log[-1]["event"] == event:
                return self.log[-1]
        raise AssertionError(f"{event} was never said: {self.log}")

    async def rows(self, sql: str, count: int) -> list[Any]:
        """Wait until a query of the store gives so many rows."""
        for _ in range(200):
            with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
                rows = db.execute(sql).fetchall()
            if len(rows) == count:
                return rows
            await asyncio.sleep(0.05)
        raise AssertionError(f"{sql}: {rows}")

    async def ended(self) -> int:
        code = await self.process.wait()
        assert self.process.stderr is not None
        self.log += map(json.loads, (await self.process.stderr.read()).splitlines())
        return code


@asynccontextmanager
async def floor(folder: Path) -> AsyncIterator[tuple[LivePbx, Daemon]]:
    pbx = LivePbx(RealTime(0))
    pbx.taken = lambda: sys.maxsize
    daemon = Daemon(folder, await pbx.open())
    try:
        yield pbx, daemon
    finally:
        if daemon.process.returncode is None:
            daemon.process.kill()
            await daemon.process.wait()
        await pbx.close()


OPEN = "SELECT id FROM items WHERE kind = 'call' AND open"


async def test_it_listens_is_alone_and_stops_in_order(tmp_path: Path) -> None:
    async with floor(tmp_path) as (pbx, daemon):
        await daemon.start()
        await daemon.says("feed.settled")
        await pbx.say(wire({"Event": "Newchannel", **CUSTOMER}))
        await pbx.say(wire({"Event": "QueueCallerJoin", **CUSTOMER, "Queue": "support", "Position": "1"}))
        assert await daemon.rows(OPEN, 1) == [("call/1800000000.1",)]
        assert await daemon.rows("SELECT name FROM feeds WHERE NOT lost ORDER BY name", 2) == [
            ("pbx1",),
            ("serve",),
        ]
        second = await asyncio.create_subprocess_exec(
            *RINGS, "serve", "--config", daemon.config, cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        _, complaint = await second.communicate()
        assert second.returncode == 2
        assert len(complaint.splitlines()) == 1
        assert str(daemon.process.pid) in complaint.decode()

        daemon.process.send_signal(signal.SIGTERM)
        assert await daemon.ended() == 0
        assert len(pbx.asked("Logoff")) == 1
        assert [line["event"] for line in daemon.log][-1] == "serve.stopped"
        assert len(await daemon.rows("SELECT name FROM feeds WHERE lost", 2)) == 2
        assert "13800001111" not in json.dumps(daemon.log)
        assert "王" not in json.dumps(daemon.log, ensure_ascii=False)


async def test_what_a_console_asks_goes_out_to_the_exchange(tmp_path: Path) -> None:
    async with floor(tmp_path) as (pbx, daemon):
        await daemon.start()
        await daemon.says("feed.settled")
        await pbx.say(wire({"Event": "Newchannel", **CUSTOMER}))
        await pbx.say(wire({"Event": "QueueCallerJoin", **CUSTOMER, "Queue": "support"}))
        await daemon.rows(OPEN, 1)
        await daemon.rows("SELECT verb FROM outlets WHERE verb = 'give_to_queue'", 1)
        desk, store = await open_desk(daemon.store, actor="li")
        item = "call/1800000000.1"
        try:
            await desk.act([Command("c1", "reassign", item, "li", 0, {"to_queue": "billing"})])
            await eventually(lambda: len(pbx.asked("Redirect")) == 1, "the exchange is asked")
            assert (await desk.rows([item]))[item].asked == "#billing"
            await pbx.say(wire({"Event": "QueueCallerAbandon", **CUSTOMER, "Queue": "support"}))
            await pbx.say(wire({"Event": "QueueCallerJoin", **CUSTOMER, "Queue": "billing"}))
            await daemon.rows("SELECT id FROM outbox WHERE state = 'done'", 1)
            row = (await desk.rows([item]))[item]
            assert (row.queue, row.asked) == ("billing", None)
        finally:
            await store.close()


async def test_after_a_kill_it_goes_on_where_it_was(tmp_path: Path) -> None:
    other = {key: value.replace("0.1", "7.2") for key, value in CUSTOMER.items()}
    async with floor(tmp_path) as (pbx, daemon):
        await daemon.start()
        await daemon.says("feed.settled")
        for customer in (CUSTOMER, other):
            await pbx.say(wire({"Event": "Newchannel", **customer}))
            await pbx.say(wire({"Event": "QueueCallerJoin", **customer, "Queue": "support"}))
        await daemon.rows(OPEN, 2)
        daemon.process.kill()
        await daemon.ended()
        # One of them hangs up while nobody listens.
        pbx.floor.see(wire({"Event": "Hangup", **other, "Cause": "16"}), 0)
        await daemon.start()
        await daemon.says("feed.settled")
        assert await daemon.rows(OPEN, 1) == [("call/1800000000.1",)]
        lost = await daemon.rows(
            "SELECT item, json_extract(data, '$.not_before') FROM events WHERE type = 'call.lost'", 1
        )
        assert lost[0][0] == "call/1800000007.2"
        assert lost[0][1]
        assert await daemon.rows("SELECT * FROM rejects", 0) == []
