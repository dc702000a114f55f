"""Bytes on the wire over the least that the same change of the screen takes, beside Textual's own way.

The least is counted from the emulator's screens before and after, by none of the wire's own code: the cells
that changed, in order, with the shortest cursor moves and only those SGR parameters that differ. It has no
frame's start and end, no reset, no cursor brought home. The floor is a queue in which two clocks a row tick.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any

# The emulator is the tests' own.
sys.path[:0] = [str(Path(__file__).parents[1] / "widgets" / "wire"), str(Path(__file__).parents[2])]

# ruff: noqa: E402
from rich.color import ColorSystem
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from wire_terminal import Cell as Shown
from wire_terminal import Terminal

from tests.bench.verdict import verdict
from widgets.live_table import Cell, Column, LiveTable, Row, Window
from widgets.wire import ThinWire, Wire

ROUNDS = 8
BAR = 1.25
MOST = {"row": 500, "page": 6_000, "scroll by one": 1_000}
"""Bytes at 200x50, in any script."""

COLUMNS = (
    Column("mark", "", 1, priority=9),
    Column("clock", "clock", 7, align="right", priority=9),
    Column("kind", "kind", 8, priority=8),
    Column("customer", "customer", 14, priority=7, flex=1),
    Column("queue", "queue", 9, priority=3),
    Column("owner", "owner", 12, priority=6, flex=1),
    Column("state", "state", 10, priority=4),
    Column("wait", "wait", 7, align="right", priority=8),
    Column("why", "why", 20, priority=5, flex=2),
)

LATIN = (
    ("138****0042", "Anna B*", "Zoe Quentin*"),
    ("support", "billing"),
    ("Li Na", "Zhang Wei", "—"),
    ("three rings", "arrive by 09:35", "reply 24 h"),
)
CHINESE = (
    ("王*明", "欧阳·司马*如", "刘*"),
    ("售后", "账单"),
    ("李娜", "张伟", "—"),
    ("首次联系三十分钟", "铃响三声", "二十四小时内回复"),
)


def rows(words: tuple[tuple[str, ...], ...], tick: int, count: int = 400) -> tuple[Row, ...]:
    """The floor at a second."""
    made = []
    for number in range(count):
        chance = Random(number)
        style = chance.choice(("breached", "at-risk", "", ""))
        texts = [chance.choice(choice) for choice in words]
        late, wait = chance.randrange(60, 3000) + tick, chance.randrange(9, 3000) + tick
        cells = {
            "mark": Cell({"breached": "▲", "at-risk": "!"}.get(style, " "), style),
            "clock": Cell(f"{late // 60}:{late % 60:02}", style),
            "kind": Cell(chance.choice(("call", "ticket", "job"))),
            "customer": Cell(texts[0]),
            "queue": Cell(texts[1], "dim"),
            "owner": Cell(texts[2]),
            "state": Cell(chance.choice(("ringing", "on hold", "accepted")), "dim"),
            "wait": Cell(f"{wait // 60}:{wait % 60:02}", "dim"),
            "why": Cell(texts[3], "dim"),
        }
        made.append(Row(str(number), cells))
    return tuple(made)


class Catching(HeadlessDriver):
    """Keeps what is written, as quickly as a queue would."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.writes: list[str] = []

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.writes.append(data)


class Stock(App[None]):
    """The queue alone, on Textual's own way."""

    CSS = "LiveTable { height: 1fr; }"

    def __init__(self, words: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(driver_class=Catching)
        self.console._color_system = ColorSystem.TRUECOLOR
        self._sync_available = True
        self.words = words
        self.ticks = 0
        self.spent = 0.0

    def compose(self) -> ComposeResult:
        yield LiveTable(COLUMNS)

    def on_mount(self) -> None:
        self.tick()

    def tick(self) -> None:
        """The next second."""
        made = rows(self.words, self.ticks)
        self.query_one(LiveTable).set_window(Window(made, 0, len(made)))
        self.ticks += 1

    def _display(self, screen: Any, renderable: Any) -> None:
        start = perf_counter()
        super()._display(screen, renderable)
        self.spent += perf_counter() - start


class Thin(Stock, ThinWire[None]):
    """The same on the wire, before a terminal that erases in its pen's colours, as nearly all do."""

    def __init__(self, words: tuple[tuple[str, ...], ...]) -> None:
        super().__init__(words)
        self.wire = Wire(ColorSystem.TRUECOLOR, erases=True)


# --- the least ------------------------------------------------------------------------------------


def least(before: list[list[Shown]], after: list[list[Shown]]) -> int:
    """The bytes of the cells that changed, with the shortest moves and changes of pen between them."""
    size, at, pen = 0, (-9, -9), Shown()
    for y, x, cell, width in changed(before, after):
        size += way(at, (y, x)) + pen_change(pen, cell) + len(cell.data.encode())
        at, pen = (y, x + width), cell
    return size


def changed(before: list[list[Shown]], after: list[list[Shown]]) -> Iterator[tuple[int, int, Shown, int]]:
    """The cells that changed, a wide character once."""
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        for x, cell in enumerate(new):
            if cell != old[x] and cell.data:
                wide = x + 1 < len(new) and not new[x + 1].data
                yield y, x, cell, 1 + wide


def way(at: tuple[int, int], to: tuple[int, int]) -> int:
    """The bytes of the shortest cursor move."""
    down, right = to[0] - at[0], to[1] - at[1]
    if not down and not right:
        return 0
    ways = [f"\x1b[{to[0] + 1};{to[1] + 1}H"]
    if not down:
        ways += [f"\x1b[{right}C", f"\x1b[{to[1] + 1}G"] if right > 0 else ["\b" * -right, f"\x1b[{-right}D"]
    elif 0 < down < 4:
        ways += ["\r\n" * down + f"\x1b[{to[1]}C" * bool(to[1]), f"\x1b[{down}B"]
        if right:
            ways[-1] += f"\x1b[{right}C" if right > 0 else min("\b" * -right, f"\x1b[{-right}D", key=len)
    return min(map(len, ways))


def pen_change(old: Shown, new: Shown) -> int:
    """The bytes of the shortest SGR sequence from one cell's pen to another's."""
    flags = [name for name in Shown._fields[3:] if getattr(old, name) != getattr(new, name)]
    step = sum(2 if getattr(new, name) else 3 for name in flags)
    step += sum(
        colour(getattr(new, name)) for name in ("fg", "bg") if getattr(old, name) != getattr(new, name)
    )
    afresh = 2 + sum(2 for name in Shown._fields[3:] if getattr(new, name))
    afresh += sum(colour(getattr(new, name)) for name in ("fg", "bg") if getattr(new, name) != "default")
    # The escape and its end, less one semicolon.
    return 2 + min(step, afresh) if step else 0


def colour(name: str) -> int:
    """The bytes of a colour, and a semicolon."""
    if len(name) == 6 and all(letter in "0123456789abcdef" for letter in name):
        return len(f"38;2;{int(name[:2], 16)};{int(name[2:4], 16)};{int(name[4:], 16)};")
    return 3


# --- measuring ------------------------------------------------------------------------------------


async def measure(app: Stock, size: tuple[int, int]) -> dict[str, tuple[float, float, float, float]]:
    """Bytes, least bytes, milliseconds in the display, and those of the processor in all, of each kind of
    change."""
    found: dict[str, tuple[float, float, float, float]] = {}
    async with app.run_test(headless=False, size=size) as pilot:
        driver = app._driver
        assert isinstance(driver, Catching)
        terminal = Terminal(*size)

        def sent() -> int:
            text = "".join(driver.writes)
            driver.writes.clear()
            terminal.feed(text)
            return len(text.encode())

        async def settle() -> None:
            await pilot.pause()
            await asyncio.sleep(0.3)
            sent()

        async def kind(name: str, act: Callable[[], Any], rounds: int = ROUNDS) -> None:
            runs = []
            await settle()
            for _ in range(rounds):
                before, start, worked = terminal.cells, app.spent, process_time()
                act()
                # A frame that no key caused may wait for a quarter of a second.
                await pilot.pause(0.3)
                worked = process_time() - worked
                size = sent()
                runs.append((size, least(before, terminal.cells), 1000 * (app.spent - start), 1000 * worked))
            found[name] = tuple(median(column) for column in zip(*runs, strict=True))  # type: ignore[assignment]

        table = app.query_one(LiveTable)
        await kind("still", table.refresh, 2)
        await kind("tick", app.tick)
        await kind("row", lambda: table.action_cursor(1))
        await kind("page", lambda: table.action_page(1), 4)
        table.action_page(1)
        await kind("scroll by one", lambda: table.action_cursor(1))
    return found


async def main() -> bool:
    """Print a table for each size and script; whether the bar is held."""
    good = True
    worst: dict[str, float] = {}
    most: dict[str, float] = {}
    print("bytes a change (median); ratio = over the least; ms = in the display, a change")
    for size in ((200, 50), (80, 24)):
        for script, words in (("latin", LATIN), ("chinese", CHINESE)):
            thin, stock = await measure(Thin(words), size), await measure(Stock(words), size)
            print(
                f"\n{size[0]}x{size[1]} {script:8} {'bytes':>8} {'least':>8} {'ratio':>6} {'ms':>6}", end=""
            )
            print(f"   {'stock':>8} {'ratio':>6} {'ms':>6}")
            for name, (sent, floor, spent, worked) in thin.items():
                old, old_floor, old_spent, old_worked = stock[name]
                ratio, old_ratio = sent / floor if floor else 0.0, old / old_floor if old_floor else 0.0
                print(f"  {name:16} {sent:8.0f} {floor:8.0f} {ratio:6.2f} {spent:6.2f}", end="")
                print(f"   {old:8.0f} {old_ratio:6.1f} {old_spent:6.2f}")
                worst[name] = max(worst.get(name, 0.0), ratio)
                if name == "still" or (size[0] == 200 and name in MOST):
                    most[name] = max(most.get(name, 0.0), sent)
                if name == "page":
                    print(
                        f"  {'':16} a page takes {worked / old_worked:.2f} of stock Textual's processor time"
                    )
    print()
    for name, ratio in worst.items():
        if name != "still":
            good &= verdict(f"bytes of a {name} over the least, any size and script", ratio, BAR)
    for name, sent in most.items():
        good &= verdict(f"bytes of a {name}" + " at 200x50" * (name in MOST), sent, MOST.get(name, 0))
    return good


if __name__ == "__main__":
    sys.exit(not asyncio.run(main()))
