"""`rings serve` as a process: it listens, is alone, stops in order, and goes on after a kill where it was."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from console.bootstrap import open_desk
from console.domain.command import Command
from tests.conftest import ROOT
from tests.feeds.live.live_pbx import SECRET, LivePbx, StillTime, eventually, wire
from tests.serve.daemon_kit import Daemon

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


@asynccontextmanager
async def floor(folder: Path) -> AsyncIterator[tuple[LivePbx, Daemon]]:
    pbx = LivePbx(RealTime(0))
    pbx.taken = lambda: sys.maxsize
    config = (
        f'[[asterisk]]\nname = "pbx1"\nport = {await pbx.open()}\nuser = "console"\n'
        'secret_file = "secret"\nretry_first = "100ms"\nretry_most = "1s"\n'
        '[asterisk.give_to_queue]\ncontext = "queues"\nexten = "{queue}"\n'
    )
    async with Daemon(folder, config, {"secret": SECRET}) as daemon:
        await daemon.says("feed.settled")
        yield pbx, daemon
    await pbx.close()


OPEN = "SELECT id FROM items WHERE kind = 'call' AND open"


async def test_it_listens_is_alone_and_stops_in_order(tmp_path: Path) -> None:
    async with floor(tmp_path) as (pbx, daemon):
        await pbx.say(wire({"Event": "Newchannel", **CUSTOMER}))
        await pbx.say(wire({"Event": "QueueCallerJoin", **CUSTOMER, "Queue": "support", "Position": "1"}))
        assert await daemon.count(OPEN, 1) == [("call/1800000000.1",)]
        assert await daemon.count("SELECT name FROM feeds WHERE NOT lost ORDER BY name", 2) == [
            ("pbx1",),
            ("serve",),
        ]
        # An interpreter of its own, as somebody would start it.
        environ = {name: value for name, value in os.environ.items() if name != "RINGS_STORE"}
        second = await asyncio.create_subprocess_exec(
            *RINGS, "serve", "--config", daemon.config, cwd=ROOT, env=environ, stderr=asyncio.subprocess.PIPE
        )
        _, complaint = await second.communicate()
        assert second.returncode == 2
        assert len(complaint.splitlines()) == 1
        assert str(daemon.pid) in complaint.decode()

        assert await daemon.stop() == 0
        assert len(pbx.asked("Logoff")) == 1
        assert [line["event"] for line in daemon.told][-1] == "serve.stopped"
        assert len(await daemon.count("SELECT name FROM feeds WHERE lost", 2)) == 2
        assert "13800001111" not in json.dumps(daemon.told)
        assert "王" not in json.dumps(daemon.told, ensure_ascii=False)


async def test_what_a_console_asks_goes_out_to_the_exchange(tmp_path: Path) -> None:
    async with floor(tmp_path) as (pbx, daemon):
        await pbx.say(wire({"Event": "Newchannel", **CUSTOMER}))
        await pbx.say(wire({"Event": "QueueCallerJoin", **CUSTOMER, "Queue": "support"}))
        await daemon.count(OPEN, 1)
        await daemon.count("SELECT verb FROM outlets WHERE verb = 'give_to_queue'", 1)
        desk, store = await open_desk(daemon.store, actor="li")
        item = "call/1800000000.1"
        try:
            await desk.act([Command("c1", "reassign", item, "li", 0, {"to_queue": "billing"})])
            await eventually(lambda: len(pbx.asked("Redirect")) == 1, "the exchange is asked")
            assert (await desk.rows([item]))[item].asked == "#billing"
            await pbx.say(wire({"Event": "QueueCallerAbandon", **CUSTOMER, "Queue": "support"}))
            await pbx.say(wire({"Event": "QueueCallerJoin", **CUSTOMER, "Queue": "billing"}))
            await daemon.count("SELECT id FROM outbox WHERE state = 'done'", 1)
            row = (await desk.rows([item]))[item]
            assert (row.queue, row.asked) == ("billing", None)
        finally:
            await store.close()


async def test_after_a_kill_it_goes_on_where_it_was(tmp_path: Path) -> None:
    other = {key: value.replace("0.1", "7.2") for key, value in CUSTOMER.items()}
    async with floor(tmp_path) as (pbx, daemon):
        for customer in (CUSTOMER, other):
            await pbx.say(wire({"Event": "Newchannel", **customer}))
            await pbx.say(wire({"Event": "QueueCallerJoin", **customer, "Queue": "support"}))
        await daemon.count(OPEN, 2)
        await daemon.kill()
        # One of them hangs up while nobody listens.
        pbx.floor.see(wire({"Event": "Hangup", **other, "Cause": "16"}), 0)
        daemon.start()
        await daemon.says("feed.settled")
        assert await daemon.count(OPEN, 1) == [("call/1800000000.1",)]
        lost = await daemon.count(
            "SELECT item, json_extract(data, '$.not_before') FROM events WHERE type = 'call.lost'", 1
        )
        assert lost[0][0] == "call/1800000007.2"
        assert lost[0][1]
        assert await daemon.count("SELECT * FROM rejects", 0) == []
