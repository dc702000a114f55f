"""`rings watch` and `rings ack` as processes: what somebody without a screen reads, and does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.cli.watch import Watcher, _go_on
from console.domain.event import Event
from console.domain.instants import parse_rfc3339
from console.locale.catalogue import load
from console.service.desk import Desk
from console.service.problem import StoreProblem
from tests.cli.rings_command import Answer, command
from tests.conftest import ROOT, StillClock

RINGS = [sys.executable, "-m", "console"]


def event(kind: str, item: str, ago: float, **data: object) -> dict[str, Any]:
    """Something that happened `ago` seconds ago."""
    moment = datetime.fromtimestamp(time.time() - ago, UTC).isoformat(timespec="milliseconds")
    return {
        "specversion": "1.0", "source": "pbx", "id": f"{kind}:{item}", "type": kind, "subject": item,
        "time": moment, "data": data,
    }  # fmt: skip


class Floor:
    """A store, and `rings` on it."""

    def __init__(self, store: Path) -> None:
        self.environ = {**os.environ, "RINGS_STORE": str(store), "LC_ALL": "C.UTF-8"}

    def __call__(self, *words: str, stdin: bytes = b"") -> Answer:
        return command(*words, environ=self.environ, stdin=stdin)

    def say(self, *events: dict[str, Any]) -> None:
        done = self("ingest", "-", "--strict", stdin="\n".join(map(json.dumps, events)).encode())
        assert done.returncode == 0, done.stderr

    def watch(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*RINGS, "watch", *words],
            env=self.environ,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor(tmp_path / "rings.db")


def ringing(item: str, ago: float, queue: str = "support") -> list[dict[str, Any]]:
    """A call that has rung for so long; three rings are 15 s."""
    return [
        event("call.offered", item, ago + 0.5, queue=queue, **{"from": "13800001111"}),
        event("call.ringing", item, ago, queue=queue, agent="li"),
    ]


def test_a_call_is_watched_acknowledged_and_answered(floor: Floor) -> None:
    floor.say(*ringing("call/C-204", 20), event("ticket.opened", "ticket/T-8812", 1))
    watching = floor.watch()
    assert watching.stdout is not None
    try:
        head = watching.stdout.readline().decode()
        assert "1 breached, 0 at risk, 2 open" in head
        done = floor("ack", "c-204", "--as", "wang", "--note", "on my way")
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode().splitlines() == [
            "acknowledged: call/C-204, picked up within three rings",
            "noted: call/C-204",
        ]
        line = watching.stdout.readline().decode()
        for word in ("acknowledged", "call/C-204", "queue support", "with nobody", "by wang"):
            assert word in line.split("  ") or f"{word}\n" in line.split("  "), line
        assert "13800001111" not in line

        again = floor("ack", "C-204")
        assert (again.returncode, again.stdout) == (0, b"call/C-204 is acknowledged already, by wang\n")
        floor.say(event("call.ended", "call/C-204", 0, by="customer"))
        # It ended unanswered; the callback that is owed for it is not at risk yet.
        assert "over  call/C-204" in watching.stdout.readline().decode()
    finally:
        watching.send_signal(signal.SIGINT)
        assert watching.wait(10) == 0
        assert watching.stderr is not None
        assert watching.stderr.read() == b""
    assert floor("ack", "C-204").returncode == 1
    assert floor("ack", "T-8812").returncode == 1


def test_what_ack_can_not_do_is_one_line(floor: Floor) -> None:
    floor.say(*ringing("call/x/7", 60), *ringing("call/y/7", 60))
    for words, says in ((("9",), b"9"), (("7",), b"call/x/7, call/y/7"), ((), b"--help")):
        done = floor("ack", *words)
        assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (2, 1, b""), words
        assert says in done.stderr
    assert floor("ack", "x/7").returncode == 0


def test_watch_ends_with_its_time_with_its_reader_and_with_a_signal(floor: Floor) -> None:
    done = floor("watch")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    floor.say(*ringing("call/a", 60))
    short, told, gone = floor.watch("--for", "0.5"), floor.watch(), floor.watch("--json")
    for one in (told, gone):
        assert one.stdout is not None
        assert one.stdout.readline()
    told.terminate()
    assert gone.stdout is not None
    gone.stdout.close()  # and nothing is ever said again
    assert [one.wait(10) for one in (short, told, gone)] == [0, 0, 0]


def test_a_console_without_a_screen_loads_no_screen(floor: Floor) -> None:
    floor.say(*ringing("call/a", 60))
    script = (
        "import sys; from console.cli import main; main(['ack', 'call/a']); main(['watch', '--for', '0.1']); "
        "print([name for name in ('textual', 'rich') if name in sys.modules], file=sys.stderr)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=floor.environ, cwd=ROOT, check=True
    )
    assert answer.stderr.decode().strip() == "[]"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_every_change_is_a_line(
    open_desk: Callable[..., Any], capsys: pytest.CaptureFixture[str], language: Any
) -> None:
    clock = StillClock("2026-03-02T01:00:00Z")
    desk: Desk = await open_desk(clock)
    watcher = Watcher(desk, load(language), queue="", as_json=False)

    async def happens(second: int, *events: tuple[str, str, dict[str, Any]]) -> list[str]:
        clock.set(f"2026-03-02T01:00:{second:02d}Z")
        await desk.ingest(
            Event(source="pbx", id=f"{kind}{second}", type=kind, subject=item, time=clock.now(), data=data)
            for kind, item, data in events
        )
        await desk.tick()
        await watcher.look()
        return capsys.readouterr().out.splitlines()

    await desk.hear("pbx1", "pbx")
    call = {"queue": "support", "from": "+8613800001111"}
    (head,) = await happens(0, ("call.offered", "call/1", call), ("call.ringing", "call/1", {}))
    assert head.startswith("09:00:00  2026-03-02  Asia/Shanghai  ")
    assert await happens(9) == []
    # Two rings of three, at 10 s; due at 15 s.
    (risk,) = await happens(10)
    (broken,) = await happens(16)
    (calm,) = await happens(17, ("call.answered", "call/1", {"agent": "li"}))
    await happens(18, ("call.held", "call/1", {"agent": "li"}))
    (silent,) = await happens(40)
    await desk.hear("pbx1", "pbx")
    (back,) = await happens(41)
    words = {
        "en": ("at risk", "breached", "calm again", "feed silent", "feed back", "with nobody", "with li"),
        "zh_CN": ("将超时", "超时", "恢复平稳", "数据源没有消息", "数据源恢复", "无人负责", "负责人 li"),
    }[language]
    assert [line.split("  ")[1] for line in (risk, broken, calm, silent, back)] == list(words[:5])
    assert risk.startswith("09:00:10  ")
    assert "0:05" in risk  # left
    assert "0:01" in broken  # late
    assert words[5] in broken.split("  ")
    assert words[6] in calm.split("  ")
    assert "138****1111" in broken.split("  ")
    assert not any("\x1b" in line or "13800001111" in line for line in (risk, broken, calm, silent, back))


async def test_json_has_the_whole_of_a_change(
    open_desk: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    clock = StillClock("2026-03-02T01:00:00Z")
    desk: Desk = await open_desk(clock)
    watcher = Watcher(desk, load("en"), queue="vip", as_json=True)
    await watcher.look()
    start = parse_rfc3339("2026-03-02T01:00:00Z")
    await desk.ingest(
        Event(source="pbx", id=f"{kind}{item}", type=kind, subject=item, time=start, data={"queue": queue})
        for item, queue in (("call/1", "vip"), ("call/2", "other"))
        for kind in ("call.offered", "call.ringing")
    )
    clock.set("2026-03-02T01:00:20.500Z")
    await watcher.look()
    standing, broken = map(json.loads, capsys.readouterr().out.splitlines())
    assert (standing["change"], standing["queue"], standing["breached"]) == ("standing", "vip", 0)
    assert broken == {
        "at": "2026-03-02T01:00:20.500Z", "change": "breached", "item": "call/1", "kind": "call",
        "queue": "vip", "owner": None, "norm": "call.pickup.three-rings", "due": "2026-03-02T01:00:15.000Z",
        "over_s": 5.5, "severity": "critical",
    }  # fmt: skip


async def test_a_problem_of_the_store_is_said_once_and_so_is_its_end(
    open_desk: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    desk: Desk = await open_desk(StillClock("2026-03-02T01:00:00Z"))
    watcher = Watcher(desk, load("en"), queue="", as_json=False)
    for problem in (None, StoreProblem("full"), StoreProblem("full"), None, None):
        watcher.stands(problem)
    full, back = capsys.readouterr().out.splitlines()
    assert "full" in full
    assert back == "the store works again"


async def test_whoever_is_told_to_stop_waits_for_no_long_tick(open_desk: Callable[..., Any]) -> None:
    desk: Desk = await open_desk(StillClock("2026-03-02T01:00:00Z"))
    stop, under_way, changed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def tick() -> int:
        under_way.set()
        return await asyncio.sleep(60, 0)

    desk.tick = tick  # type: ignore[method-assign]
    watcher = Watcher(desk, load("en"), queue="", as_json=False)
    watching = asyncio.create_task(_go_on(desk, watcher, stop, changed, 1.0))
    await under_way.wait()
    stop.set()
    async with asyncio.timeout(30):
        await watching


def test_what_waits_for_a_line_ends_with_an_interrupt(tmp_path: Path) -> None:
    environ = {**os.environ, "RINGS_STORE": str(tmp_path / "rings.db"), "LC_ALL": "C.UTF-8"}
    reading = subprocess.Popen(
        [sys.executable, "-m", "console", "ingest", "-"],
        env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert reading.stdin is not None
    reading.stdin.write((ROOT / "tests/contract/hold.ndjson").read_bytes())
    reading.stdin.flush()
    while not rows_of(tmp_path / "rings.db"):
        time.sleep(0.02)
    reading.send_signal(signal.SIGINT)
    # Not communicate: it would close what is read.
    assert (reading.wait(30), reading.stderr.read() if reading.stderr else b"") == (130, b"")
    reading.stdin.close()


def rows_of(store: Path) -> int:
    """How many events a store has; none while there is no such store yet."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM events").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
