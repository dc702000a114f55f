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
import re
import sys
import time
import traceback
import unicodedata
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from rich.console import RenderableType
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from console.actions.registry import ACTIONS
from console.bootstrap import open_desk
from console.domain.command import Command
from console.domain.event import Event
from console.domain.instants import MINUTE, SECOND, format_utc, parse_rfc3339
from console.domain.query import Query
from console.locale.catalogue import Language, load
from console.screens import app as app_module
from console.screens.app import RingsApp
from console.screens.options import Options
from console.screens.queue import QueueScreen
from console.service.desk import Desk
from console.service.model import Done, NotRecorded, Outcome
from widgets.dialog import Dialog
from widgets.dialogs import ConfirmScreen
from widgets.live_table import LiveTable
from widgets.picker import PickerScreen

NOW = parse_rfc3339("2026-03-02T09:31:07+08:00")

SIZES = ((20, 5), (30, 8), (40, 20), (59, 12), (60, 24), (80, 24), (99, 23), (120, 30), (200, 50), (300, 100))

QUEUES = ("support", "billing", "repair")

AGENTS = ("li", "zhang", "sun", "omar")

SITE = """
name = "Robot floor"
[agents.li]
name = "Li Na"
queues = ["support"]
[agents.zhang]
name = "Zhang Wei"
queues = ["billing", "support"]
[agents.sun]
name = "Sun Yue"
[agents.omar]
name = "Omar"
queues = ["repair"]
"""

PASTES = (
    "kind:ticket", "kind:call", "queue:billing", "owner:none", "band:breached", "Z00", "-Z001", "kind:x", "",
    "om", "zhang", "billing", "undo", "ack", "explain", "note", "angry \x1b[2J\u202eonce more", "刘",
)  # fmt: skip

SURNAMES = ("Berg", "X王", "B\x1b[31m", "\u202eNoel")

ON_QUEUE: Sequence[tuple[str, int]] = (
    *((key, 7) for key in ("j", "k", "down", "up")),
    *((key, 2) for key in ("pagedown", "pageup", "home", "end", "tab", "shift+tab", "colon", "ctrl+l")),
    *((key, 3) for key in ("slash", "question_mark", "x", "enter", "ctrl+p", "q", "ctrl+c")),
    *((action.keys[0], 6) for action in ACTIONS if action.group == "item"),
    ("space", 12),
    ("escape", 5),
)

IN_DIALOG: Sequence[tuple[str, int]] = (
    ("enter", 14),
    ("escape", 3),
    *((key, 4) for key in ("right", "left", "down", "up", "tab", "y", "n")),
    *((key, 1) for key in ("pagedown", "pageup", "shift+tab", "a", "o", "space", "backspace", "ctrl+u", "1")),
    *((key, 1) for key in ("home", "end", "ctrl+l", "ctrl+p", "slash", "q")),
)

PRINTED = {"space": " ", "slash": "/", "colon": ":", "question_mark": "?", "enter": "\r", "tab": "\t"}

TOGETHER = frozenset({"reassign", "escalate", "acknowledge", "snooze", "close"})
"""Verbs that take in the other callbacks of a customer, which one row stands for."""

KINDS = {"call": "call", "callb": "callback", "tick": "ticket", "job": "job"}
"""The kind by the beginning of its word on the board, which may be cut."""

LISTED = 12
"""A question names so many items one by one."""

PATIENCE_S = 4.0
"""How long something may take to come true before it counts as wrong, in seconds."""

FRAME_S = 0.02
"""Between two looks: far less than at work, so that more of them come between two keys."""

_NUMBER = re.compile(r"Z(\d{4})|\*{4}(\d{4})")
_IN_ID = re.compile(r"z(\d{4})")
_KIND = re.compile(r"callb|call|tick|job")
_BAD = {"\u202e", "\u202d", "\u2066", "\u200b", "\ufeff"}


class RobotError(AssertionError):
    """Something that must never be; `operations` is after how many of them."""

    operations = 0


def number_of(item_id: str) -> int:
    """The customer's number in an item's id."""
    match = _IN_ID.search(item_id)
    if match is None:
        raise RobotError(f"no item of this floor: {item_id}")
    return int(match[1])


def numbers_in(text: str) -> set[int]:
    """The customers that a text names."""
    return {int(match[1] or match[2]) for match in _NUMBER.finditer(text)}


@dataclass(frozen=True, slots=True)
class Named:
    """What a screen named: the customer's number and the kind (empty where it was cut off) of the row under
    the cursor, and the marked ids. `text` is what was read."""

    text: str = ""
    number: int | None = None
    kind: str = ""
    marks: frozenset[str] = frozenset()

    def fits(self, item_id: str) -> bool:
        """Whether the row under the cursor can be that item's."""
        return number_of(item_id) == self.number and self.kind in ("", item_id.partition("/")[0])


def read_named(queue: QueueScreen, before: Named) -> Named:
    """Read off the drawn lines what a key would be meant for; `before` is what they named until now."""
    table, pane = queue.table, queue.pane
    if pane.display and not queue.has_class("-beside"):
        if not pane.lines:
            return before  # opened just now on what the board named, and not read yet
        text = " ".join(span.text for line in pane.lines[:2] for span in line.spans)
        return _named(text, text, table.marks)
    ground = table._painter.palette.cursor
    drawn, row = [], None
    for y in range(table._header_height, table.size.height):
        strip = table.render_line(y)
        style = next(iter(strip)).style if strip.cell_length else None
        if style is not None and (style.bgcolor, style.reverse) == (ground.bgcolor, ground.reverse):
            drawn.append(strip.text)
            row = row or table.window.at(table.place_at(y) or 0)
    text = " ".join(drawn)
    # Where the column of the customer is cut or dropped, the row that was handed over for that line tells.
    whole = text if numbers_in(text) or row is None else str(row.cells["customer"].text)
    return _named(text, whole, table.marks)


def _named(text: str, customer: str, marks: frozenset[str]) -> Named:
    numbers = numbers_in(customer)
    kind = _KIND.search(text)
    return Named(text, min(numbers) if len(numbers) == 1 else None, KINDS[kind[0]] if kind else "", marks)


def dialog_texts(dialog: Screen[Any]) -> str:
    """All that a dialog says of what it is about."""
    parts = [dialog._title_text] if isinstance(dialog, Dialog) else []
    if isinstance(dialog, ConfirmScreen):
        parts += dialog._touched
    return "\n".join(parts)


class StillClock:
    """The clock of the floor, which only the robot moves."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> int:
        """The present moment of the floor."""
        return self.moment


class Stopwatch:
    """The clock on the wall, by which the screen holds still under a key. It can be put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        """As `time.monotonic`."""
        return time.monotonic() + self.ahead


class Tape:
    """The last things that happened, to be told when something goes wrong."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=40)
        self.count = 0

    def note(self, text: str) -> None:
        """Write a line."""
        self.lines.append(f"{self.count:6} {text}")


class Floor:
    """Makes things happen: items come, change, are over, and come back."""

    def __init__(self, rand: random.Random, clock: StillClock) -> None:
        self._rand = rand
        self._clock = clock
        self._number = 0
        self._name = 0
        self.open: dict[str, None] = {}
        self.over: dict[str, None] = {}

    def begin(self, count: int) -> list[Event]:
        """The first items and people of the floor."""
        people = [self._event("agent.joined", f"agent/{agent}") for agent in AGENTS]
        return [*people, *(event for _ in range(count) for event in self.appear())]

    def something(self, dear: Sequence[str]) -> list[Event]:
        """One change; more often than not of an item that somebody has under the cursor or marked."""
        rand, roll = self._rand, self._rand.random()
        if roll < 0.25:
            return self.appear()
        if roll < 0.35 and self.over:
            item = rand.choice(list(self.over))
            if item.startswith("ticket/"):
                del self.over[item]
                self.open[item] = None
                return [self._event("ticket.reopened", item)]
        if roll < 0.4:
            state = rand.choice(("available", "talking", "wrap-up", "break"))
            return [self._event("agent.state", f"agent/{rand.choice(AGENTS)}", state=state)]
        if not self.open:
            return self.appear()
        known = [item for item in dear if item in self.open]
        item = rand.choice(known if known and rand.random() < 0.6 else list(self.open))
        return self.end(item) if roll < 0.65 and len(self.open) > 3 else self.change(item)

    def appear(self) -> list[Event]:
        """A new item, now and then a second promise to the same customer."""
        rand = self._rand
        self._number += 1
        number, kind = (
            self._number,
            rand.choice(("ticket", "ticket", "ticket", "callback", "callback", "call", "job")),
        )
        data: dict[str, Any] = {"queue": rand.choice(QUEUES), "customer": f"1380000{number:04}"}
        if rand.random() < 0.8:
            data["name"] = f"Z{number:04} {rand.choice(SURNAMES)}"
        due = format_utc(self._clock.now() + rand.randrange(-20, 60) * MINUTE)
        item = f"{kind}/z{number:04}"
        self.open[item] = None
        if kind == "call":
            offered = self._event("call.offered", item, direction="in", **data)
            return [offered, self._event("call.ringing", item)]
        if rand.random() < 0.4:
            data["agent"] = rand.choice(AGENTS)
        if kind == "ticket":
            return [self._event("ticket.opened", item, due=due, **data)]
        if kind == "job":
            return [self._event("job.scheduled", item, window_end=due, **data)]
        made = [self._event("callback.requested", item, due=due, **data)]
        if rand.random() < 0.4:
            made.append(self._event("callback.requested", f"{item}b", due=due, **data))
            self.open[f"{item}b"] = None
        return made

    def end(self, item: str) -> list[Event]:
        """It is over."""
        kind = item.partition("/")[0]
        ends = {
            "ticket": ("ticket.resolved", "ticket.closed"),
            "call": ("call.ended", "call.abandoned"),
            "callback": ("callback.done", "callback.cancelled"),
            "job": ("job.finished",),
        }
        self.open.pop(item, None)
        self.over[item] = None
        return [self._event(self._rand.choice(ends[kind]), item)]

    def change(self, item: str) -> list[Event]:
        """It moves: another owner, queue, or clock."""
        rand, kind = self._rand, item.partition("/")[0]
        agent, queue = rand.choice(AGENTS), rand.choice(QUEUES)
        due = format_utc(self._clock.now() + rand.randrange(-20, 60) * MINUTE)
        changes: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
            "ticket": (
                ("ticket.assigned", {"agent": agent}),
                ("ticket.triaged", {"queue": queue, "due": due}),
                ("ticket.waiting", {}),
                ("ticket.resumed", {}),
                ("ticket.contacted", {}),
            ),
            "call": (
                ("call.answered", {"agent": agent}),
                ("call.held", {}),
                ("call.resumed", {}),
                ("call.transferred", {"queue": queue}),
            ),
            "callback": (("callback.tried", {"agent": agent}), ("callback.requested", {"due": due})),
            "job": (("job.assigned", {"agent": agent}), ("job.rescheduled", {"window_end": due})),
        }  # fmt: skip
        name, data = rand.choice(changes[kind])
        return [self._event(name, item, **data)]

    def _event(self, kind: str, subject: str, **data: Any) -> Event:
        self._name += 1
        source = "asterisk" if kind.startswith(("call.", "agent.")) else "desk"
        return Event(
            source=source, id=f"r{self._name}", type=kind, subject=subject, time=self._clock.now(), data=data
        )


class RobotApp(RingsApp):
    """A console that remembers what it painted last, and that no key can leave."""

    CSS_PATH = str(Path(app_module.__file__).with_name("console.tcss"))

    named = Named()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if self.queue.is_mounted and self.is_running and self.queue.query("#board"):
            self.named = read_named(self.queue, self.named)

    def exit(self, *_: Any, **__: Any) -> None:
        """Stay."""


@dataclass(slots=True)
class Act:
    """Commands that reached the desk, and what they were answered."""

    commands: tuple[Command, ...]
    open_then: frozenset[str]
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def verb(self) -> str:
        """What they wanted."""
        return self.commands[0].verb

    @property
    def items(self) -> set[str]:
        """What they touched."""
        return {command.item for command in self.commands}


class Seat:
    """One console, its keys, and the judge of what they did."""

    def __init__(self, name: str, desk: Desk, app: RobotApp, pilot: Pilot[None], tape: Tape) -> None:
        self.name = name
        self.desk = desk
        self.app = app
        self.pilot = pilot
        self.meant = Named()
        self.acted = 0
        self._tape = tape
        self._acts: list[Act] = []
        self._asked = ""
        self._undoable: list[frozenset[str]] = []
        self._in_flight = 0
        self._ambush: tuple[str, bool] | None = None
        self._sprung = asyncio.Event()
        self._watch_desk()
        self._watch_table()

    @property
    def queue(self) -> QueueScreen:
        """The home of the console."""
        return self.app.queue

    @property
    def table(self) -> LiveTable:
        """Its board."""
        return self.queue.table

    @property
    def top(self) -> Screen[Any]:
        """What has the keys."""
        return self.app.screen

    @property
    def dear(self) -> list[str]:
        """What is under the cursor or marked."""
        return [*self.table.marks, *filter(None, [self.table.cursor_id])]

    @property
    def is_home(self) -> bool:
        """Whether keys go to the queue, not to a dialog or to a line that is typed in."""
        return self.top is self.queue and not self.queue.entry.sign

    # --- keys -------------------------------------------------------------------------------------

    async def press(self, key: str) -> None:
        """Press a key, let it be taken in, and judge what it did."""
        self.key_down(key)
        await self.settle()
        self.judge(key)

    def key_down(self, key: str) -> None:
        """The key goes down: what it is meant for is what is on the screen now."""
        top = self.top
        chooses = key == "enter" and (
            bool(self.queue.entry.sign) if top is self.queue else self._is_palette(top)
        )
        acts = self.is_home and any(key in action.keys and action.group == "item" for action in ACTIONS)
        if chooses or acts:
            self.meant = self.app.named
        self._asked = "" if top is self.queue or self._is_palette(top) else dialog_texts(top)
        marks = f"{len(self.table.marks)} marked" if self.table.marks else ""
        seen = repr(self.app.named.text.strip()[:60])
        self._tape.note(f"{self.name} {key:12} {self._where} {tuple(self.app.size)} {seen} {marks}")
        char = key if len(key) == 1 else PRINTED.get(key)
        event = events.Key(key, char)
        event.set_sender(self.app)
        self.app.post_message(event)

    async def ambush(self, key: str, *, late: bool, cause: Callable[[], Awaitable[None]]) -> None:
        """Press a key right before the board takes in a change, or right after, not yet drawn."""
        self._sprung.clear()
        self._ambush = (key, late)
        self._tape.note(f"{self.name} ambush {'after' if late else 'before'} a change: {key}")
        await cause()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._sprung.wait(), 0.3)
        self._ambush = None
        await self.settle()
        self.judge(f"{key} in ambush")

    async def paste(self, text: str) -> None:
        """Paste into the line that has the focus."""
        focused = self.top.focused
        if focused is not None:
            self._tape.note(f"{self.name} pastes {text!r}")
            focused.post_message(events.Paste(text))
            await self.settle()

    async def resize(self, size: tuple[int, int]) -> None:
        """Give the terminal another size."""
        self._tape.note(f"{self.name} is {size[0]}x{size[1]}")
        with self.app._context():
            await self.pilot.resize_terminal(*size)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the key is taken in, and what it began is done or asks something."""
        with self.app._context():
            await self._settle()

    async def _settle(self) -> None:
        end, quiet = time.monotonic() + PATIENCE_S, 0
        while quiet < 3:  # a key goes from the app to the screen to a widget, and what it says goes back
            if self.app._exception is not None or not self.app.is_running:
                return
            if time.monotonic() > end:
                raise RobotError(f"{self.name} hangs on {self._where}")
            await self.pilot._wait_for_screen()
            self.top._on_timer_update()
            working = self.queue._busy if self.top is self.queue else getattr(self.top, "_busy", False)
            quiet = 0 if working or self._in_flight else quiet + 1
            await asyncio.sleep(0.002 if working else 0)

    @property
    def _where(self) -> str:
        if self.top is not self.queue:
            return type(self.top).__name__
        return f"queue{self.queue.entry.sign}"

    def _is_palette(self, screen: Screen[Any]) -> bool:
        return isinstance(screen, PickerScreen) and screen._title_text == self.app.say("action.palette.label")

    # --- what is watched --------------------------------------------------------------------------

    def _watch_desk(self) -> None:
        act = self.desk.act

        async def watched(commands: Sequence[Command]) -> list[Outcome]:
            self._in_flight += 1
            try:
                touched = {command.item for command in commands}
                missing = self.meant.marks - touched
                there = await self.desk.rows(missing) if missing else {}
                one = Act(tuple(commands), frozenset(there))
                self._acts.append(one)
                one.outcomes = await act(commands)
                return one.outcomes
            finally:
                self._in_flight -= 1

        self.desk.act = watched  # type: ignore[method-assign]

    def _watch_table(self) -> None:
        table = self.table
        set_window = table.set_window

        def watched(*args: Any, **more: Any) -> None:
            ambush, self._ambush = self._ambush, None
            if ambush and not ambush[1]:
                self.key_down(ambush[0])
            set_window(*args, **more)
            if ambush and ambush[1]:
                self.key_down(ambush[0])
            if ambush:
                self._sprung.set()

        table.set_window = watched  # type: ignore[method-assign]

    # --- what must hold ---------------------------------------------------------------------------

    def judge(self, key: str) -> None:
        """Hold what reached the desk against what was named."""
        acts, self._acts = self._acts, []
        for act in acts:
            self.acted += 1
            self._tape.note(f"{self.name}   {act.verb} on {sorted(act.items)}")
            if act.verb == "undo":
                self._judge_undo(act)
            else:
                self._judge_act(act, key)
        self.check()

    def _judge_undo(self, act: Act) -> None:
        expected = self._undoable[-1] if self._undoable else frozenset()
        if act.items != expected:
            raise RobotError(
                f"{self.name} took back {sorted(act.items)}, its last act was {sorted(expected)}"
            )
        if not any(isinstance(outcome, NotRecorded) for outcome in act.outcomes):
            self._undoable.pop()

    def _judge_act(self, act: Act, key: str) -> None:
        meant = self.meant
        if meant.marks:
            twins = {number_of(item) for item in meant.marks if item.startswith("callback/")}
            strange = {item for item in act.items - meant.marks if not self._is_twin(act, item, twins)}
            left = act.open_then & meant.marks
        else:
            strange = {item for item in act.items if not meant.fits(item)}
            left = frozenset()
        if strange:
            raise RobotError(
                f"{self.name}: {key} did {act.verb} to {sorted(strange)}, "
                f"but the screen named {sorted(meant.marks) or meant.text!r}"
            )
        self._judge_asked(act)
        if left:
            raise RobotError(
                f"{self.name}: {key} did {act.verb} and left out {sorted(left)}, which were marked"
            )
        done = [
            outcome.event.subject for outcome in act.outcomes if isinstance(outcome, Done) and outcome.event
        ]
        if done:
            self._undoable = [*self._undoable, frozenset(done)][-50:]

    @staticmethod
    def _is_twin(act: Act, item: str, numbers: Collection[int]) -> bool:
        return act.verb in TOGETHER and item.startswith("callback/") and number_of(item) in numbers

    def _judge_asked(self, act: Act) -> None:
        """The dialog that the last key went to named the same."""
        asked, touched = numbers_in(self._asked), {number_of(item) for item in act.items}
        if asked and asked != touched and not (len(asked) >= LISTED and asked <= touched):
            raise RobotError(f"{self.name}: {act.verb} on {sorted(touched)}, the dialog said {self._asked!r}")

    def check(self) -> None:
        """What must hold after every key."""
        if self.app._exception is not None:
            text = "".join(traceback.format_exception(self.app._exception))
            raise RobotError(f"{self.name} broke: {text}")
        if not self.app.is_running or self.app.crash:
            raise RobotError(f"{self.name} is gone")
        if self.queue.pulse.problem:
            raise RobotError(f"{self.name} no longer looks: {self.queue.pulse.problem}")

    async def check_calm(self) -> None:
        """What must hold when the key has been drawn."""
        await self.until(lambda: self._focus_trouble == "", lambda: f"focus: {self._focus_trouble}")
        await self.until(lambda: self._cursor_trouble == "", lambda: f"cursor: {self._cursor_trouble}")
        await self.until(lambda: self._text_trouble == "", lambda: f"screen: {self._text_trouble}")

    async def until(self, true: Callable[[], bool], why: Callable[[], str]) -> None:
        """Wait for something to become true."""
        end = time.monotonic() + PATIENCE_S
        while not true():
            if time.monotonic() > end:
                raise RobotError(f"{self.name} on {self._where} at {self.app.size}: {why()}\n{self.text}")
            await asyncio.sleep(0.01)
            await self.settle()
            self.check()

    @property
    def _focus_trouble(self) -> str:
        focused = self.top.focused
        if focused is None:
            return "nothing has it"
        shown = self.top._compositor.visible_widgets.get(focused)
        if shown is None:
            return f"{focused} is not on the screen"
        region, clip = shown
        return "" if region.intersection(clip).area else f"{focused} has no cell"

    @property
    def _cursor_trouble(self) -> str:
        table = self.table
        rows = [row.id for row in table.window.rows]
        if self.queue.pane.display and not self.queue.has_class("-beside"):
            return self.pane_trouble  # nobody sees the board
        if table.cursor_id is None:
            return f"on none of {len(rows)} rows" if rows else ""
        if table.cursor_id not in rows:
            return f"{table.cursor_id} is not held"
        if self.top is self.queue and not self.app.named.fits(table.cursor_id):
            return f"{table.cursor_id} is not what the screen names: {self.app.named.text!r}"
        return ""

    @property
    def pane_trouble(self) -> str:
        """Why the item in the place of the board is not yet the cursor's; empty where it is."""
        pane, cursor = self.queue.pane, self.table.cursor_id
        if not pane.display or self.queue.has_class("-beside") or cursor is None:
            return ""
        text = " ".join(span.text for line in pane.lines[:2] for span in line.spans)
        return "" if cursor in text.split() else f"{text!r} for {cursor}"

    @property
    def _text_trouble(self) -> str:
        for character in set(self.text) - {"\n"}:
            if unicodedata.category(character) in ("Cc", "Cs") or character in _BAD:
                return f"has {character!r}"
        return ""

    @property
    def text(self) -> str:
        """All that stands on the screen."""
        with self.app._context():
            strips = self.top._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def calm_down(self) -> None:
        """Leave all dialogs, marks and filters, and let the board come to the floor as it is."""
        for _ in range(12):
            if (
                self.is_home
                and not self.table.marks
                and not self.queue.filtered
                and not self.queue.pane.display
            ):
                break
            if self.is_home and self.queue.has_class("-beside") and self.queue.pane.display:
                self.table.focus()
                await self.press("enter")
            await self.press("escape")
        else:
            raise RobotError(f"{self.name} can't be left by Escape: {self._where}\n{self.text}")

    async def check_true(self) -> None:
        """Held against the store: the same rows in the same order, the same counters."""
        end = time.monotonic() + PATIENCE_S
        while True:
            self.queue.pulse.nudge()
            await asyncio.sleep(0.03)
            await self.settle()
            counts = await self.desk.counts()
            window = await self.desk.window(Query(), max(1, len(self.table.window.rows)))
            start = self.table.window.start
            shown = [row.id for row in self.table.window.rows]
            wanted = [row.id for row in window.rows]
            same = shown == wanted or start > 0
            line = re.search(r"(\d+) open", self.text)
            told = line is None or int(line[1]) == counts.open
            if self.queue.floor.counts == counts and same and told:
                break
            if time.monotonic() > end:
                raise RobotError(
                    f"{self.name} does not come to show the floor: {self.queue.floor.counts} for {counts}; "
                    f"{shown} for {wanted}\n{self.text}"
                )
        await self.check_calm()


class Robot:
    """Two seats, a rival and a floor, driven by one seed."""

    def __init__(
        self, seed: int, seats: Sequence[Seat], desk: Desk, floor: Floor, watch: Stopwatch, tape: Tape
    ) -> None:
        self.rand = random.Random(seed)
        self.seats = seats
        self._desk = desk
        self._floor = floor
        self._clock = desk.clock
        self._watch = watch
        self._tape = tape
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
            self._clock.moment += rand.randrange(0, 20) * SECOND  # type: ignore[attr-defined]
        if roll < 0.03:
            await seat.resize(rand.choice(SIZES))
        elif roll < 0.08 and not seat.is_home:
            await seat.paste(rand.choice(PASTES))
        elif roll < 0.18:
            await self._wait(1.2)
            await seat.ambush(self._key(seat), late=rand.random() < 0.5, cause=lambda: self._upset(seat))
        elif roll < 0.35:
            await asyncio.gather(*(one.press(self._key(one)) for one in self.seats))
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

    def _key(self, seat: Seat) -> str:
        keys = ON_QUEUE if seat.is_home else IN_DIALOG
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
        for seat in self.seats:
            await self._wait(10)
            await seat.calm_down()
        for seat in self.seats:
            await seat.check_true()


class _Problems(logging.Handler):
    """Keeps what a screen caught itself: for a robot that is a fault too."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += logging.Formatter().format(record)


@asynccontextmanager
async def _seat(
    name: str, desk: Desk, language: Language, size: tuple[int, int], watch: Stopwatch, tape: Tape
) -> AsyncIterator[Seat]:
    """A console in a task of its own, for Textual keeps the app that runs in the task's context."""
    app = RobotApp(desk, load(language), Options(), {"TERM": "xterm-256color"})
    ready: asyncio.Future[Pilot[None]] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def sit() -> None:
        try:
            async with app.run_test(size=size) as pilot:
                while not app.queue._begun or (app.queue.table.window.rows and not app.named.text):
                    await pilot.pause(0.01)
                app.queue.board._monotonic = watch.monotonic
                ready.set_result(pilot)
                await leave.wait()
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)

    task = asyncio.create_task(sit())
    try:
        yield Seat(name, desk, app, await ready, tape)
    finally:
        leave.set()
        with suppress(Exception):
            await task


def _patched(watch: Stopwatch) -> Iterable[Any]:
    clock = SimpleNamespace(monotonic=watch.monotonic)
    yield mock.patch("console.screens.queue.time", clock)
    yield mock.patch("console.screens.foot.time", clock)
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
    floor = Floor(rand, clock)
    seats: list[Seat] = []
    output, log = (sys.stdout, sys.stderr), logging.getLogger("console")
    log.addHandler(problems)
    try:
        async with AsyncExitStack() as stack:
            for patch in _patched(watch):
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
                seat = _seat(name, desk, language, rand.choice(SIZES), watch, tape)
                seats.append(await stack.enter_async_context(seat))
            return await Robot(seed, seats, desks[0], floor, watch, tape).work(operations, until)
    except Exception as error:
        faults = [seat.app._exception for seat in seats]
        problems.text += "".join("".join(traceback.format_exception(fault)) for fault in faults if fault)
        told = str(error) if isinstance(error, RobotError) else traceback.format_exc()
        report = [f"seed {seed}: {str(error).partition(chr(10))[0]}", problems.text, *tape.lines, told]
        wrong = RobotError("\n".join(report))
        wrong.operations = tape.count
        raise wrong from error
    finally:
        log.removeHandler(problems)
        sys.stdout, sys.stderr = output
