"""The daemon's parts: a failing service takes no other with it, the log holds no caller, a store has one."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.domain.instants import Millis
from console.serve import journal
from console.serve.lock import Taken, only_one
from console.serve.supervisor import Service, supervise


class Quick:
    """Time in which sleeping costs nothing; it is only noted."""

    def __init__(self) -> None:
        self.time: Millis = 0
        self.slept: list[Millis] = []

    def now(self) -> Millis:
        return self.time

    async def sleep(self, length: Millis) -> None:
        self.slept.append(length)
        self.time += length
        await asyncio.sleep(0)


async def test_a_service_that_fails_is_started_again_and_the_others_go_on() -> None:
    begun, time = 0, Quick()
    fine = asyncio.Event()

    async def fails() -> None:
        nonlocal begun
        begun += 1
        if begun < 6:
            raise RuntimeError("boom")
        fine.set()
        await asyncio.Event().wait()

    beats = 0

    async def beats_on() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(supervise([Service("fails", fails), Service("beats", beats_on)], time))
    await fine.wait()
    before = beats
    await asyncio.sleep(0.01)
    assert beats > before
    assert len(time.slept) == 5
    # Twice as long each time, each cut by up to a half.
    assert all(500 * 2**at <= wait <= 1000 * 2**at for at, wait in enumerate(time.slept))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("console")
    before = root.handlers[:], root.level, ours.level
    stream = io.StringIO()
    journal.start("info", stream)
    yield stream
    root.handlers[:], root.level, ours.level = before


def test_the_log_is_json_and_holds_no_caller(lines: io.StringIO) -> None:
    ours, theirs = logging.getLogger("console.feeds.x"), logging.getLogger("asyncio")
    ours.info("feed.lost", extra={"feed": "pbx1", "reason": "silent", "caller": "13800001111"})
    try:
        raise ValueError("王小明 13800001111")
    except ValueError:
        ours.exception("service.failed", extra={"service": "asterisk/pbx1"})
    theirs.error("Task of %s failed", "13800001111")
    written = lines.getvalue()
    first, second, third = map(json.loads, written.splitlines())
    assert "13800001111" not in written
    assert "王" not in written
    assert {key: first[key] for key in ("level", "event", "feed", "reason")} == {
        "level": "info",
        "event": "feed.lost",
        "feed": "pbx1",
        "reason": "silent",
    }
    assert (second["error"], second["service"]) == ("ValueError", "asterisk/pbx1")
    assert "test_serve_parts.py" in second["where"][0]
    assert third["event"] == "asyncio"


def test_a_store_has_one_daemon(tmp_path: Path) -> None:
    store = tmp_path / "rings.db"
    with only_one(store):
        with pytest.raises(Taken) as taken, only_one(store):
            pass
        assert int(taken.value.pid) > 0
        with only_one(tmp_path / "other.db"):
            pass
    with only_one(store):
        pass
