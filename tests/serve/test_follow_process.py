"""The daemon following files, a pipe and a folder, as a process that is killed in the middle of them."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from tests.feeds.follow.follow_kit import Writer, line
from tests.serve.daemon_kit import Daemon

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


EVENTS = "SELECT count(*) FROM events"


async def test_killed_again_and_again_while_a_file_is_written_and_rotated_it_loses_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "events.ndjson"
    async with Daemon(tmp_path, f'[[file]]\nname = "crm"\npath = "{path}"\n') as served:
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
                served.start()
            await asyncio.sleep(0.03)
        await served.until(EVENTS, writer.written)
        assert served.rows("SELECT * FROM rejects") == []
        await served.until("SELECT lost, source FROM feeds WHERE name = 'crm'", 0, "crm")
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
    async with Daemon(tmp_path, config) as served:
        (drop / "day.tmp").rename(drop / "day.csv")
        await served.until("SELECT offset > 0 FROM positions")
        await served.kill()
        ((begun, state),) = served.rows("SELECT offset, state FROM positions")
        assert (0 < begun < 3000, state) == (True, "open")
        # Written with its events: neither fewer nor more of them.
        assert served.rows(EVENTS) == [(begun - served.rows("SELECT count(*) FROM rejects")[0][0],)]
        served.start()
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

    async with Daemon(tmp_path, f'[[fifo]]\nname = "chat"\npath = "{pipe}"\n') as served:
        await asyncio.to_thread(write, line(0) + b"\n" + line(1) + b"\n")
        await asyncio.to_thread(write, line(2) + b"\nhalf a li")
        await served.until("SELECT count(*) FROM rejects", 1)
        await asyncio.to_thread(write, b"".join(line(number) + b"\n" for number in range(3, 2000)))
        await served.until(EVENTS, 2000)
        assert await served.stop() == 0
        served.start()
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
    async with Daemon(tmp_path, config) as served:
        lost = "SELECT lost, source FROM feeds WHERE name = 'crm'"
        await served.said("feed.lost", "missing")
        assert served.rows(lost) == [(1, "desk")]
        path.write_bytes(line(0) + b"\n")
        await served.until(lost, 0, "desk")
        # Nothing new for longer than is believable, though the file can be read.
        await served.until(lost, 1, "desk")
        path.unlink()
        await served.said("feed.lost", "missing", "missing")
