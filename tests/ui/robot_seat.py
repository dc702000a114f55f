"""One console under the robot's hands: its keys, what they did, and what must hold after them."""

from __future__ import annotations

import asyncio
import re
import time
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from textual import events
from textual.pilot import Pilot

from console.actions.registry import ACTIONS
from console.domain.command import Command
from console.domain.query import Query
from console.service.desk import Desk
from console.service.model import Done, NotRecorded, Outcome
from tests.ui.robot_sight import Named, RobotApp, RobotError, Sight, dialog_texts, number_of, numbers_in

PRINTED = {"space": " ", "slash": "/", "colon": ":", "question_mark": "?", "enter": "\r", "tab": "\t"}

TOGETHER = frozenset({"reassign", "escalate", "acknowledge", "snooze", "close"})
"""Verbs that take in the other callbacks of a customer, which one row stands for."""

LISTED = 12
"""A question names so many items one by one."""

PATIENCE_S = 4.0
"""How long something may take to come true before it counts as wrong, in seconds."""


class Tape:
    """The last things that happened, to be told when something goes wrong."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=40)
        self.count = 0

    def note(self, text: str) -> None:
        """Write a line."""
        self.lines.append(f"{self.count:6} {text}")


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


class Seat(Sight):
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
            working = (
                self.queue.deciding.busy
                if self.top is self.queue
                # Behind a dialog, too, the board reads the rows to which its cursor has gone.
                else getattr(self.top, "_busy", False) or self.queue._wish is not None
            )
            quiet = 0 if working or self._in_flight else quiet + 1
            await asyncio.sleep(0.002 if working else 0)

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
        if done and act.verb != "reveal":  # what was seen can't be unseen
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
