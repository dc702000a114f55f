"""How fast HTTP in takes events, and whether it grows: python -m tests.bench.bench_http --rate 1000

A daemon of its own on a store of its own, fed by several connections that send as real senders do: one event
a request, or batches. Prints events a second, the worst and the usual time to an answer, and each ten seconds
the daemon's memory, open files and the store's size; at the end whether all that was answered with 2xx is in
the store, and whether the memory grew. Exits with 1 where anything was lost, doubled or refused, or, in five
minutes and more, the memory of the last quarter lies above that of the one before by more than MOST_GROWTH.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

TOKEN = "bench"
ITEM = ("ticket.opened", "ticket.assigned", "ticket.contacted", "ticket.resolved")
MOST_GROWTH = 3.0
"""MB that the memory may lie higher in the last quarter than in the third: noise, of an allocator's too."""

LONG_S = 300

CONFIG = """
store = "rings.db"
[log]
level = "warning"
[[http]]
listen = "unix:http.sock"
[[http.source]]
name = "bench"
secret_file = "token"
rate = 100000
"""


def event(number: int) -> dict[str, object]:
    """Four events a ticket, so that the floor stays as busy as it is, not ever fuller."""
    ticket, step = divmod(number, len(ITEM))
    return {
        "specversion": "1.0",
        "id": str(number),
        "source": "bench",
        "type": ITEM[step],
        "subject": f"ticket/{ticket}",
        "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{number % 1000:03}Z",
        "data": {"queue": "support", "customer": f"138{ticket % 100_000:08}", "agent": "li"},
    }


class Load:
    """What the senders share: which event is next, when it is due, what has been answered."""

    def __init__(self, rate: float, batch: int, until: float) -> None:
        self.rate, self.batch, self.until = rate, batch, until
        self.begun = time.monotonic()
        self.sent = self.kept = 0
        self.waits: list[float] = []
        self.statuses: dict[int, int] = {}


async def send(load: Load, path: str) -> None:
    reader, writer = await asyncio.open_unix_connection(path)
    kind = b"application/cloudevents-batch+json" if load.batch > 1 else b"application/cloudevents+json"
    while time.monotonic() < load.until:
        first, load.sent = load.sent, load.sent + load.batch
        due = load.begun + first / load.rate
        if (early := due - time.monotonic()) > 0:
            await asyncio.sleep(early)
        events = [event(number) for number in range(first, first + load.batch)]
        body = json.dumps(events if load.batch > 1 else events[0]).encode()
        began = time.monotonic()
        writer.write(
            b"POST /events/bench HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer %b\r\nContent-Type: %b\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (TOKEN.encode(), kind, len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = next(int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length: "))
        answer = await reader.readexactly(length)
        load.waits.append(time.monotonic() - began)
        load.statuses[status] = load.statuses.get(status, 0) + 1
        if status == 202:
            told = json.loads(answer)
            load.kept += told["appended"] + told["duplicate"]
    writer.close()


def memory(pid: int) -> float:
    """MB that the process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def watch(load: Load, pid: int, store: Path, series: list[float]) -> None:
    last = 0
    while True:
        await asyncio.sleep(10)
        now = time.monotonic() - load.begun
        cpu = sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
        rate = (load.kept - last) / 10
        held = memory(pid)
        series.append(held)
        files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        journal = sum(size(store.with_name(f"{store.name}{end}")) for end in ("-journal", "-wal"))
        print(
            f"  {now:5.0f} s  {load.kept:8} kept  {rate:6.0f}/s  {held:6.1f} MB  {cpu / now:4.0f} % CPU  "
            f"{files} files  store {size(store) / 2**20:.1f} MB + {journal / 2**20:.1f}",
            flush=True,
        )
        last = load.kept


def size(path: Path) -> int:
    """Bytes of a file, 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def growth(series: list[float]) -> float:
    """By how much the last quarter lies above the third, in MB."""
    quarter = len(series) // 4
    last, third = series[-quarter:], series[-2 * quarter : -quarter]
    return sum(last) / quarter - sum(third) / quarter


async def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=1000, help="events a second; 0 for as many as go")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--senders", type=int, default=48)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "serve.toml").write_text(CONFIG)
        (folder / "token").write_text(TOKEN)
        (folder / "token").chmod(0o600)
        command = [sys.executable, "-m", "console", "serve", "--config", str(folder / "serve.toml")]
        daemon = await asyncio.create_subprocess_exec(*command)
        try:
            socket = folder / "http.sock"
            while not socket.exists():
                await asyncio.sleep(0.1)
            load = Load(options.rate or 1e9, options.batch, time.monotonic() + options.seconds)
            series: list[float] = []
            watching = asyncio.create_task(watch(load, daemon.pid, folder / "rings.db", series))
            await asyncio.gather(*(send(load, str(socket)) for _ in range(options.senders)))
            spent = time.monotonic() - load.begun
            watching.cancel()
            load.waits.sort()
            usual, worst = load.waits[len(load.waits) // 2], load.waits[-1]
            late = load.waits[len(load.waits) * 99 // 100]
            print(
                f"{load.kept / spent:.0f} events/s in {options.batch}s, answered in {usual * 1000:.0f} ms, "
                f"99 of 100 in {late * 1000:.0f} ms, all in {worst * 1000:.0f} ms; "
                f"{memory(daemon.pid):.1f} MB; {load.statuses}"
            )
        finally:
            daemon.send_signal(signal.SIGTERM)
            await daemon.wait()
        with sqlite3.connect(folder / "rings.db") as db:
            stored = db.execute("SELECT count(DISTINCT id) FROM events").fetchone()[0]
        each = size(folder / "rings.db") / max(1, stored)
        lost, others = max(0, load.kept - stored), sum(load.statuses.values()) - load.statuses.get(202, 0)
        print(f"{load.kept} answered with 2xx, {stored} in the store: {lost} lost; {each:.0f} bytes an event")
        grown = growth(series) if options.seconds >= LONG_S else 0.0
        if options.seconds >= LONG_S:
            print(f"memory: {grown:+.1f} MB from the third quarter to the last, {max(series):.1f} MB at most")
        return 1 if lost or others or stored > load.sent or grown > MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
