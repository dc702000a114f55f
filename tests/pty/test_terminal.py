"""The real program in a real terminal: it gives it back, and nothing from outside reaches it raw."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.instants import MINUTE
from tests.cli.rings_command import Answer, command
from tests.conftest import ROOT
from tests.pty.terminal import Terminal

RINGS = [sys.executable, "-m", "console"]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Opens `rings WORDS` in a terminal, on a store of the test's own."""
    opened: list[Terminal] = []

    def start(*words: str, size: tuple[int, int] = (80, 24), **environ: str) -> Terminal:
        surroundings = {
            "RINGS_STORE": str(tmp_path / "rings.db"),
            "LC_ALL": "C.UTF-8",
            "XDG_STATE_HOME": str(tmp_path),
        }
        terminal = Terminal([*RINGS, *words], size=size, environ={**surroundings, **environ}, cwd=ROOT)
        opened.append(terminal)
        return terminal

    yield start
    for terminal in opened:
        terminal.close()


def rings(tmp_path: Path, *words: str) -> Answer:
    environ = {**os.environ, "RINGS_STORE": str(tmp_path / "rings.db"), "LC_ALL": "C.UTF-8"}
    return command(*words, environ=environ)


def held(number: int, moment: int) -> list[Event]:
    """A call on hold since a moment."""

    def event(kind: str, at: int) -> Event:
        name = f"{kind}-{number}"
        return Event(source="pbx", id=name, type=f"call.{kind}", subject=f"call/{number}", time=at, data={})

    return [event("answered", moment - 5), event("held", moment)]


def test_an_empty_store_says_what_to_do(run: Callable[..., Terminal]) -> None:
    terminal = run("--lang", "en")
    terminal.wait_for("rings ingest")
    terminal.press("q")
    assert terminal.end() == 0


@pytest.mark.parametrize(
    ("language", "ends", "badge", "never"),
    [("en", "01", "REPLAY OVER", "~~~"), ("zh", "01", "回放已完", "~~~"), ("en", "59", "REPLAY ", "OVER")],
)
def test_a_recording_says_when_it_is_over(
    run: Callable[..., Terminal], tmp_path: Path, language: str, ends: str, badge: str, never: str
) -> None:
    lines = (
        f'{{"specversion": "1.0", "source": "pbx", "id": "{minute}", "type": "call.{word}",'
        f' "subject": "call/1", "time": "2026-03-02T09:{minute}:00+08:00", "data": {{"direction": "in"}}}}'
        for minute, word in (("00", "offered"), (ends, "answered"))
    )
    (tmp_path / "day.ndjson").write_text("\n".join(lines))
    terminal = run(
        "replay", str(tmp_path / "day.ndjson"), "--speed", "60", "--lang", language, RINGS_STORE=""
    )
    terminal.wait_for(badge)
    assert never not in terminal.text
    terminal.press("q")
    assert terminal.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_gives_the_terminal_back(run: Callable[..., Terminal], number: signal.Signals) -> None:
    terminal = run("--lang", "en")
    terminal.wait_for("rings ingest")
    terminal.kill(number)
    sent = bytes(terminal.sent)
    for mode in (b"1049", b"1000", b"1003", b"2004"):
        if b"\x1b[?%bh" % mode in sent:
            assert sent.rfind(b"\x1b[?%bl" % mode) > sent.rfind(b"\x1b[?%bh" % mode), mode
    assert sent.rfind(b"\x1b[?25h") > sent.rfind(b"\x1b[?25l")
    assert termios.tcgetattr(terminal.follower) == terminal.before
    assert b"Traceback" not in sent


@pytest.mark.parametrize("ticks", [0, 3])
def test_it_ends_with_its_terminal(run: Callable[..., Terminal], ticks: int) -> None:
    """The window is closed, or the line is cut: nothing stays behind, whether it was drawing or not."""
    terminal = run("demo", "--lang", "en", "--speed", "20", RINGS_STORE="")
    terminal.wait_for("callback")
    terminal.read(ticks)
    terminal.press("jjj")
    os.close(terminal.follower)
    os.close(terminal.leader)
    assert terminal.process.wait(timeout=20) is not None


def test_a_breach_is_told_on_the_desktop_while_another_window_is_in_front(
    run: Callable[..., Terminal], tmp_path: Path
) -> None:
    def happen(*numbers: int) -> None:
        async def take() -> None:
            desk, store = await open_desk(tmp_path / "rings.db")
            await desk.ingest([each for number in numbers for each in held(number, desk.now() - 2 * MINUTE)])
            await store.close()

        asyncio.run(take())

    terminal = run("--lang", "en")
    terminal.wait_for("rings ingest")
    terminal.press("\x1b[O")  # the terminal says that it lost the focus
    happen(1, 2)
    terminal.wait_for("2 alerts: 2x hold 1m")
    terminal.press("q")
    assert terminal.end() == 0
    assert terminal.sent.count(b"\x1b]9;Three Rings: 2 alerts: 2x hold 1m\x07") == 1


def test_a_terminal_that_takes_nothing_holds_no_end_up(run: Callable[..., Terminal]) -> None:
    terminal = run("demo", "--lang", "en", "--speed", "20", size=(200, 50), RINGS_STORE="")
    terminal.wait_for("callback")
    for _ in range(40):  # pages that nobody reads fill what lies between
        terminal.press("\x1b[6~\x1b[5~")
        time.sleep(0.05)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.process.wait(timeout=20) is not None


@pytest.mark.parametrize("size", [(200, 50), (40, 20)])
def test_hostile_text_never_reaches_the_terminal_raw(
    run: Callable[..., Terminal], tmp_path: Path, size: tuple[int, int]
) -> None:
    """The hostile file goes in, its items are opened one by one; what it smuggles never comes out."""
    site = tmp_path / "site.toml"
    site.write_text(
        'lost_after = "99999d"\n'
    )  # or the file's calls would be lost by now, and not on the board
    assert rings(tmp_path, "site", "apply", str(site)).returncode == 0
    assert rings(tmp_path, "ingest", str(ROOT / "fixtures" / "hostile" / "hostile.ndjson")).returncode == 0
    assert rings(tmp_path, "rejects").returncode == 0
    terminal = run("--lang", "en", size=size)
    terminal.wait_for("▲")
    for key in ("\r", "j", "j", "j", "x", "\x1b", "/", "h", "\x1b", "r", "\x1b"):
        terminal.press(key)
        terminal.read(0.3)
    # Not by a key: on a slow machine it might still go to a dialog.
    terminal.kill(signal.SIGTERM)
    sent = bytes(terminal.sent)
    assert b"Traceback" not in sent
    assert b"\x1b]52" not in sent
    assert b"\x1b]8;" not in sent
    text = sent.decode("utf-8", "strict")
    # Textual's own words: CSI, character sets, and the pointer's shape (OSC 22).
    own = re.sub(
        r"\x1b\]22;[a-z-]*\x07|\x1b\[[0-9;?<>=$]*[A-Za-z$]+[a-z]?|\x1b[()][A-Z0-9]|\x1b[=>78]|[\r\n]",
        "",
        text,
    )
    smuggled = [
        character
        for character in own.replace("\x07", "", 1)  # the console's own bell: the floor has breaches
        if ord(character) < 32
        or 0x7F <= ord(character) < 0xA0
        or character in "\u202e\u2066\u200b\ufeff\u061c"
    ]
    assert smuggled == []


def test_dumb_terminals_and_pipes_are_told_about_status(run: Callable[..., Terminal], tmp_path: Path) -> None:
    terminal = run("--lang", "en", TERM="dumb")
    assert terminal.end() == 2
    assert b"rings status" in terminal.sent
    assert b"\x1b" not in terminal.sent
    piped = rings(tmp_path, "run")
    assert piped.returncode == 2
    assert b"rings status" in piped.stderr


def test_two_consoles_see_each_others_moves_within_a_second(
    run: Callable[..., Terminal], tmp_path: Path
) -> None:
    line = (
        '{"specversion":"1.0","id":"1","source":"desk","type":"ticket.opened","subject":"ticket/T-1",'
        '"time":"2026-03-02T09:00:00Z","data":{"queue":"repair","customer":"c-1"}}\n'
    )
    path = tmp_path / "one.ndjson"
    path.write_text(line)
    rings(tmp_path, "ingest", str(path))
    first, second = run("--as", "li", "--lang", "en"), run("--as", "wang", "--lang", "en")
    for terminal in (first, second):
        terminal.wait_for("ticket")
    first.read(1.5)
    first.press("e")
    first.wait_for("lead")
    first.press("\t")
    first.read(0.3)
    first.press("too late\r")
    second.wait_for(lambda text: "↑" in text or "lead" in text, timeout=5)
    for terminal in (first, second):
        terminal.press("q")
        assert terminal.end() == 0
