"""The daemon is killed again and again while it is fed: nothing that was answered for may be lost or doubled.

    python -m tests.bench.soak_kills [--kills N] [--seed S] [--keep FOLDER]

`rings serve` is fed over HTTP (an event is taken in once 2xx came; without an answer it is sent again), by a
file that is rotated, and by a pipe; overdue promises among the events make it tell people and a system,
whose stand-in now and then holds its answers back. It is killed (SIGKILL) at random moments, its start-up
included, and started again. At the end, by the store and by what the stand-in got:

- every event answered with 2xx, and every line of the file, is there once, and none that was never sent;
- of the pipe no more is missing than one reading (64 KiB) a kill, and nothing is there twice;
- every breach is recorded once, and told at least once: to the system always under the same key;
- of each ticket and job that asks for it there is what comes of it (a question, a need, a follow-up), once;
- SQLite finds no fault, and working everything out anew from the log changes nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import collections
import contextlib
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from console.bootstrap import open_store
from console.service.ledger import tick
from console.service.site import rework
from tests.conftest import ROOT
from tests.outbox.stand_ins import Web, web

TOKEN = "soak"
CHUNK = 2**16
SENDERS = 4
YOUNG = 0.3
"""Such a share of the kills comes at any moment from the start on; the others once it takes events in."""

LIFE_S = 1.5

CONFIG = """
store = "rings.db"
[log]
level = "warning"
[[http]]
listen = "unix:http.sock"
[[http.source]]
name = "web"
secret_file = "token"
rate = 100000
[[file]]
name = "log"
path = "events.ndjson"
[[fifo]]
name = "chat"
path = "pipe"
[[notify]]
name = "floor"
for = "supervisor"
secret_file = "people.url"
[[webhook]]
name = "desk"
url = "http://127.0.0.1:{port}/desk"
secret_file = "desk.key"
[ladder]
burst = 50
window = "5s"
[[ladder.step]]
who = "supervisor"
"""


LIVES = {
    "ticket": ("ticket.opened", "ticket.assigned", "ticket.resolved"),
    "job": ("job.scheduled", "job.step", "job.finished"),
}

TOLD: dict[str, dict[str, Any]] = {
    "ticket.resolved": {"confirm": True},
    "job.step": {"step": "need", "text": "one more line"},
    "job.finished": {"type": "complaint", "place": "2-301"},
}
"""What other items come of."""


def event(source: str, number: int) -> dict[str, Any]:
    """Three events of each ticket, each fourth being a job; each fortieth event is a promise that is
    overdue already."""
    ticket, step = divmod(number, 3)
    what = "job" if ticket % 4 == 3 else "ticket"
    kind = LIVES[what][step]
    subject, late = f"{what}/{source}-{ticket}", 0
    if number % 40 == 7:
        kind, subject, late = "callback.requested", f"callback/{source}-{number}", 3600
    moment = time.time() - late
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment * 1000) % 1000:03}Z"
    data = {
        "queue": "support",
        "customer": f"1380000{number % 10000:04}",
        "agent": "li",
        **TOLD.get(kind, {}),
    }
    return {
        "specversion": "1.0",
        "id": str(number),
        "source": source,
        "type": kind,
        "subject": subject,
        "time": text,
        "data": data,
    }


class Fed:
    """What was sent, and what was answered for."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.next = 0
        self.acked: collections.Counter[int] = collections.Counter()
        self.again = self.refused = self.filed = self.piped = 0


async def send(fed: Fed, path: Path, rng: random.Random) -> None:
    """Send events over HTTP, each until it is answered with 2xx."""
    while not fed.stop.is_set():
        count = rng.choice((1, 1, 2, 10))
        numbers = range(fed.next, fed.next + count)
        fed.next += count
        body = json.dumps([event("web", number) for number in numbers]).encode()
        while not await _answered(fed, path, body):
            fed.again += 1
            await asyncio.sleep(0.05)
        fed.acked.update(numbers)
        await asyncio.sleep(rng.uniform(0, 0.08))


async def _answered(fed: Fed, path: Path, body: bytes) -> bool:
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_unix_connection(str(path))
            try:
                writer.write(
                    b"POST /events/web HTTP/1.1\r\nHost: b\r\nConnection: close\r\n"
                    b"Authorization: Bearer %b\r\nContent-Type: application/cloudevents-batch+json\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (TOKEN.encode(), len(body), body)
                )
                answer = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    if answer[9:12] != b"202":
        fed.refused += bool(answer)
        return False
    return True


async def write_file(fed: Fed, path: Path, rng: random.Random) -> None:
    """Append to a file, which is renamed now and then, and a line is cut in two by it now and then."""
    file = path.open("ab", buffering=0)
    kept = 0
    while not fed.stop.is_set():
        lines = [
            json.dumps(event("log", fed.filed + each)).encode() + b"\n" for each in range(rng.randint(1, 8))
        ]
        data = b"".join(lines)
        cut = rng.randrange(len(data))
        file.write(data[:cut])
        await asyncio.sleep(rng.uniform(0, 0.05))
        # Who has never seen a file does not look for what it was.
        if len(fed.acked) > 50 and rng.random() < 0.02:
            kept += 1
            path.rename(path.with_name(f"{path.name}.{kept}"))
            path.touch()
            await asyncio.sleep(rng.uniform(0, 0.05))
            file.write(data[cut:])
            file.close()
            file = path.open("ab", buffering=0)
        else:
            file.write(data[cut:])
        fed.filed += len(lines)
        await asyncio.sleep(rng.uniform(0, 0.1))
    file.close()


async def write_pipe(fed: Fed, path: Path, rng: random.Random) -> None:
    """Write into the pipe whenever somebody reads it; a line that nobody took is written again."""
    handle, data = -1, b""
    while data or not fed.stop.is_set():
        if not data:
            data = json.dumps(event("chat", fed.piped)).encode() + b"\n"
            fed.piped += 1
        try:
            if handle < 0:
                handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
            os.write(handle, data)  # less than PIPE_BUF: whole, or not at all
        except OSError:
            if fed.stop.is_set():
                fed.piped -= 1
                break
            await asyncio.sleep(0.02)
            continue
        data = b""
        if rng.random() < 0.01:
            os.close(handle)
            handle = -1
        await asyncio.sleep(rng.uniform(0, 0.03))
    if handle >= 0:
        os.close(handle)


async def start(folder: Path) -> asyncio.subprocess.Process:
    environ = {**os.environ, "LC_ALL": "C.UTF-8"}
    environ.pop("RINGS_STORE", None)
    words = [sys.executable, "-m", "console", "serve", "--config", str(folder / "serve.toml")]
    with (folder / "log").open("ab") as log:
        return await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=environ, stderr=log)


async def hold_back(there: Web, rng: random.Random) -> None:
    """The other side is slow now and then: kills shall meet messages that are under way."""
    while True:
        await asyncio.sleep(rng.uniform(0.1, 1.5))
        there.free.clear()
        await asyncio.sleep(rng.uniform(0.1, 1.0))
        there.free.set()


def set_up(folder: Path, port: int) -> None:
    (folder / "serve.toml").write_text(CONFIG.format(port=port))
    secrets = {
        "token": TOKEN,
        "people.url": f"json://127.0.0.1:{port}/people",
        "desk.key": "whsec_" + base64.b64encode(bytes(32)).decode(),
    }
    for name, text in secrets.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    (folder / "events.ndjson").touch()
    os.mkfifo(folder / "pipe")


async def run(folder: Path, kills: int, rng: random.Random, there: Web) -> list[str]:
    """Kill so many times; answers what is wrong."""
    set_up(folder, there.port)
    fed, began, ready = Fed(), time.monotonic(), 0
    feeding = [asyncio.create_task(send(fed, folder / "http.sock", rng)) for _ in range(SENDERS)]
    feeding.append(asyncio.create_task(write_file(fed, folder / "events.ndjson", rng)))
    feeding.append(asyncio.create_task(write_pipe(fed, folder / "pipe", rng)))
    slow = asyncio.create_task(hold_back(there, rng))
    for number in range(1, kills + 1):
        process = await start(folder)
        before = len(fed.acked)
        if rng.random() > YOUNG:
            await _taking(fed, before, process)
        await asyncio.sleep(rng.uniform(0.01, LIFE_S))
        if process.returncode is not None:
            return [f"it ended by itself with {process.returncode}: {(folder / 'log').read_text()[-2000:]}"]
        process.kill()
        await process.wait()
        ready += len(fed.acked) > before
        if number % 20 == 0:
            print(
                f"  {number} kills ({ready} while it took events in), {time.monotonic() - began:.0f} s: "
                f"{len(fed.acked)} acknowledged, {fed.again} tries without an answer, {fed.filed} lines, "
                f"{fed.piped} through the pipe, {len(there.got)} messages",
                flush=True,
            )
    process = await start(folder)
    await asyncio.sleep(3)
    fed.stop.set()
    slow.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await slow
    there.free.set()
    await asyncio.gather(*feeding)
    settled = await _settled(folder / "rings.db")
    process.send_signal(signal.SIGTERM)
    code = await process.wait()
    wrong = [] if settled else ["it never caught up with what was fed"]
    wrong += [] if code == 0 else [f"it stopped with {code}"]
    return wrong + faults(folder, fed, kills, there) + await rebuilt(folder)


async def _taking(fed: Fed, before: int, process: asyncio.subprocess.Process) -> None:
    """Wait until it takes events in, for half a minute at most."""
    for _ in range(1500):
        if len(fed.acked) > before or process.returncode is not None:
            return
        await asyncio.sleep(0.02)


async def _settled(store: Path) -> bool:
    """Wait until nothing more comes, and nothing is left to be told."""
    before, same = None, 0
    for _ in range(1200):
        await asyncio.sleep(0.5)
        now = rows(
            store,
            "SELECT (SELECT count(*) FROM events), "
            "(SELECT count(*) FROM notices WHERE state IN ('waiting', 'sending')), "
            "(SELECT count(*) FROM climbs WHERE wake IS NOT NULL)",
        )[0]
        same = same + 1 if now == before and now[1:] == (0, 0) else 0
        if same == 8:
            return True
        before = now
    print(f"  left: {before}")
    return False


def rows(store: Path, sql: str) -> list[Any]:
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=30) as db:
        return db.execute(sql).fetchall()


def faults(folder: Path, fed: Fed, kills: int, there: Web) -> list[str]:
    """What must not be, in sentences."""
    store, wrong = folder / "rings.db", []

    def expect(true: bool, text: str) -> None:
        if not true:
            wrong.append(text)

    expect(rows(store, "PRAGMA integrity_check") == [("ok",)], "SQLite finds a fault")
    there_are: dict[str, list[int]] = collections.defaultdict(list)
    for source, name in rows(store, "SELECT source, id FROM events WHERE source IN ('web', 'log', 'chat')"):
        there_are[source].append(int(name))
    for source, count in (("web", fed.next), ("log", fed.filed), ("chat", fed.piped)):
        found = there_are[source]
        expect(len(found) == len(set(found)), f"{source}: an event is there twice")
        expect(set(found) <= set(range(count)), f"{source}: an event that nobody sent")
    lost = sorted(set(fed.acked) - set(there_are["web"]))
    expect(not lost, f"acknowledged and lost: {len(lost)}, e.g. {lost[:5]}")
    missing = sorted(set(range(fed.filed)) - set(there_are["log"]))
    expect(not missing, f"lines of the file lost: {len(missing)}, e.g. {missing[:5]}")
    gone = sorted(set(range(fed.piped)) - set(there_are["chat"]))
    runs = sum(number - 1 not in set(gone) for number in gone)
    longest = len(json.dumps(event("chat", 0))) * len(gone)
    expect(
        runs <= kills and longest <= kills * CHUNK, f"of the pipe {len(gone)} lines in {runs} runs are gone"
    )
    bad = rows(store, "SELECT origin, reason, count(*) FROM rejects WHERE origin <> 'chat' GROUP BY 1, 2")
    expect(not bad, f"rejects: {bad}")
    wrong += untold(store, there) + unmade(store)
    size = store.stat().st_size / max(1, rows(store, "SELECT count(*) FROM events")[0][0])
    print(
        f"  {sum(map(len, there_are.values()))} events, of the pipe {len(gone)} lines lost in {runs} kills; "
        f"{size:.0f} bytes an event"
    )
    return wrong


def unmade(store: Path) -> list[str]:
    """What is wrong with what comes of tickets and jobs: each has its own, whichever feed told it."""
    made = {
        "ticket.resolved": "followup/ticket/%",
        "job.step": "ticket/need/%",
        "job.finished": "followup/%-%",
    }
    wrong = []
    for kind, name in made.items():
        asked = rows(store, f"SELECT count(DISTINCT item) FROM events WHERE type = '{kind}'")[0][0]
        where = f"id LIKE '{name}'" + (
            " AND id NOT LIKE 'followup/ticket/%'" if kind == "job.finished" else ""
        )
        found = rows(store, f"SELECT count(*) FROM items WHERE {where}")[0][0]
        print(f"  {found} items of {asked} {kind}")
        if found != asked:
            wrong.append(f"{kind}: {asked} times, and {found} items came of it")
    return wrong


def untold(store: Path, there: Web) -> list[str]:
    """What is wrong with breaches, and with what was told of them."""
    late = {name for (name,) in rows(store, "SELECT name FROM clocks WHERE norm = 'callback.due'")}
    climbs = collections.Counter(name for (name,) in rows(store, "SELECT clock FROM climbs"))
    told = collections.Counter(
        rows(store, "SELECT item, json_extract(data, '$.clock') FROM events WHERE type = 'clock.notified'")
    )
    keys: dict[str, set[str]] = collections.defaultdict(set)
    for request in there.got:
        if request.path != "/desk":
            continue
        data = request.json["data"]
        for about in data["told"] if request.json["type"] == "clock.many" else [{**request.json, **data}]:
            if about["type"] == "clock.breached":
                keys[about["clock"]].add(request.headers["webhook-id"])
    people = {
        clock
        for (data,) in rows(store, "SELECT data FROM notices WHERE channel = 'floor' AND state = 'sent'")
        for _, clock in json.loads(data)["clocks"]
    }
    wrong = []
    if set(climbs) != late or max(climbs.values(), default=0) > 1:
        wrong.append(
            f"{len(late)} breaches, {len(climbs)} of them recorded, {max(climbs.values())} times at most"
        )
    if {clock for _, clock in told} != late or max(told.values(), default=0) > 1:
        wrong.append(f"told of in histories: {len(told)} of {len(late)}, at most {max(told.values())} times")
    if set(keys) != late:
        wrong.append(f"the system heard of {len(keys)} of {len(late)} breaches")
    if several := [clock for clock, names in keys.items() if len(names) > 1]:
        wrong.append(f"{len(several)} breaches came to the system under several keys, e.g. {several[0]}")
    if late - people:
        wrong.append(f"people were not told of {len(late - people)} of {len(late)} breaches")
    ends = rows(store, "SELECT channel, state, count(*) FROM notices GROUP BY 1, 2")
    print(f"  {len(late)} breaches; messages: {ends}; the stand-in got {len(there.got)}")
    if any(state != "sent" for _, state, _ in ends):
        wrong.append(f"not all messages were sent: {ends}")
    return wrong


async def rebuilt(folder: Path) -> list[str]:
    """Work everything out anew from the log."""
    store = await open_store(folder / "rings.db")
    try:
        now = time.time_ns() // 1_000_000
        while await store.write(lambda writer: tick(writer, now)):
            pass
        changed = await rework(store, now) + await store.write(lambda writer: writer.recount())
    finally:
        await store.close()
    return [f"the rebuild changed {changed} rows"] if changed else []


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder to work in that stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, web() as there:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        wrong = asyncio.run(run(folder, options.kills, random.Random(options.seed), there))
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    if not wrong:
        print(f"clean: {options.kills} kills under load, nothing acknowledged was lost, nothing came twice")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
