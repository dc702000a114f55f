"""The daemon following files, a pipe and a folder, as a process that is killed in the middle of them."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.feeds.follow.follow_kit import Writer, line

MAPPING = """
source = "desk"
subject = "ticket/{ref}"
id = "{ref}"
zone = "UTC"
[moment.came]
text = "{at}"
format = "%Y-%m-%d %H:%M:%S"
[[event]]
type = "ticket.opened"
time = "came"
"""


class Daemon:
    """`rings serve` on a store of its own."""

    def __init__(self, folder: Path, config: str) -> None:
        self.store = folder / "rings.db"
        self.config = folder / "serve.toml"
        self.config.write_text(f'store = "{self.store}"\n{config}')
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        environ = {**os.environ, "LC_ALL": "C.UTF-8"}
        environ.pop("RINGS_STORE", None)
        words = [sys.executable, "-m", "console", "serve", "--config", str(self.config)]
        log = self.store.with_name("log").open("ab")
        self.process = await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=environ, stderr=log)
        log.close()

    async def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            await self.process.wait()
            self.process = None

    async def stop(self) -> int:
        assert self.process is not None
        process, self.process = self.process, None
        process.terminate()
        return await process.wait()

    def rows(self, sql: str) -> list[Any]:
        try:
            with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
                return db.execute(sql).fetchall()
        except sqlite3.Error:
            return []

    async def says(self, event: str, *reasons: str) -> None:
        """Wait until the log has said `event` for these reasons."""
        for _ in range(400):
            told = [json.loads(each) for each in self.store.with_name("log").read_text().splitlines()]
            if [each.get("reason") for each in told if each["event"] == event] == list(reasons):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(told)

    async def until(self, sql: str, *wanted: object) -> None:
        """Wait until the one row of a query is that, or where none is given is true."""
        for _ in range(400):
            rows = self.rows(sql)
            if rows and (rows[0] == wanted if wanted else all(rows[0])):
                return
            await asyncio.sleep(0.05)
        log = self.store.with_name("log").read_text()
        raise AssertionError(f"{sql}: {rows}\n{log[-2000:]}")


@asynccontextmanager
async def daemon(folder: Path, config: str) -> AsyncIterator[Daemon]:
    one = Daemon(folder, config)
    try:
        await one.start()
        yield one
    finally:
        await one.kill()


EVENTS = "SELECT count(*) FROM events"


async def test_killed_again_and_again_while_a_file_is_written_and_rotated_it_loses_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "events.ndjson"
    async with daemon(tmp_path, f'[[file]]\nname = "crm"\npath = "{path}"\n') as served:
        writer = Writer(path)
        await served.until("SELECT NOT lost FROM feeds WHERE name = 'crm'")
        for turn in range(36):
            writer.write(40)
            if turn % 4 == 0:
                writer.rename()
                writer.write(7)  # the writer hears of it a little later
                await asyncio.sleep(0.02)
                writer.write_half()
                writer.reopen()
            elif turn % 9 == 5:
                writer.copy_and_cut()
            if turn in (8, 20):
                # In the middle: something was taken, and something wasn't.
                await served.until(f"SELECT count(*) > {turn} FROM events")
                await served.kill()
            if turn in (14, 22):
                writer.pack()
                await served.start()
            await asyncio.sleep(0.03)
        await served.until(EVENTS, writer.written)
        assert served.rows("SELECT * FROM rejects") == []
        assert served.rows("SELECT lost, source FROM feeds WHERE name = 'crm'") == [(0, "crm")]
        assert await served.stop() == 0
        assert served.rows("SELECT lost FROM feeds WHERE name = 'crm'") == [(1,)]


async def test_an_export_goes_on_after_a_kill_and_is_read_once_whatever_it_is_called(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (tmp_path / "map.toml").write_text(MAPPING)
    config = f'[[folder]]\nname = "desk"\npath = "{drop}"\nmap = "map.toml"\nsettle = "0s"\n'
    rows = [f"{number},2026-03-02 09:00:00\n" for number in range(3000)]
    rows[2500] = "2500,yesterday\n"
    (drop / "day.tmp").write_text("ref,at\n" + "".join(rows))
    async with daemon(tmp_path, config) as served:
        (drop / "day.tmp").rename(drop / "day.csv")
        await served.until("SELECT offset > 0 FROM positions")
        await served.kill()
        ((begun, state),) = served.rows("SELECT offset, state FROM positions")
        assert (0 < begun < 3000, state) == (True, "open")
        # Written with its events: neither fewer nor more of them.
        assert served.rows(EVENTS) == [(begun - served.rows("SELECT count(*) FROM rejects")[0][0],)]
        await served.start()
        await served.until("SELECT state = 'done' FROM positions")
        assert served.rows(EVENTS) == [(2999,)]
        assert served.rows("SELECT origin, line, raw FROM rejects") == [
            ("desk/day.csv", 2502, b"2500,yesterday")
        ]
        (drop / "again.csv").write_bytes((drop / "day.csv").read_bytes())
        (drop / "other.csv").write_text("ref,when\n1,2026-03-02 09:00:00\n")
        (drop / "late.csv").write_text("ref,at\n9000,2026-03-02 09:00:00\n")
        await served.until("SELECT count(*) FROM positions", 3)
        await served.until(EVENTS, 3000)
        assert served.rows("SELECT origin, reason FROM rejects WHERE origin LIKE '%other%'") == [
            ("desk/other.csv", "follow.unfit")
        ]


async def test_writers_of_a_pipe_come_and_go(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def write(data: bytes) -> None:
        with pipe.open("wb") as file:
            file.write(data)

    async with daemon(tmp_path, f'[[fifo]]\nname = "chat"\npath = "{pipe}"\n') as served:
        await asyncio.to_thread(write, line(0) + b"\n" + line(1) + b"\n")
        await asyncio.to_thread(write, line(2) + b"\nhalf a li")
        await served.until("SELECT count(*) FROM rejects", 1)
        await asyncio.to_thread(write, b"".join(line(number) + b"\n" for number in range(3, 2000)))
        await served.until(EVENTS, 2000)
        assert await served.stop() == 0
        await served.start()
        await asyncio.to_thread(write, b"no event\n" + line(2000) + b"\n")
        await served.until(EVENTS, 2001)
        # Lines are counted on.
        assert served.rows("SELECT line, raw FROM rejects ORDER BY seq") == [
            (4, b"half a li"),
            (2002, b"no event"),
        ]
        # Another pipe of its name.
        pipe.unlink()
        os.mkfifo(pipe)
        await asyncio.to_thread(write, line(2001) + b"\n")
        await served.until(EVENTS, 2002)


async def test_a_file_that_went_away_is_told_and_so_is_one_with_no_news(tmp_path: Path) -> None:
    path = tmp_path / "events.ndjson"
    config = f'[[file]]\nname = "crm"\npath = "{path}"\nquiet = "1s"\nsource = "desk"\n'
    async with daemon(tmp_path, config) as served:
        lost = "SELECT lost, source FROM feeds WHERE name = 'crm'"
        await served.says("feed.lost", "missing")
        assert served.rows(lost) == [(1, "desk")]
        path.write_bytes(line(0) + b"\n")
        await served.until(lost, 0, "desk")
        # Nothing new for longer than is believable, though the file can be read.
        await served.until(lost, 1, "desk")
        path.unlink()
        await served.says("feed.lost", "missing", "missing")
