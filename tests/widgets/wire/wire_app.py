"""One app on Textual's own way and on the wire, each before a terminal of its own."""

from __future__ import annotations

import re
from random import Random
from typing import Any, ClassVar

from rich.color import ColorSystem
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from wire_terminal import Terminal

from widgets.live_table import Cell, Column, LiveTable, Row, Window
from widgets.wire import ThinWire, Wire
from widgets.wire.watch import watched

COLUMNS = (
    Column("clock", "clock", 6, align="right", priority=9),
    Column("customer", "客户", 14, priority=7, flex=1),
    Column("queue", "queue", 9),
    Column("owner", "owner", 10, priority=6),
)

_OTHERS = re.compile(r"\x1b\][^\x07]*\x07|\x1b\[[?>=<][0-9;]*(?:\$p|u)")


class CapturingDriver(HeadlessDriver):
    """A terminal of the tests' own. Whatever the app writes is drawn there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.writes: list[str] = []
        self.terminal = Terminal(*self._get_terminal_size())

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.writes.append(data)
        self.terminal.feed(_OTHERS.sub("", data))


def rows(count: int, tick: int = 0) -> tuple[Row, ...]:
    """Rows of which every clock shows `tick` seconds more."""
    made = []
    for number in range(count):
        chance = Random(number)
        clock = f"{(number + tick) // 60}:{(number + tick) % 60:02}"
        made.append(
            Row(
                f"item/{number}",
                {
                    "clock": Cell(clock, chance.choice(("breached", "at-risk", ""))),
                    "customer": Cell(chance.choice(("王*明", "欧阳·司马*如", "138****0042", "Ñandú Ø*"))),
                    "queue": Cell(chance.choice(("support", "售后", "账单")), "dim"),
                    "owner": Cell(chance.choice(("—", "Li Na", "张伟"))),
                },
            )
        )
    return tuple(made)


class Box(ModalScreen[None]):
    """A box over the floor, half a wide character to the left and right of it."""

    CSS = "Box { align: center middle; } Box Static { width: 31; height: 7; border: solid red; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss")]

    def compose(self) -> ComposeResult:
        yield Static("移交给谁？\n张伟 · 空闲 4 分钟\nZhao Lin")


class Floor(App[None]):
    """A table, a line to type on, and a box."""

    CSS = "LiveTable { height: 1fr; } Input { height: 3; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "box"),
        Binding("t", "tick"),
        Binding("slash", "type"),
    ]
    ticks = 0

    def __init__(self) -> None:
        super().__init__(driver_class=watched(CapturingDriver))
        # Neither the tests' own terminal nor its environment decides.
        self.console._color_system = ColorSystem.TRUECOLOR

    def compose(self) -> ComposeResult:
        yield LiveTable(COLUMNS)
        yield Input(placeholder="筛选 filter")

    def on_mount(self) -> None:
        self.action_tick()
        self.query_one(LiveTable).focus()

    def action_tick(self) -> None:
        self.query_one(LiveTable).set_window(Window(rows(90, self.ticks), 0, 90))
        self.ticks += 1

    def action_box(self) -> None:
        self.push_screen(Box())

    def action_type(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self) -> None:
        self.query_one(LiveTable).focus()

    @property
    def terminal(self) -> Terminal:
        """What the person sees."""
        assert isinstance(self._driver, CapturingDriver)
        return self._driver.terminal

    @property
    def writes(self) -> list[str]:
        """All that was written."""
        assert isinstance(self._driver, CapturingDriver)
        return self._driver.writes

    async def _on_resize(self, event: events.Resize) -> None:
        if (event.size.width, event.size.height) != (
            self.terminal.screen.columns,
            self.terminal.screen.lines,
        ):
            assert isinstance(self._driver, CapturingDriver)
            self._driver.terminal = Terminal(*event.size)


class ThinFloor(ThinWire[None], Floor):
    """The same app on the wire."""

    def __init__(self) -> None:
        super().__init__()
        self.wire = Wire(ColorSystem.TRUECOLOR, erases=True)
