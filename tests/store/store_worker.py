"""What tests of several processes run in each of them. Nothing is said before it is on disk."""

from __future__ import annotations

import asyncio
import random
import resource
import signal
import sqlite3
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from console.bootstrap import open_desk
from console.domain.command import Command, Refusal
from console.domain.event import Event
from console.service.desk import Desk
from console.service.model import Done, NotRecorded
from console.service.problem import StoreProblem
from console.store import schema
from console.store.sqlite import SqliteStore
from tests.conftest import StillClock
from tests.domain.story import START

NOW = START + 3_600_000


async def desk_on(path: Path, actor: str, now: int = NOW) -> tuple[Desk, SqliteStore]:
    """A desk at a still clock."""
    return await open_desk(path, actor=actor, clock=StillClock(now))


def ticket(name: str, source: str = "crm", seconds: int = 0) -> Event:
    """A ticket is opened."""
    return Event(
        source=source,
        id=f"open-{name}",
        type="ticket.opened",
        subject=f"ticket/{name}",
        time=START + seconds * 1000,
        data={"queue": "repair", "customer": "13800000042"},
    )


def call(name: str, source: str, time: int) -> list[Event]:
    """A call that was missed: three events, and a callback that follows from them."""
    verbs = ("offered", "ringing", "abandoned")
    return [
        Event(
            source=source,
            id=f"{name}-{verb}",
            type=f"call.{verb}",
            subject=f"call/{name}",
            time=time + index * 1000,
            data={"from": f"138000{index:05}", "agent": "li", "queue": "billing"},
        )
        for index, verb in enumerate(verbs)
    ]


def reassign_each(path: Path, actor: str, rounds: int, starts: Any, said: Connection) -> None:
    """Take ticket after ticket, each as the row was before anybody acted; say what came of it."""

    async def run() -> None:
        desk, store = await desk_on(path, actor)
        try:
            for number in range(rounds):
                starts.wait()
                command = Command(
                    f"{actor}-{number}", "reassign", f"ticket/{number}", actor, 1, {"to": actor}
                )
                (outcome,) = await desk.act([command])
                if isinstance(outcome, Done):
                    said.send(("won", actor, outcome.event.time if outcome.event else None))
                elif isinstance(outcome, Refusal):
                    said.send((outcome.reason, outcome.actor, outcome.time))
                else:
                    said.send((outcome.reason, "", None))
        finally:
            await store.close()

    asyncio.run(run())


def write_until_killed(path: Path, actor: str, said: Connection) -> None:
    """Ingest batches and act, for ever; say each event's name once it is kept."""

    async def run() -> None:
        desk, _ = await desk_on(path, actor)
        rng = random.Random(actor)
        number = 0
        while True:
            number += 1
            events = call(f"{actor}-{number}", actor, START + rng.randrange(3_000_000))
            await desk.ingest(events)
            said.send([event.name for event in events])
            row = (await desk.rows(["ticket/0"]))["ticket/0"]
            (outcome,) = await desk.act(
                [Command(f"{actor}-{number}", "note", "ticket/0", actor, row.hand, {"text": actor})]
            )
            if isinstance(outcome, Done) and outcome.event is not None:
                said.send([outcome.event.name])

    asyncio.run(run())


def write_some(path: Path, actor: str, batches: int, said: Connection) -> None:
    """Ingest, act, read and tick; say what went wrong, then how much was kept."""

    async def run() -> None:
        desk, store = await desk_on(path, actor)
        kept = 0
        try:
            for number in range(batches):
                kept += (await desk.ingest(call(f"{actor}-{number}", actor, START + number))).appended
                await desk.counts()
                await desk.tick()
                hand = (await desk.rows(["ticket/0"]))["ticket/0"].hand
                command = Command(f"{actor}-{number}", "note", "ticket/0", actor, hand, {"text": "."})
                (outcome,) = await desk.act([command])
                if isinstance(outcome, NotRecorded):
                    said.send(outcome.reason)
                await desk.revision()
        except StoreProblem as problem:
            said.send(str(problem))
        finally:
            said.send(kept)
            await store.close()

    asyncio.run(run())


def write_until_full(path: Path, room: int, said: Connection) -> None:
    """Write until the file may grow no more; say what was kept, then how events and an act ended."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    async def run() -> None:
        desk, store = await desk_on(path, "li")
        hand = (await desk.rows(["ticket/0"]))["ticket/0"].hand
        largest = path.stat().st_size + room
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
        try:
            for number in range(10_000):
                events = call(f"full-{number}", "pbx", START + number)
                await desk.ingest(events)
                said.send([event.name for event in events])
        except StoreProblem as problem:
            said.send(problem.reason)
        (outcome,) = await desk.act(
            [Command("full", "note", "ticket/0", "li", hand, {"text": "x" * largest})]
        )
        said.send(outcome.reason if isinstance(outcome, NotRecorded) else repr(outcome))
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        (outcome,) = await desk.act([Command("again", "note", "ticket/0", "li", hand, {"text": "room"})])
        said.send(outcome.event.name if isinstance(outcome, Done) and outcome.event else repr(outcome))
        await store.close()

    asyncio.run(run())


def take_steps(path: Path, steps: list[str], starts: Any, said: Connection) -> None:
    """Bring a store to a version that has `steps` more, by the files of their scripts; say how that went."""
    known = schema._steps()
    schema._steps = lambda: [*known, *steps]
    db = sqlite3.connect(path)
    schema.prepare(db, writable=True)
    starts.wait()
    try:
        schema.migrate(db, path)
    except Exception as error:
        said.send(repr(error))
    else:
        said.send(db.execute("PRAGMA user_version").fetchone()[0] - len(known))
    db.close()


def open_and_close(path: Path, said: Connection, starts: Any) -> None:
    """Open a store that may not be there yet; say how that went."""

    async def run() -> None:
        starts.wait()
        try:
            _, store = await desk_on(path, "li")
        except Exception as error:
            said.send(repr(error))
            return
        await store.close()
        said.send("opened")

    asyncio.run(run())
