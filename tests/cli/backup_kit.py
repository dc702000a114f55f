"""What the tests of backups share: stores to copy, and processes that are at work in them."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import shutil
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from console.cli import main
from console.clock import SystemClock
from console.domain.instants import parse_rfc3339
from console.store import backup
from tests.domain.story import START
from tests.store.store_worker import call, desk_on

NIGHT = parse_rfc3339("2026-11-23T02:00:00Z")


def fill(path: Path, *names: str) -> None:
    """Have a store at `path`, in which a call by each name was missed: three events and a callback."""

    async def run() -> None:
        desk, store = await desk_on(path, "li")
        for name in names:
            await desk.ingest(call(name, "pbx", START))
        await store.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `rings.db`, which has two calls, and `night.db`, a backup from before the second."""
    folder = tmp_path_factory.mktemp("stores")
    fill(folder / "rings.db", "1")
    backup.back_up(folder / "rings.db", folder / "night.db")
    fill(folder / "rings.db", "2")
    return folder


def at_night(folder: Path, stores: Path, monkeypatch: pytest.MonkeyPatch, *copied: str) -> Path:
    """The store of a folder that has copies of those of `stores`, at two in the night."""
    path = folder / "rings.db"
    monkeypatch.setenv("RINGS_STORE", str(path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "none"))
    monkeypatch.setattr(SystemClock, "now", lambda _: NIGHT)
    for name in copied:
        shutil.copy(stores / name, folder)
    return path


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """The exit code of `rings WORDS`, and what it printed on stdout and on stderr."""
    capsys.readouterr()
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    assert err.count("\n") <= 1, err
    return code, out, err


def names(folder: Path) -> set[str]:
    """The files of a folder, without those that SQLite and the daemon keep beside a store."""
    return {path.name for path in folder.iterdir() if not path.name.endswith(("-journal", ".serve"))}


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As a full disk: no file may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def take_calls(path: Path, ends: Any, begun: Connection) -> None:
    """Take in one call after the other, each in a transaction, till told to end."""

    async def run() -> None:
        desk, store = await desk_on(path, "busy")
        number = 0
        while not ends.is_set():
            await desk.ingest(call(f"{number:06}", "busy", START + number))
            number += 1
            if number == 3:
                begun.send(number)
        await store.close()

    asyncio.run(run())


def have_open(path: Path, ends: Any, begun: Connection) -> None:
    """Have a store open as a console does that nobody touches."""

    async def run() -> None:
        _, store = await desk_on(path, "idle")
        begun.send("open")
        await asyncio.to_thread(ends.wait)
        await store.close()

    asyncio.run(run())


def stop_halfway(path: Path, target: Path, begun: Connection) -> None:
    """Back up a store, and come to a stop once some of it is copied."""

    def look(_: object, __: int, left: int, ___: int) -> None:
        begun.send(left)
        time.sleep(60)

    backup._STEPS = (20,)
    backup._Watch.look = look  # type: ignore[method-assign]
    backup.back_up(path, target)
