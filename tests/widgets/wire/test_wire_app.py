"""An app on the wire shows what it shows on Textual's own way, in far fewer bytes."""

from __future__ import annotations

import asyncio
import time

import pytest
from textual._compositor import ChopsUpdate
from textual.geometry import Region
from textual.widgets import Input
from wire_app import Floor, ThinFloor
from wire_terminal import Cell, differences

from widgets.wire import display, seam

SIZE = (80, 24)

STEPS = (
    *(["down"] * 3, ["t"], ["pagedown"], ["pagedown"], ["t", "t"], ["up"] * 30, ["b"], ["escape"], ["end"]),
    *(["slash"], list("王w wang"), ["backspace"], ["left"], ["enter"], ["t"], ["b"], ["escape"], ["home"]),
)


async def screens(app: Floor, sizes: dict[int, tuple[int, int]]) -> list[list[list[Cell]]]:
    """What the terminal shows after each step; `sizes` says before which steps it takes another size."""
    shown = []
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause()
        for number, keys in enumerate(STEPS):
            if number in sizes:
                await pilot.resize_terminal(*sizes[number])
                await pilot.pause(0.05)
            await pilot.press(*keys)
            await pilot.pause(0.05)
            shown.append(app.terminal.cells)
    return shown


@pytest.mark.parametrize("sizes", [{}, {4: (60, 15), 9: (61, 15), 15: (120, 40), 17: (31, 9)}])
async def test_the_same_keys_show_the_same(sizes: dict[int, tuple[int, int]]) -> None:
    stock, thin = Floor(), ThinFloor()
    thin._sync_available = True
    expected, got = await screens(stock, sizes), await screens(thin, sizes)
    for number, (one, other) in enumerate(zip(got, expected, strict=True)):
        assert not differences(one, other), (number, STEPS[number], differences(one, other)[:5])
    assert thin.wire.sent < 0.5 * sum(len(text.encode()) for text in stock.writes)


async def test_a_frame_is_one_write_and_a_still_screen_none() -> None:
    app = ThinFloor()
    app._sync_available = True
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause(0.1)
        before = len(app.writes)
        await pilot.press("down")
        await pilot.pause(0.1)
        (frame,) = app.writes[before:]
        assert frame.startswith("\x1b[?2026h")
        assert frame.endswith("\x1b[?2026l")
        assert app.wire.frames == sum(text.endswith("\x1b[?2026l") for text in app.writes)
        app.screen.refresh()
        await pilot.pause(0.1)
        assert app.writes[before:] == [frame]
        assert 0 < len(frame.encode()) < app.wire.last_minute == app.wire.sent


async def test_the_cursor_stands_where_an_input_has_it() -> None:
    app = ThinFloor()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.press("slash", *"王w")
        await pilot.pause(0.1)
        offset = app.query_one(Input).cursor_screen_offset
        assert (app.terminal.screen.cursor.x, app.terminal.screen.cursor.y) == offset


async def test_a_lost_screen_is_drawn_again() -> None:
    app = ThinFloor()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause(0.1)
        right = app.terminal.cells
        app.terminal.feed("\x1b[2;7r\x1b[2J\x1b[5;5H\x1b[31mnoise\x1b[m\n\n\n")
        app.redraw()
        assert not differences(app.terminal.cells, right)
        assert app.terminal.screen.margins is None
        # Written past the wire: the app is told by its driver.
        app._driver.write("\x1b[2Jnoise")
        await pilot.press("down", "up")
        for _ in range(50):
            await pilot.pause(0.1)
            if not differences(app.terminal.cells, right):
                break
        assert not differences(app.terminal.cells, right)


async def test_a_bell_and_the_clipboard_leave_the_screen_known() -> None:
    app = ThinFloor()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause(0.1)
        app.bell()
        app.copy_to_clipboard("王")
        sent = app.wire.sent
        await pilot.press("down")
        await pilot.pause(0.1)
        assert app.wire.sent - sent < 700


async def test_nothing_is_sent_while_the_shell_has_the_screen() -> None:
    app = ThinFloor()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause(0.1)
        app._driver.write(seam.LEAVES)
        frames = app.wire.frames
        await pilot.press("down")
        await pilot.pause(0.1)
        assert app.wire.frames == frames
        app._driver.write(seam.ENTERS)
        # The terminal says its size when the app comes back to it; here it is blank besides.
        app.terminal.feed("\x1b[2J")
        await pilot.resize_terminal(*SIZE)
        await pilot.pause(0.1)
        assert "王" in app.terminal.text
        assert app.wire.frames == frames + 1


async def test_frames_that_no_key_caused_are_few_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "ECHO", 0.0)
    app = ThinFloor()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause(0.4)
        frames, began = app.wire.frames, time.monotonic()
        for _ in range(25):
            app.action_tick()
            await asyncio.sleep(0.02)
        took = time.monotonic() - began
        # Four a second, the first at once, and one that was on its way.
        assert 1 <= app.wire.frames - frames <= 4 * took + 2
        await pilot.pause(0.4)
        stock = Floor()
        stock.ticks = app.ticks - 1
    async with stock.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause(0.1)
        assert not differences(app_cells := app.terminal.cells, stock.terminal.cells), app_cells


async def test_part_of_a_frame_of_another_size_is_dropped() -> None:
    app = ThinFloor()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause(0.1)
        right = app.terminal.cells
        strip = app.screen._compositor.render_strips()[0].crop(0, 40)
        stale = ChopsUpdate([{0: strip}] * 10, [(3, 0, 40)], [[40]] * 10)
        app._display(app.screen, stale)
        assert not differences(app.terminal.cells, right)
        await pilot.pause(0.1)
        assert not differences(app.terminal.cells, right)


async def test_a_covered_part_outside_of_the_span_is_not_drawn() -> None:
    app = ThinFloor()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.press("b")
        await pilot.pause(0.1)
        right = app.terminal.cells
        app.screen_stack[0].query_one(Input).refresh(Region(0, 0, 3, 3))
        await pilot.pause(0.1)
        assert not differences(app.terminal.cells, right)


async def test_another_textual_goes_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seam, "fits", lambda: False)
    app, stock = ThinFloor(), Floor()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.press("down", "b")
        await pilot.pause(0.1)
    async with stock.run_test(headless=False, size=SIZE) as pilot:
        await pilot.press("down", "b")
        await pilot.pause(0.1)
    assert app.wire.frames == 0
    assert not differences(app.terminal.cells, stock.terminal.cells)
