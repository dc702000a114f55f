"""Nudges: whoever has the store open hears of a write at once, and nothing depends on it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.domain.event import Event
from console.store.nudge import Nudger, nudge_folder
from tests.conftest import ROOT, StillClock

NOW = "2026-03-02T01:00:00Z"


@pytest.fixture(autouse=True)
def _runtime_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A runtime folder of the test's own; pytest's are too deep for the path of a socket (108 bytes)."""
    with tempfile.TemporaryDirectory(prefix="r-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


def opened(number: int) -> Event:
    return Event(source="t", id=str(number), type="ticket.opened", subject=f"ticket/{number}", time=0)


async def test_a_write_nudges_the_other_console_and_itself(open_desk: Any) -> None:
    first, second = await open_desk(StillClock(NOW)), await open_desk(StillClock(NOW))
    heard = {"first": asyncio.Event(), "second": asyncio.Event()}
    assert first.watch(heard["first"].set)
    assert second.watch(heard["second"].set)
    await first.ingest([opened(1)])
    async with asyncio.timeout(5):
        await heard["first"].wait()
        await heard["second"].wait()


async def test_a_duplicate_nudges_nobody(open_desk: Any) -> None:
    desk = await open_desk(StillClock(NOW))
    await desk.ingest([opened(1)])
    heard: list[int] = []
    desk.watch(lambda: heard.append(1))
    await desk.ingest([opened(1)])
    await asyncio.sleep(0.05)
    assert heard == []


async def test_a_killed_listener_is_forgotten(tmp_path: Path) -> None:
    store = tmp_path / "rings.db"
    script = (
        "import asyncio, os, sys, pathlib; from console.store.nudge import Nudger\n"
        "async def main():\n"
        "    assert Nudger(pathlib.Path(sys.argv[1])).listen(lambda: None)\n"
        "    print('ready', flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(store)], stdout=subprocess.PIPE, cwd=ROOT, env=os.environ
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"ready\n"
    nudger = Nudger(store)
    assert nudger.send() == 1
    other.kill()
    other.wait()
    other.stdout.close()
    assert nudger.send() == 0
    assert list(nudge_folder(store).iterdir()) == []
    nudger.close()


async def test_nobody_waits_for_a_listener_that_is_asleep(tmp_path: Path) -> None:
    store = tmp_path / "rings.db"
    listener, sender = Nudger(store), Nudger(store)
    assert listener.listen(lambda: None)
    began = time.monotonic()
    for _ in range(5000):
        assert sender.send() == 1
    assert time.monotonic() - began < 10
    listener.close()
    sender.close()


async def test_without_a_folder_for_sockets_the_revision_still_tells(
    open_desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(blocked))
    first, second = await open_desk(StillClock(NOW)), await open_desk(StillClock(NOW))
    assert not second.watch(lambda: None)
    before = await second.revision()
    await first.ingest([opened(1)])
    assert await second.revision() != before
