"""Textual's pilot without what it waits and reads for nothing: the same keys and screens, in half the time.

`load()` is called once a process, by the conftests of the rooms that press keys.
"""

from __future__ import annotations

import asyncio
from time import monotonic, process_time
from typing import Any

import aiosqlite.core
import textual.app
import textual.pilot
import textual.screen
from textual.css.stylesheet import Stylesheet

SLICE_S = 0.005
"""How long a process must do nothing to count as idle. Textual's own pilot looks in slices of 20 ms, and
three times a key, which makes most of what a test of keys lasts."""

FRAME_S = SLICE_S / 2
"""Textual draws what has changed 60 times a second; what that brings about is to fall into the same slice."""

IDLE_S = SLICE_S / 10
"""CPU that an idle process may have used within a slice: its timers."""

STARVED = 3
"""A slice that lasted so many times too long tells of a busy machine, not of an idle process."""

_resize_terminal = textual.pilot.Pilot.resize_terminal
_under_way = 0
_loaded = False


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until this process has nothing to do and asks nothing of a store."""
    loop: Any = asyncio.get_running_loop()
    started = monotonic()
    while True:
        began, cpu = monotonic(), process_time()
        await asyncio.sleep(SLICE_S)
        now, used = monotonic(), process_time() - cpu
        if now - started >= max_sleep:
            return
        starved = now - began > STARVED * SLICE_S
        if used < IDLE_S and now - started >= min_sleep and not (starved or _under_way or loop._ready):
            return


async def resize_terminal(pilot: textual.pilot.Pilot[Any], width: int, height: int) -> None:
    """Give the terminal another size, and wait until the app has heard of it: it lets some frames go by."""
    await _resize_terminal(pilot, width, height)
    while pilot.app._resize_timer is not None:
        await asyncio.sleep(SLICE_S)
    await pilot.pause()


def load() -> None:
    """Put it in the place of Textual's own."""
    global _loaded
    if _loaded:
        return
    _loaded = True
    textual.app.wait_for_idle = wait_for_idle
    textual.pilot.wait_for_idle = wait_for_idle
    textual.pilot.Pilot.resize_terminal = resize_terminal  # type: ignore[method-assign]
    textual.screen.UPDATE_PERIOD = FRAME_S  # type: ignore[misc]
    _count_store_work()
    _share_parsed_styles()


def _count_store_work() -> None:
    """A store that waits for its disk uses no CPU, and is not done for that."""
    execute = aiosqlite.core.Connection._execute

    async def counted(self: aiosqlite.core.Connection, *args: Any, **kwargs: Any) -> Any:
        global _under_way
        _under_way += 1
        try:
            return await execute(self, *args, **kwargs)
        finally:
            _under_way -= 1

    aiosqlite.core.Connection._execute = counted  # type: ignore[method-assign]


def _share_parsed_styles() -> None:
    """Every app of a test parses the same style sheets: what one app's were parsed to serves the next one, as
    it serves the same app again when it applies them anew. Only with the same variables (the theme's)."""
    parse = Stylesheet._parse_rules
    parsed: dict[object, Any] = {}

    def once(self: Stylesheet, css: str, *args: Any, **kwargs: Any) -> Any:
        key = (css, args, tuple(kwargs.items()), frozenset(self._variables.items()))
        if key not in parsed:
            parsed[key] = parse(self, css, *args, **kwargs)
        return parsed[key]

    Stylesheet._parse_rules = once  # type: ignore[method-assign]
