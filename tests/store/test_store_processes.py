"""Several processes on one store: one wins, nothing acknowledged is lost, nobody hears that it is locked."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from console.domain.event import Event
from console.service.ledger import tick
from console.service.site import rework
from tests.depth import deep
from tests.domain.story import START
from tests.forked import CONTEXT
from tests.store import store_worker as worker

pytestmark = pytest.mark.xdist_group("processes")


ROUNDS = 200
KILLS = deep(40)


def started(work: Callable[..., None], *args: Any) -> tuple[BaseProcess, Connection]:
    """A process that says what it did on a pipe of its own."""
    heard, said = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=work, args=(*args, said), daemon=True)
    process.start()
    said.close()
    return process, heard


def heard_of(pipe: Connection) -> Iterator[Any]:
    """All that a process said, to its end."""
    while True:
        try:
            yield pipe.recv()
        except (EOFError, OSError):
            return


@contextmanager
def ended(*processes: BaseProcess) -> Iterator[None]:
    try:
        yield
        for process in processes:
            process.join(60)
            assert process.exitcode == 0
    finally:
        for process in processes:
            process.kill()


async def with_tickets(path: Path, number: int) -> None:
    desk, store = await worker.desk_on(path, "setup")
    await desk.ingest([worker.ticket(str(index)) for index in range(number)])
    await desk.ingest(
        [
            Event(
                source="crm",
                id=f"assign-{index}",
                type="ticket.assigned",
                subject=f"ticket/{index}",
                time=START + 1000,
                data={"agent": "nobody"},
            )
            for index in range(number)
        ]
    )
    await store.close()


async def whole(path: Path) -> set[str]:
    """The names of all events; asserts that all that follows from them is as a rebuild makes it."""
    _, store = await worker.desk_on(path, "doctor")
    now = worker.NOW + 1
    while await store.write(lambda writer: tick(writer, now)):
        pass
    assert await rework(store, now) == 0
    assert await store.write(lambda writer: writer.recount()) == 0
    await store.close()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    names = {f"{source}/{event}" for source, event in db.execute("SELECT source, id FROM events")}
    db.close()
    return names


async def test_of_two_who_take_the_same_item_exactly_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "rings.db"
    await with_tickets(path, ROUNDS)
    starts = CONTEXT.Barrier(2)
    pairs = [started(worker.reassign_each, path, actor, ROUNDS, starts) for actor in ("li", "wang")]
    with ended(*(process for process, _ in pairs)):
        outcomes = [list(heard_of(pipe)) for _, pipe in pairs]
    assert [len(said) for said in outcomes] == [ROUNDS, ROUNDS]
    for first, second in zip(*outcomes, strict=True):
        won, lost = sorted((first, second), key=lambda outcome: outcome[0] != "won")
        assert won[0] == "won"
        assert lost == ("conflict", won[1], won[2])
    assert len({name for name in await whole(path) if name.startswith("console/")}) == ROUNDS


async def test_what_was_acknowledged_survives_being_killed(tmp_path: Path) -> None:
    path = tmp_path / "rings.db"
    await with_tickets(path, 1)
    rng = random.Random(7)
    kept: list[str] = []
    running: list[tuple[BaseProcess, Connection]] = []
    try:
        for number in range(KILLS):
            while len(running) < 3:
                actor = f"w{number}-{len(running)}-{rng.randrange(10**9)}"
                running.append(started(worker.write_until_killed, path, actor))
            process, pipe = running.pop(rng.randrange(3))
            if number % 3:  # while it writes, however busy the machine is
                pipe.poll(30)
                time.sleep(rng.uniform(0, 0.03))
            else:  # while it starts
                time.sleep(rng.uniform(0.005, 0.08))
            process.kill()
            process.join()
            for names in heard_of(pipe):
                kept += names
    finally:
        for process, pipe in running:
            process.kill()
            process.join()
            kept += [name for names in heard_of(pipe) for name in names]
    assert len(kept) >= KILLS  # those that wrote had written three events at least
    assert set(kept) <= await whole(path)


async def test_nobody_is_told_that_the_store_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "rings.db"
    await with_tickets(path, 1)
    batches = 12
    pairs = [started(worker.write_some, path, f"writer{number}", batches) for number in range(8)]
    with ended(*(process for process, _ in pairs)):
        assert [list(heard_of(pipe)) for _, pipe in pairs] == [[3 * batches]] * 8
    await whole(path)


async def test_a_full_disk_keeps_nothing_by_halves(tmp_path: Path) -> None:
    path = tmp_path / "rings.db"
    await with_tickets(path, 1)
    process, pipe = started(worker.write_until_full, path, 400_000)
    with ended(process):
        *batches, events, act, again = heard_of(pipe)
    assert (events, act, again) == ("full", "full", "console/again")
    kept = {name for names in batches for name in names} | {"console/again"}
    assert kept
    names = await whole(path)
    assert {name for name in names if name.startswith(("pbx/", "console/again", "console/full"))} == kept


async def test_racing_migrators_take_each_step_once(tmp_path: Path) -> None:
    scripts = ["CREATE TABLE more (id);\nINSERT INTO more VALUES (1);\n", "INSERT INTO more VALUES (2);\n"]
    steps = [str(tmp_path / f"{number}.sql") for number in range(len(scripts))]
    for step, script in zip(steps, scripts, strict=True):
        Path(step).write_text(script)
    for number in range(5):
        path = tmp_path / f"rings{number}.db"
        await with_tickets(path, 1)
        starts = CONTEXT.Barrier(4)
        pairs = [started(worker.take_steps, path, steps, starts) for _ in range(4)]
        with ended(*(process for process, _ in pairs)):
            assert [list(heard_of(pipe)) for _, pipe in pairs] == [[2]] * 4
        db = sqlite3.connect(path)
        assert db.execute("SELECT id FROM more ORDER BY id").fetchall() == [(1,), (2,)]
        version = db.execute("PRAGMA user_version").fetchone()[0]
        db.close()
        copies = sorted(file.name for file in tmp_path.glob(f"{path.name}.before-*"))
        assert copies == [f"{path.name}.before-{step}" for step in (version - 1, version)]
        for step, name in zip((version - 2, version - 1), copies, strict=True):
            db = sqlite3.connect(tmp_path / name)
            assert db.execute("PRAGMA user_version").fetchone()[0] == step
            db.close()


async def test_racing_to_make_a_store_makes_one(tmp_path: Path) -> None:
    for number in range(5):
        path = tmp_path / f"rings{number}.db"
        starts = CONTEXT.Barrier(4)
        heard, said = CONTEXT.Pipe(duplex=False)
        processes = [
            CONTEXT.Process(target=worker.open_and_close, args=(path, said, starts), daemon=True)
            for _ in range(4)
        ]
        for process in processes:
            process.start()
        said.close()
        with ended(*processes):
            assert list(heard_of(heard)) == ["opened"] * 4
        await whole(path)
        db = sqlite3.connect(path)
        assert db.execute("SELECT count(*) FROM site").fetchone() == (5,)
        db.close()
