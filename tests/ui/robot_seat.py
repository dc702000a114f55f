"""One console under the robot's hands: its keys, and what must hold after them."""

from __future__ import annotations

import asyncio
import re
import time
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from textual import events
from textual.errors import NoWidget
from textual.pilot import Pilot
from textual.widget import Widget

from console.actions.registry import ACTIONS
from console.domain.query import Query
from console.screens.check_sheet import CheckSheet
from console.service.desk import Desk
from tests.ui.robot_judge import Judge, Tape
from tests.ui.robot_sight import RobotApp, RobotError, dialog_texts
from tests.ui.robot_weather import Weather
from widgets.dialogs import ConfirmScreen

PRINTED = {"space": " ", "slash": "/", "colon": ":", "question_mark": "?", "enter": "\r", "tab": "\t"}

PATIENCE_S = 4.0
"""How long something may take to come true before it counts as wrong, in seconds."""


class Patience:
    """Lasts as long as that on a machine that has nothing else to do; where others work there too, longer."""

    def __init__(self) -> None:
        self._began, self._worked = time.monotonic(), time.process_time()

    @property
    def over(self) -> bool:
        """Whether it should have come true by now."""
        waited = time.monotonic() - self._began
        worked = time.process_time() - self._worked
        return waited > PATIENCE_S and (worked > PATIENCE_S / 2 or waited > 5 * PATIENCE_S)


class Seat(Judge):
    """One console and its keys."""

    def __init__(
        self,
        name: str,
        desk: Desk,
        truth: Desk,
        app: RobotApp,
        pilot: Pilot[None],
        tape: Tape,
        weather: Weather,
    ) -> None:
        super().__init__(name, desk, truth, app, tape)
        self.weather = weather
        self.pilot = pilot
        self._ambush: tuple[str, bool] | None = None
        self._sprung = asyncio.Event()
        self._sheet = ""
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
        if isinstance(top, CheckSheet):
            if not top.said_now:  # a notice stands in place of its name for a while
                self._sheet = self.text
            self._asked = self._sheet
        else:
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

    async def click(self, across: float, down: float) -> None:
        """Click at a place of the screen, in parts of its size."""
        top, place = self.top, self._place(across, down)
        widget = self._at(*place)
        if self.is_home or self._is_palette(top):
            self.meant = self.app.named
        self._asked = "" if top is self.queue or self._is_palette(top) else dialog_texts(top)
        self._tape.note(f"{self.name} clicks on {widget} at {place} of {self._where} {tuple(self.app.size)}")
        with self.app._context():
            await self.pilot.click(offset=place)
        await self.settle()
        self.judge("a click")

    async def wheel(self, across: float, down_at: float, *, down: bool) -> None:
        """Turn the wheel by a few notches over a place of the screen."""
        x, y = self._place(across, down_at)
        widget = self._at(x, y)
        self._tape.note(f"{self.name} wheels over {widget} {'down' if down else 'up'} {self._where}")
        kind = events.MouseScrollDown if down else events.MouseScrollUp
        for _ in range(5):
            event = kind(widget, x, y, 0, 1 if down else -1, 0, False, False, False, screen_x=x, screen_y=y)
            event.set_sender(self.app)
            self.app.post_message(event)
        self.wheeled = True
        await self.settle()

    def _at(self, x: int, y: int) -> Widget:
        try:
            return self.top.get_widget_at(x, y)[0]
        except NoWidget:  # a screen that was opened just now
            return self.top

    def _place(self, across: float, down: float) -> tuple[int, int]:
        width, height = self.app.size
        return int(across * width), int(down * height)

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
        patience, quiet = Patience(), 0
        while quiet < 3:  # a key goes from the app to the screen to a widget, and what it says goes back
            if self.app._exception is not None or not self.app.is_running:
                return
            if patience.over:
                raise RobotError(f"{self.name} hangs on {self._where}")
            await self.pilot._wait_for_screen()
            self.top._on_timer_update()
            working = (
                self.queue.deciding.busy
                if self.top is self.queue
                # Behind a dialog, too, the board reads the rows to which its cursor has gone.
                else getattr(self.top, "_busy", False) or self.queue.looking.wish is not None
            )
            quiet = 0 if working or self._in_flight else quiet + 1
            await asyncio.sleep(0.002 if working else 0)

    # --- what is watched --------------------------------------------------------------------------

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

    def check(self) -> None:
        """What must hold after every key."""
        if self.app._exception is not None:
            text = "".join(traceback.format_exception(self.app._exception))
            raise RobotError(f"{self.name} broke: {text}")
        if not self.app.is_running or self.app.crash:
            raise RobotError(f"{self.name} is gone")
        if self.queue.pulse.problem and not self.weather.sick:
            raise RobotError(f"{self.name} no longer looks: {self.queue.pulse.problem}")

    async def check_calm(self) -> None:
        """What must hold when the key has been drawn."""
        await self.until(lambda: self._focus_trouble == "", lambda: f"focus: {self._focus_trouble}")
        await self.until(lambda: self._cursor_trouble == "", lambda: f"cursor: {self._cursor_trouble}")
        await self.until(lambda: self._text_trouble == "", lambda: f"screen: {self._text_trouble}")

    async def until(self, true: Callable[[], bool], why: Callable[[], str]) -> None:
        """Wait for something to become true."""
        patience = Patience()
        while not true():
            if patience.over:
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
            below = self.app.screen_stack[-2:-1]
            if isinstance(self.top, ConfirmScreen) and below and isinstance(below[0], CheckSheet):
                await self.press("right")  # what was marked there goes
                await self.press("enter")
            else:
                await self.press("escape")
        else:
            raise RobotError(f"{self.name} can't be left by Escape: {self._where}\n{self.text}")

    async def look_at_the_cursor(self) -> None:
        """Have a key undo what a wheel did."""
        if self.wheeled:
            self.table.focus()
            await self.press("home")
            self.wheeled = False

    async def check_true(self) -> None:
        """Held against the store: the same rows in the same order, the same counters."""
        patience = Patience()
        while True:
            self.queue.pulse.nudge()
            await asyncio.sleep(0.03)
            await self.settle()
            counts = await self.truth.counts()
            window = await self.truth.window(Query(), max(1, len(self.table.window.rows)))
            start = self.table.window.start
            shown = [row.id for row in self.table.window.rows]
            wanted = [row.id for row in window.rows]
            same = shown == wanted or start > 0
            line = re.search(r"(\d+) open", self.text)
            told = line is None or int(line[1]) == counts.open
            if self.queue.floor.counts == counts and same and told:
                break
            if patience.over:
                raise RobotError(
                    f"{self.name} does not come to show the floor: {self.queue.floor.counts} for {counts}; "
                    f"{shown} for {wanted}\n{self.text}"
                )
        await self.check_calm()
