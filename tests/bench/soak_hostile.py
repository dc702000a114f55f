"""Hostile and slow HTTP clients by the hundred against a real daemon, while a good one is served.

    python -m tests.bench.soak_hostile [--seconds S] [--clients N] [--seed S]

Each hostile client does one thing after the other, drawn at random: says nothing, trickles a head or a body,
sends vast heads and bodies, broken chunks, deep and wide JSON, noise, half a request and a half-closed
connection, asks and never reads, or just goes. Exits with 1 where not all of the good client's events were
answered with 202 in the end, one of them took longer than WORST_S, anything but its events is in the store,
memory grew by more than MOST_GROWTH MB, or the daemon's log says that something failed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import random
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.bench.bench_http import memory
from tests.conftest import ROOT
from tests.feeds.http.http_floor import BATCH, STRUCTURED, TOKEN, dumped, event, request

WORST_S = 10.0
"""As long as a request may wait here; far more than it should on a machine that has nothing else to do."""

MOST_GROWTH = 40.0
WARM_S = 10.0

CONFIG = """
store = "rings.db"
[[http]]
listen = "127.0.0.1:{port}"
head_time = "1s"
body_time = "2s"
idle_time = "2s"
connections = 128
[[http.source]]
name = "crm"
secret_file = "token"
"""

HEAD = b"POST /events/crm HTTP/1.1\r\nHost: rings\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def silent(streams: Streams, rng: random.Random) -> None:
    await streams[0].read(1)


async def trickle_head(streams: Streams, rng: random.Random) -> None:
    streams[1].write(HEAD)
    for _ in range(50):
        streams[1].write(b"X-%d: y\r\n" % rng.randrange(100))
        await asyncio.sleep(0.1)


async def trickle_body(streams: Streams, rng: random.Random) -> None:
    streams[1].write(request("/events/crm", {**STRUCTURED, "Content-Length": "100000"}))
    for _ in range(100):
        streams[1].write(b" ")
        await asyncio.sleep(0.05)


async def say(streams: Streams, data: bytes) -> None:
    streams[1].write(data)
    await streams[1].drain()
    await streams[0].read(65_536)


async def vast_head(streams: Streams, rng: random.Random) -> None:
    await say(streams, HEAD + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n")


async def vast_body(streams: Streams, rng: random.Random) -> None:
    await say(
        streams,
        request("/events/crm", {**STRUCTURED, "Transfer-Encoding": "chunked"}, b"fffff\r\n" + b"x" * 999_999),
    )


async def bad_chunks(streams: Streams, rng: random.Random) -> None:
    chunks = rng.choice(
        [b"zz\r\nhello\r\n", b"f" * 16 + b"\r\n", b"-1\r\n\r\n", b"5\r\nhelloXX", b"0\r\nX: y" * 9]
    )
    await say(streams, request("/events/crm", {**STRUCTURED, "Transfer-Encoding": "chunked"}, chunks))


async def deep(streams: Streams, rng: random.Random) -> None:
    levels = rng.choice([17, 100, 50_000])
    await say(streams, request("/events/crm", STRUCTURED, b'{"a":' * levels + b"1" + b"}" * levels))


async def wide(streams: Streams, rng: random.Random) -> None:
    await say(streams, request("/events/crm", BATCH, b"[" + b"{}," * 60_000 + b"{}]"))


async def noise(streams: Streams, rng: random.Random) -> None:
    await say(streams, rng.randbytes(rng.randrange(1, 5_000)))


async def half_closed(streams: Streams, rng: random.Random) -> None:
    streams[1].write(
        rng.choice([b"", HEAD, request("/events/crm", {**STRUCTURED, "Content-Length": "50"}, b"{")])
    )
    streams[1].write_eof()
    await streams[0].read()


async def never_reads(streams: Streams, rng: random.Random) -> None:
    streams[1].write(request("/metrics", {}, method="GET") * 2_000)
    await asyncio.sleep(3)


async def goes(streams: Streams, rng: random.Random) -> None:
    streams[1].write(HEAD[: rng.randrange(len(HEAD))])
    streams[1].transport.abort()


async def forged(streams: Streams, rng: random.Random) -> None:
    await say(
        streams,
        request("/events/crm", {**STRUCTURED, "Authorization": "Bearer wrong"}, dumped(event("forged"))),
    )


WAYS: tuple[Callable[[Streams, random.Random], Awaitable[None]], ...] = (
    silent, trickle_head, trickle_body, vast_head, vast_body, bad_chunks, deep, wide, noise, half_closed,
    never_reads, goes, forged,
)  # fmt: skip


async def hostile(port: int, rng: random.Random, done: dict[str, int]) -> None:
    while True:
        way = rng.choice(WAYS)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            streams = await asyncio.open_connection("127.0.0.1", port)
            try:
                async with asyncio.timeout(10):
                    await way(streams, rng)
            finally:
                streams[1].close()
        done[way.__name__] = done.get(way.__name__, 0) + 1
        await asyncio.sleep(rng.uniform(0, 0.5))


def good(port: int, seconds: float) -> list[tuple[list[int], float]]:
    """Ten events a second, each on a connection of its own, in a process of its own, and sent again until it
    is answered with 202: for each the answers, 0 where none came, and how long it took."""
    told = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began, answers = time.monotonic(), [0]
        data = request("/events/crm", STRUCTURED, dumped(event(f"good-{len(told)}")))
        while answers[-1] != 202 and len(answers) < 20:
            answers.append(0)
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 30) as client:
                client.sendall(data)
                if answer := client.recv(4096):
                    answers[-1] = int(answer[9:12])
            time.sleep(0.1)
        told.append((answers[1:], time.monotonic() - began))
    return told


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = rng.randrange(20_000, 30_000)
        (folder / "serve.toml").write_text(CONFIG.format(port=port))
        (folder / "token").write_text(TOKEN)
        (folder / "token").chmod(0o600)
        environ = {key: value for key, value in os.environ.items() if key != "RINGS_STORE"}
        with (folder / "log").open("wb") as log:
            daemon = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "console", "serve", "--config", str(folder / "serve.toml"),
                cwd=ROOT, env=environ, stderr=log,
            )  # fmt: skip
        try:
            while b"http.listening" not in (folder / "log").read_bytes():
                await asyncio.sleep(0.1)
            done: dict[str, int] = {}
            crowd = [
                asyncio.create_task(hostile(port, random.Random(rng.random()), done))
                for _ in range(options.clients)
            ]
            pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
            serving = asyncio.get_running_loop().run_in_executor(pool, good, port, options.seconds)
            await asyncio.sleep(min(WARM_S, options.seconds / 2))
            warm = memory(daemon.pid)
            answers = await serving
            held = memory(daemon.pid)
            for each in crowd:
                each.cancel()
            await asyncio.gather(*crowd, return_exceptions=True)
        finally:
            daemon.send_signal(signal.SIGTERM)
            code = await daemon.wait()
        with sqlite3.connect(folder / "rings.db") as db:
            stored = {row[0] for row in db.execute("SELECT id FROM events")}
            rejects = db.execute("SELECT count(*) FROM rejects").fetchone()[0]
        lines = [json.loads(line) for line in (folder / "log").read_text().splitlines()]
        failed = [line for line in lines if line["level"] == "error"]
    waits, statuses = sorted(wait for _, wait in answers), [each for given, _ in answers for each in given]
    usual, late = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
    print(
        f"{options.clients} hostile clients for {options.seconds:.0f} s: {sum(done.values())} times, {done}"
    )
    print(
        f"the good one: {len(answers)} events, answered {dict(Counter(statuses))}, all done usually in "
        f"{usual * 1000:.0f} ms, 99 of 100 in {late * 1000:.0f} ms, all in {waits[-1] * 1000:.0f} ms; memory "
        f"{warm:.1f} MB, then {held:.1f} MB; {rejects} rejects kept; stopped with {code}"
    )
    wrong = []
    if stored != {f"good-{number}" for number in range(len(answers))} or answers[-1][0][-1] != 202:
        wrong.append("not all that was good, or not only that, was kept")
    if waits[-1] > WORST_S:
        wrong.append("the good one had to wait too long")
    if held - warm > MOST_GROWTH:
        wrong.append("memory grew")
    if failed or code:
        wrong.append(f"it failed: {failed[:3]}")
    for text in wrong:
        print(f"WRONG: {text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
