"""A robot that presses keys at random while the floor changes under it, and watches what they touch.

Two consoles and a rival work on one store, each on a connection of its own; events keep coming in; the
terminals change their size. Whatever happens, a key acts on what the screen named when it went down. The
robot reads that off the lines that the table draws and off the texts of the dialogs, by the number that is in
every customer's name, and holds it against the commands that reach the desk.

A seed fixes what is pressed and what happens. How the tasks of a run interleave it does not fix, so a seed
that failed once may take a few runs to fail again.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
import traceback
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from textual.pilot import Pilot

from console.bootstrap import open_desk
from console.domain.command import Command
from console.domain.instants import MINUTE, SECOND
from console.locale.catalogue import Language, load
from console.screens.options import Options
from console.service.desk import Desk
from tests.conftest import LATE_IN_THE_WEEK
from tests.ui.robot_floor import AGENTS, SITE, Floor, StillClock, Stopwatch
from tests.ui.robot_judge import Tape
from tests.ui.robot_keys import PASTES, SIZES, keys_on
from tests.ui.robot_seat import Seat
from tests.ui.robot_sight import RobotApp, RobotError
from tests.ui.robot_weather import Weather
from widgets.wire.prompt import GATHER_S

FRAME_S = 0.02
"""Between two looks: far less than at work, so that more of them come between two keys."""


class Robot:
    """Two seats, a rival and a floor, driven by one seed."""

    def __init__(
        self,
        seed: int,
        seats: Sequence[Seat],
        desk: Desk,
        floor: Floor,
        watch: Stopwatch,
        tape: Tape,
        weather: Weather,
    ) -> None:
        self.rand = random.Random(seed)
        self.seats = seats
        self._desk = desk
        self._floor = floor
        self._clock = desk.clock
        self._watch = watch
        self._tape = tape
        self._weather = weather
        self._going: set[asyncio.Task[None]] = set()

    async def work(self, operations: int, until: float | None = None) -> int:
        """Do so many things, or as many as there is time for; answers how many were done."""
        for count in range(1, operations + 1):
            self._tape.count = count
            await self._one()
            if count % 50 == 0 or count == operations:
                await self._hold_up_to_the_store()
            if until is not None and time.monotonic() > until:
                await self._hold_up_to_the_store()
                return count
        return operations

    async def _one(self) -> None:
        rand, seat, roll = self.rand, self.rand.choice(self.seats), self.rand.random()
        if rand.random() < 0.5:
            self._meanwhile(self._happen())
        if rand.random() < 0.15:
            self._meanwhile(self._rival())
        if rand.random() < 0.3:
            await self._wait(rand.choice((0.3, 0.6, 1.2)))
            step = rand.randrange(0, 20) * SECOND if rand.random() < 0.95 else rand.randrange(1, 20) * MINUTE
            self._clock.moment += step  # type: ignore[attr-defined]
        if roll < 0.03:
            await seat.resize(rand.choice(SIZES))
        elif roll < 0.08 and not seat.is_home:
            await seat.paste(rand.choice(PASTES))
        elif roll < 0.18:
            await self._wait(1.2)
            await seat.ambush(self._key(seat), late=rand.random() < 0.5, cause=lambda: self._upset(seat))
        elif roll < 0.35:
            await asyncio.gather(*(one.press(self._key(one)) for one in self.seats))
        elif self._weather.mouse and roll < 0.39:
            await seat.wheel(rand.random(), rand.random(), down=rand.random() < 0.5)
        elif self._weather.mouse and roll < 0.45:
            await seat.click(rand.random(), rand.random())
        else:
            await seat.press(self._key(seat))
        await seat.check_calm()
        for task in [task for task in self._going if task.done()]:
            self._going.remove(task)
            task.result()

    async def _wait(self, seconds: float) -> None:
        """Put the wall clock forward, once all that takes a moment of its own has come about."""
        for seat in self.seats:
            await seat.until(lambda seat=seat: not seat.pane_trouble, lambda seat=seat: seat.pane_trouble)  # type: ignore[misc]
        self._watch.ahead += seconds
        await asyncio.sleep(2 * GATHER_S)  # in so long a time all that had changed was drawn
        for seat in self.seats:
            await seat.settle()

    def _key(self, seat: Seat) -> str:
        keys = keys_on(seat.top, home=seat.is_home)
        return self.rand.choices([key for key, _ in keys], [weight for _, weight in keys])[0]

    def _meanwhile(self, work: Coroutine[Any, Any, None]) -> None:
        self._going.add(asyncio.create_task(work))

    async def _happen(self) -> None:
        """Something happens on the floor, or a feed falls silent, or is back."""
        rand = self.rand
        if rand.random() < 0.06:
            feed, lost = rand.choice(("asterisk", "desk")), rand.random() < 0.5
            self._tape.note(f"feed {feed} {'lost' if lost else 'heard'}")
            await self._desk.hear(feed, feed, lost=lost)
            return
        dear = [item for seat in self.seats for item in seat.dear]
        made = [event for _ in range(rand.choice((1, 1, 2, 5))) for event in self._floor.something(dear)]
        self._tape.note("floor " + " ".join(f"{event.type}:{event.subject}" for event in made))
        await self._desk.ingest(made)

    async def _rival(self) -> None:
        """Somebody else acts on what a seat has before it."""
        rand = self.rand
        dear = [item for seat in self.seats for item in seat.dear] or list(self._floor.open)
        row = (await self._desk.rows([item := rand.choice(dear)])).get(item) if dear else None
        if row is None:
            return
        verb, data = rand.choice(
            (
                ("reassign", {"to": rand.choice(AGENTS)}),
                ("acknowledge", {}),
                ("escalate", {"level": rand.choice(("lead", "manager"))}),
                ("note", {"text": "mine"}),
            )
        )
        self._tape.note(f"rival {verb} {item}")
        name = f"rival{rand.getrandbits(60):x}"
        await self._desk.act([Command(name, verb, item, self._desk.actor, row.hand, data)])

    async def _upset(self, seat: Seat) -> None:
        """Change or end what a seat has before it, and have the seat see it."""
        dear = [item for item in seat.dear if item in self._floor.open]
        if dear:
            item = self.rand.choice(dear)
            made = self._floor.end(item) if self.rand.random() < 0.6 else self._floor.change(item)
            self._tape.note(f"upset {made[0].type}:{item}")
            await self._desk.ingest(made)
        seat.queue.pulse.nudge()

    async def _hold_up_to_the_store(self) -> None:
        if self._going:
            await asyncio.gather(*self._going)
            self._going.clear()
        self._weather.calm = True
        for seat in self.seats:
            await self._wait(10)
            await seat.calm_down()
            await seat.look_at_the_cursor()
        for seat in self.seats:
            await seat.check_true()
        self._weather.calm = False


class _Problems(logging.Handler):
    """Keeps what a screen caught itself: for a robot that is a fault too."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += logging.Formatter().format(record)


@asynccontextmanager
async def _seat(
    name: str,
    desks: tuple[Desk, Desk],
    language: Language,
    size: tuple[int, int],
    watch: Stopwatch,
    tape: Tape,
    weather: Weather,
) -> AsyncIterator[Seat]:
    """A console in a task of its own, for Textual keeps the app that runs in the task's context."""
    desk, truth = desks
    app = RobotApp(desk, load(language), Options(), {"TERM": "xterm-256color"})
    ready: asyncio.Future[Pilot[None]] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def sit() -> None:
        try:
            async with app.run_test(size=size) as pilot:
                while not app.queue.looking.begun or (app.queue.table.window.rows and not app.named.text):
                    await pilot.pause(0.01)
                    if app._exception is not None:
                        raise app._exception
                app.queue.board._monotonic = watch.monotonic
                ready.set_result(pilot)
                await leave.wait()
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)

    task = asyncio.create_task(sit())
    try:
        yield Seat(name, desk, truth, app, await ready, tape, weather)
    finally:
        leave.set()
        with suppress(Exception):
            await task


def _patched(watch: Stopwatch) -> Iterable[Any]:
    clock = SimpleNamespace(monotonic=watch.monotonic)
    yield mock.patch("console.service.scheduling.token_hex", return_value=LATE_IN_THE_WEEK)
    yield mock.patch("console.screens.queue.time", clock)
    yield mock.patch("console.screens.looking.time", clock)
    yield mock.patch("console.screens.foot.time", clock)
    yield mock.patch("console.screens.item_pane.time", clock)
    yield mock.patch("console.screens.pulse.FRAME_S", FRAME_S)
    yield mock.patch("console.screens.doing.RENEW_S", 0.1)
    yield mock.patch("console.screens.item_pane.REST_S", 0.01)


async def run(path: Path, seed: int, operations: int, *, seconds: float | None = None) -> int:
    """Let the robot loose on a new store at `path`; answers how many operations ran clean.

    Raises a RobotError with the seed and the last operations when something is wrong.
    """
    until = None if seconds is None else time.monotonic() + seconds
    rand, clock, watch, tape, problems = (
        random.Random(-seed - 1),
        StillClock(),
        Stopwatch(),
        Tape(),
        _Problems(),
    )
    floor, weather = Floor(rand, clock), Weather.of(random.Random(seed + 0.5))
    tape.title = f"{weather}"
    seats: list[Seat] = []
    output, log = (sys.stdout, sys.stderr), logging.getLogger("console")
    log.addHandler(problems)
    try:
        async with AsyncExitStack() as stack:
            for patch in (*_patched(watch), *weather.patched()):
                stack.enter_context(patch)
            desks = []
            for actor in ("rival", "li.wei", "zhang"):
                desk, store = await open_desk(path, actor=actor, clock=clock, site=SITE)
                stack.push_async_callback(store.close)
                desks.append(desk)
            await desks[0].ingest(floor.begin(rand.choice((0, 3, 20, 60, 330))))
            for feed in ("asterisk", "desk"):
                await desks[0].hear(feed, feed)
            languages: tuple[Language, Language] = ("en", "zh_CN" if rand.random() < 0.3 else "en")
            for name, desk, language in zip("AB", desks[1:], languages, strict=True):
                size = rand.choice(SIZES)
                seat = _seat(name, (desk, desks[0]), language, size, watch, tape, weather)
                seats.append(await stack.enter_async_context(seat))
                weather.upon(desk)
            return await Robot(seed, seats, desks[0], floor, watch, tape, weather).work(operations, until)
    except Exception as error:
        faults = [seat.app._exception for seat in seats]
        problems.text += "".join("".join(traceback.format_exception(fault)) for fault in faults if fault)
        told = str(error) if isinstance(error, RobotError) else traceback.format_exc()
        report = [
            f"seed {seed}: {str(error).partition(chr(10))[0]}",
            tape.title,
            problems.text,
            *tape.lines,
            told,
        ]
        wrong = RobotError("\n".join(report))
        wrong.operations = tape.count
        raise wrong from error
    finally:
        log.removeHandler(problems)
        sys.stdout, sys.stderr = output
