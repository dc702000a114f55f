"""Twenty consoles on one store, each in a terminal of its own, while another process writes.

Moments are taken from the return of each commit: when each console hears of it, when it has read it, and when
its next frame has gone out. The bare fan-out beside it is twenty processes that do nothing but wait for the
same datagrams, nudged by the same writer. The reading is paced: between two looks that no key asked for lies
a quarter of a second, more on a busy machine, so at the median it takes half of that however quick the rest.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.floors import lay
from tests.bench.outside import ROOT, Program, cpu_of
from tests.bench.verdict import verdict

CONSOLES = 20
OPEN = 1_000
RATE = 1_000
BATCH = 20
SECONDS = 8.0
BARE_SECONDS = 4.0
IDLE_SECONDS = 10.0
SIZE = (80, 24)
BAR = 20.0
IDLE_BAR = 0.25
NAME = "tests.bench.bench_consoles"

Moments = dict[str, list[float]]


# --- the processes --------------------------------------------------------------------------------


def bare(folder: str, log: str) -> None:
    """Wait for datagrams as a console does, and write down when each came."""
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.bind(f"{folder}/bare-{os.getpid()}.sock")
    ear.settimeout(30)
    heard: list[float] = []
    while ear.recv(64) != b"end":
        heard.append(time.monotonic())
    Path(log).write_text(json.dumps({"heard": heard}))


def console(log: str, words: list[str]) -> int:
    """A console that notes when it hears, has read, and draws."""
    from console import cli
    from console.screens.pulse import Pulse
    from console.store.nudge import Nudger
    from widgets.wire.wire import Wire

    moments: dict[str, list[Any]] = {"heard": [], "looks": [], "frames": [], "problems": []}
    hear, begin, count = Nudger._hear, Pulse.__init__, Wire.count

    def heard(self: Nudger, *args: Any) -> None:
        moments["heard"].append(time.monotonic())
        hear(self, *args)

    def noted(self: Pulse, desk: Any, look: Any) -> None:
        async def timed(beat: Any) -> None:
            began = time.monotonic()
            await look(beat)
            if beat.changed:
                moments["looks"].append((began, time.monotonic()))
            if self.problem:
                moments["problems"].append(self.problem)

        begin(self, desk, timed)

    def counted(self: Wire, text: str) -> None:
        moments["frames"].append(time.monotonic())
        count(self, text)

    Nudger._hear = heard  # type: ignore[method-assign]
    Pulse.__init__ = noted  # type: ignore[method-assign]
    Wire.count = counted  # type: ignore[method-assign]
    try:
        return cli.main(words)
    finally:
        Path(log).write_text(json.dumps(moments))


def churn() -> Iterator[dict[str, Any]]:
    """Calls that come, are picked up and end, and tickets that change hands: readings of a live feed."""
    number = 0
    while True:
        number += 1
        call = f"call/load-{os.getpid()}-{number}"
        yield {"type": "call.offered", "subject": call, "data": {"queue": "support", "direction": "in"}}
        yield {"type": "ticket.assigned", "subject": f"ticket/T{number * 7 % OPEN}", "data": {"agent": "li"}}
        yield {"type": "call.answered", "subject": call, "data": {"agent": "li"}}
        yield {"type": "ticket.contacted", "subject": f"ticket/T{number * 3 % OPEN}", "data": {}}
        yield {"type": "call.ended", "subject": call, "data": {"by": "customer"}}


async def write(store: str, log: str, seconds: float) -> None:
    """Write `RATE` events a second in batches, and note when each commit has returned."""
    from console.bootstrap import open_desk
    from console.domain.event import Event
    from console.store.nudge import Nudger

    desk, opened = await open_desk(Path(store), actor="load")
    commits: list[float] = []
    send = Nudger.send

    def told(self: Nudger) -> int:
        commits.append(time.monotonic())
        return send(self)

    Nudger.send = told  # type: ignore[method-assign]
    made, number, late = churn(), 0, 0.0
    began = time.monotonic()
    try:
        while (spent := time.monotonic() - began) < seconds:
            if (ahead := number / RATE - spent) > 0:
                await asyncio.sleep(ahead)
            late = max(late, -ahead)
            now, batch = desk.now(), []
            for _ in range(BATCH):
                number += 1
                batch.append(Event(source="load", id=f"{os.getpid()}-{number}", time=now, **next(made)))
            await desk.ingest(batch)
        took = time.monotonic() - began
    finally:
        await opened.close()
    told_of = {"commits": commits, "events": number, "took": took, "late": late}
    Path(log).write_text(json.dumps(told_of))


# --- measuring ------------------------------------------------------------------------------------


def spawn(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", NAME, *words], cwd=ROOT)


def after(commits: Sequence[float], moments: Sequence[float]) -> list[float]:
    """Seconds from each commit to the first of the moments that follows it."""
    places = ((commit, bisect_left(moments, commit)) for commit in commits)
    return [moments[place] - commit for commit, place in places if place < len(moments)]


def read_after(commits: Sequence[float], looks: Sequence[Sequence[float]]) -> list[float]:
    """Seconds from each commit to the end of the first look that began after it."""
    begins = [began for began, _ in looks]
    places = ((commit, bisect_left(begins, commit)) for commit in commits)
    return [looks[place][1] - commit for commit, place in places if place < len(looks)]


def p(share: float, values: Sequence[float]) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))] if ranked else float("nan")


def told(name: str, values: Sequence[float], base: Sequence[float] = ()) -> str:
    text = f"  {name:<34} p50 {1000 * p(0.5, values):7.2f} ms   p99 {1000 * p(0.99, values):7.2f} ms"
    if base:
        text += f"   {p(0.5, values) / p(0.5, base):5.1f} and {p(0.99, values) / p(0.99, base):5.1f} of bare"
    return text


class Drain(threading.Thread):
    """Reads what all the consoles write, as terminals would."""

    def __init__(self, programs: Sequence[Program]) -> None:
        super().__init__(daemon=True)
        self.programs = programs
        self.going = True
        self.locked = 0

    def run(self) -> None:
        import select

        by_file = {program.leader: program for program in self.programs}
        while self.going:
            for leader in select.select(list(by_file), [], [], 0.1)[0]:
                data = by_file[leader].read(0)
                self.locked += b"locked" in data or b"busy with somebody" in data


def bare_fan_out(folder: Path) -> list[float]:
    """Seconds from commit to each of as many bare listeners."""
    from console.store.nudge import nudge_folder

    store = folder / "bare.db"
    lay(store, OPEN)
    nudges = nudge_folder(store)
    nudges.mkdir(mode=0o700, parents=True, exist_ok=True)
    logs = [folder / f"bare-{number}.json" for number in range(CONSOLES)]
    listeners = [spawn("bare", str(nudges), str(log)) for log in logs]
    while len(list(nudges.glob("bare-*.sock"))) < CONSOLES:
        time.sleep(0.05)
    spawn("write", str(store), str(folder / "bare-writer.json"), str(BARE_SECONDS)).wait()
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    for path in nudges.glob("bare-*.sock"):
        sender.sendto(b"end", str(path))
        path.unlink()
    for listener in listeners:
        listener.wait(timeout=30)
    commits = json.loads((folder / "bare-writer.json").read_text())["commits"]
    return [gap for log in logs for gap in after(commits, json.loads(log.read_text())["heard"])]


def settle(programs: Sequence[Program]) -> None:
    """Wait until all have started, which takes a busy machine long."""
    spent = 0.0
    for _ in range(30):
        time.sleep(3)
        spent, before = sum(program.cpu() for program in programs), spent
        if (spent - before) / 3 < 0.6:
            return


def biggest(store: Path, stop: threading.Event, found: dict[str, int]) -> None:
    """The most that the journal or the log beside the store comes to."""
    while not stop.wait(0.02):
        for path in (Path(f"{store}-journal"), Path(f"{store}-wal")):
            try:
                found[path.name[-7:]] = max(found.get(path.name[-7:], 0), path.stat().st_size)
            except OSError:
                continue


def main() -> bool:
    from console.store.schema import journal_mode

    print(f"{CONSOLES} consoles at {SIZE[0]}x{SIZE[1]}, {OPEN:,} open items, journal {journal_mode()}")
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        base = bare_fan_out(folder)
        store = folder / "rings.db"
        lay(store, OPEN)
        logs = [folder / f"console-{number}.json" for number in range(CONSOLES)]
        words = ("run", "--store", str(store))
        programs = [Program([sys.executable, "-m", NAME, "console", str(log), *words], SIZE) for log in logs]
        drain = Drain(programs)
        drain.start()
        settle(programs)
        starting, drain.locked = drain.locked, 0
        before, start = sum(program.cpu() for program in programs), time.monotonic()
        time.sleep(IDLE_SECONDS)
        idle = (sum(program.cpu() for program in programs) - before) / (time.monotonic() - start)
        quiet_bytes = sum(program.sent for program in programs)
        stop, sizes = threading.Event(), dict[str, int]()
        watcher = threading.Thread(target=biggest, args=(store, stop, sizes), daemon=True)
        watcher.start()
        before, start = sum(program.cpu() for program in programs), time.monotonic()
        writer = spawn("write", str(store), str(folder / "writer.json"), str(SECONDS))
        writer_cpu = 0.0
        while writer.poll() is None:
            writer_cpu = max(writer_cpu, cpu_of(writer.pid))
            time.sleep(0.1)
        spent = time.monotonic() - start
        busy = (sum(program.cpu() for program in programs) - before) / spent
        sent = sum(program.sent for program in programs) - quiet_bytes
        time.sleep(1)
        stop.set()
        drain.going = False
        drain.join()
        for program in programs:
            program.close(gently=True)
        wrote = json.loads((folder / "writer.json").read_text())
        notes = [json.loads(log.read_text()) for log in logs]
    commits = wrote["commits"]
    heard = [gap for note in notes for gap in after(commits, note["heard"])]
    read = [gap for note in notes for gap in read_after(commits, note["looks"])]
    drawn = []
    for note in notes:
        for began, ended in note["looks"]:
            place = bisect_left(note["frames"], began)
            if place < len(note["frames"]) and commits[0] <= began <= commits[-1]:
                drawn.append(max(0.0, note["frames"][place] - ended))
    problems = [problem for note in notes for problem in note["problems"]]
    looks = sum(sum(commits[0] <= began <= commits[-1] for began, _ in note["looks"]) for note in notes)
    frames = sum(sum(commits[0] <= moment <= commits[-1] for moment in note["frames"]) for note in notes)
    print(
        f"writer: {wrote['events'] / wrote['took']:,.0f} events/s in {len(commits) / wrote['took']:.0f} "
        f"commits/s, {1000 * wrote['late']:.0f} ms late at worst, {writer_cpu / spent:.2f} of a core"
    )
    print("from the commit's return, all consoles and commits together:")
    print(told("bare fan-out, no consoles", base))
    print(told("heard by a console", heard, base))
    print(told("read by a console (4 looks/s)", read))
    print(told("from there to the next frame", drawn))
    shared = CONSOLES * (commits[-1] - commits[0])
    print(f"  {looks / shared:.1f} looks and {frames / shared:.1f} frames a second each")
    print(f"processor: only ticking {idle:.2f} of a core for {CONSOLES}, busy {busy:.2f}")
    print(f"wire: {sent / CONSOLES / spent:,.0f} B/s each while busy")
    print(f"journal at most: {', '.join(f'{n} {s:,} B' for n, s in sizes.items()) or 'none'}")
    print(
        f"locked or busy on a screen: {drain.locked} (while all started at once: {starting}); "
        f"looks that failed: {len(problems)} {set(problems)}"
    )
    frames_s = frames / CONSOLES / (commits[-1] - commits[0])
    wrong = drain.locked + len(problems)
    return all(
        [
            verdict("an event at 20 consoles over a bare datagram, p50", p(0.5, heard) / p(0.5, base), 5),
            verdict("an event at 20 consoles over a bare datagram, p99", p(0.99, heard) / p(0.99, base), BAR),
            verdict("cores for 20 consoles that only tick", idle, IDLE_BAR),
            verdict("cores for 50 consoles and 1,000 events a second, reckoned from 20", 2.5 * busy, 1),
            verdict("frames a second that no key caused, at 1,000 events a second", frames_s, 4),
            verdict("locks that somebody saw, and looks that failed", wrong, 0),
        ]
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare", nudges, log]:
            bare(nudges, log)
        case ["console", log, *words]:
            sys.exit(console(log, words))
        case ["write", store, log, seconds]:
            asyncio.run(write(store, log, float(seconds)))
        case _:
            main()
