"""The way in and the way out: terminals, crashes, signals."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.worker import WorkerFailed

from console.cli import colours
from console.locale.catalogue import load
from console.screens import themes
from console.screens.app import RingsApp
from console.screens.options import THEMES, Options, plain_terminal, poor_terminal
from console.screens.work import start
from widgets.bars import HintBar

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("environ", "poor"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, True),
        ({"TERM": "linux"}, True),
        ({"TERM": "screen"}, True),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False),
        ({}, False),
    ],
)
def test_poor_terminals(environ: dict[str, str], poor: bool) -> None:
    assert poor_terminal(environ) == poor


def test_plain_terminals() -> None:
    assert plain_terminal({"TERM": "linux", "LANG": "C.UTF-8"})
    assert plain_terminal({"TERM": "xterm-256color", "LANG": "C"})
    assert not plain_terminal({"TERM": "xterm-256color", "LANG": "zh_CN.UTF-8"})


async def test_an_unknown_theme_is_the_fitting_one(sit) -> None:
    async with sit(options=Options(theme="no-such")) as seat:
        assert seat.app.theme == themes.DEFAULT


async def test_chosen_colours_are_there_the_next_time(sit, tmp_path) -> None:
    assert (*themes.BY_NAME, themes.ANSI) == THEMES
    likes = tmp_path / "state" / "theme"
    assert colours.liked(likes) == ""
    async with sit(options=Options(like=partial(colours.like, likes))) as seat:
        seat.queue.action_act("theme")
        await seat.says("high contrast")
        await seat.press(*"light", "enter")
        await seat.until(likes.is_file)
        await seat.until(lambda: colours.liked(likes) == "light")
        assert seat.app.theme == "light"
        cases = (
            (Options(liked="light"), "xterm-256color", "light"),
            (Options(liked="light", theme="dark"), "xterm-256color", "dark"),
            (Options(liked="light"), "linux", themes.ANSI),
            (Options(liked="light", theme="dark"), "linux", "dark"),
            (Options(liked="\x1b[31m"), "xterm-256color", themes.DEFAULT),
        )
        for options, terminal, theme in cases:
            assert RingsApp(seat.desk, load("en"), options, {"TERM": terminal}).theme == theme


async def test_without_colours_everything_has_the_terminals_own(sit, monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with sit() as seat:
        strips = seat.app.screen._compositor.render_strips()
        styles = {segment.style for strip in strips for segment in strip if segment.style}
        colours = {colour for style in styles for colour in (style.color, style.bgcolor) if colour}
        assert all(colour.is_default for colour in colours), colours


async def test_a_crash_is_written_down_and_said_in_one_line(sit, tmp_path) -> None:
    log = tmp_path / "state" / "rings.log"
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 (it comes out where the app ends)
        async with sit(options=Options(log=log)) as seat:

            def fail() -> None:
                raise ZeroDivisionError("the secret of 13800000042")

            seat.app.call_later(fail)
            await seat.until(lambda: seat.app.crash)
    assert str(log) in seat.app.crash
    assert "\n" not in seat.app.crash
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o077 == 0


async def test_keys_behind_the_one_that_leaves_do_nothing(sit) -> None:
    async with sit() as seat:
        before = await seat.desk.counts()
        for key in ("q", "g", "i", "a", "enter"):
            seat.app.post_message(events.Key(key, key if len(key) == 1 else None))
        while seat.app.is_running:
            await asyncio.sleep(0.01)
        assert await seat.desk.counts() == before
    assert not seat.app.crash
    assert seat.app.return_code == 0


async def test_a_fault_after_the_key_that_leaves_is_written_down_and_said(sit, tmp_path) -> None:
    log = tmp_path / "rings.log"
    with pytest.raises(WorkerFailed):  # noqa: PT012 (it comes out where the app ends)
        async with sit(options=Options(log=log)) as seat:

            async def look() -> None:
                try:
                    await asyncio.sleep(60)
                finally:
                    assert seat.app.leaving
                    raise ZeroDivisionError

            async def ask_a_part_that_is_gone() -> None:
                try:
                    await asyncio.sleep(60)
                finally:
                    seat.app.query_one("#no-such-part")

            for work in (ask_a_part_that_is_gone, look):
                seat.queue.run_worker(work, group=work.__name__)
            await seat.press("q")
            while seat.app.is_running:
                await asyncio.sleep(0.01)
    assert str(log) in seat.app.crash
    assert "\n" not in seat.app.crash
    assert seat.app.return_code
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    assert "NoMatches" not in log.read_text(encoding="utf-8")


async def test_work_whose_screen_was_closed_under_it_is_no_fault(sit) -> None:
    async with sit() as seat:
        await seat.press("i")
        opened = seat.app.screen
        assert opened is not seat.queue
        await seat.app.pop_screen()
        done = asyncio.Event()

        async def finds_nothing() -> None:
            try:
                opened.query_one(HintBar)
            finally:
                done.set()

        start(opened, finds_nothing, group="test")
        await done.wait()
        await seat.pilot.pause(0.05)
        assert not seat.app.crash


async def test_work_under_which_the_console_ends_is_no_fault(sit) -> None:
    async with sit() as seat:

        async def finds_nothing() -> None:
            try:
                await asyncio.Event().wait()
            finally:  # a step that had begun goes on, while the screens are taken down
                seat.queue.query_one("#no-such-part")

        start(seat.queue, finds_nothing, group="test")
        await seat.pilot.pause()


async def test_work_of_an_open_screen_that_finds_a_part_missing_is_a_fault(sit) -> None:
    with pytest.raises(WorkerFailed):  # noqa: PT012 (it comes out where the app ends)
        async with sit() as seat:

            async def finds_nothing() -> None:
                seat.queue.query_one("#no-such-part")

            start(seat.queue, finds_nothing, group="test")
            await seat.until(lambda: seat.app.crash)


async def test_ctrl_c_ends_nothing_and_q_does(sit) -> None:
    async with sit() as seat:
        await seat.press("ctrl+c")
        await seat.says("q leaves the console")
        await seat.press("q")
        assert seat.app.return_code == 0


def read_until(terminal: int, text: bytes, seconds: float) -> bytes:
    """What comes out of a terminal, up to and with a text."""
    seen, end = b"", time.monotonic() + seconds
    while text not in seen and time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        try:
            seen += os.read(terminal, 65_536) if ready else b""
        except OSError:
            break
    return seen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_give_the_terminal_back(number: signal.Signals) -> None:
    child, terminal = pty.fork()
    if not child:
        os.environ["TERM"] = "xterm-256color"
        os.execv(sys.executable, [sys.executable, str(HERE / "gallery_queue.py")])
    try:
        assert b"138****0042" in read_until(terminal, b"138****0042", 20)
        os.kill(child, number)
        assert b"\x1b[?1049l" in read_until(terminal, b"\x1b[?1049l", 10)
        read_until(terminal, b"never", 0.5)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 128 + number
    finally:
        os.close(terminal)
