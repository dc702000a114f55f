"""The service-level screen: its figures by hand, its keys, and that it stays true while one looks."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import floor_events
import level_floor
import pytest
from seat import Seat

from console.actions.level_keys import LEVEL_ACTIONS
from console.bootstrap import open_desk
from console.domain.event import Event
from console.domain.instants import HOUR
from console.locale.catalogue import LANGUAGES, Language, load
from console.screens.app import RingsApp
from console.screens.levels import LevelsScreen
from console.screens.options import Options
from tests.conftest import StillClock


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all the calls of that morning, for each to copy."""
    path = tmp_path_factory.mktemp("morning") / "rings.db"

    async def take() -> None:
        desk, store = await open_desk(path, clock=StillClock(level_floor.NOW), site=level_floor.TARGETS)
        await desk.ingest(level_floor.calls())
        await store.close()

    asyncio.run(take())
    return path


@pytest.fixture
def look(tmp_path: Path, morning: Path) -> Callable[..., Any]:
    """`async with look(size=(80, 24)) as seat`: somebody at the service levels of that morning."""

    @asynccontextmanager
    async def seat(
        size: tuple[int, int] = (140, 30), language: Language = "en", **options: Any
    ) -> AsyncIterator[Seat]:
        clock, path = StillClock(level_floor.NOW), tmp_path / "rings.db"
        shutil.copyfile(morning, path)
        desk, store = await open_desk(path, actor="li.wei", clock=clock)
        try:
            app = RingsApp(desk, load(language), Options(**options), {"TERM": "xterm-256color"})
            async with app.run_test(size=size) as pilot:
                one = Seat(pilot, app, desk, clock, path)
                await one.until(lambda: one.shown)
                await one.press("v")
                await one.until(lambda: isinstance(app.screen, LevelsScreen) and rows(one))
                yield one
        finally:
            await store.close()

    return seat


def table(seat: Seat) -> Any:
    assert isinstance(seat.app.screen, LevelsScreen)
    return seat.app.screen.table


def rows(seat: Seat) -> list[str]:
    return [row.id for row in table(seat).window.rows]


def line(seat: Seat, name: str) -> list[str]:
    """The words of a queue's line as it stands on the screen."""
    found = [text for text in seat.screen_text.splitlines() if text.strip().startswith(name)]
    assert found, seat.screen_text
    return found[0].split()


def call(number: str, clock: str, verb: str, **data: object) -> Event:
    return level_floor.told(f"{number}-{verb}", verb, f"call/{number}", floor_events.at(clock), data)


async def test_a_line_for_the_floor_and_each_queue(look: Callable[..., Any]) -> None:
    async with look() as seat:
        assert rows(seat) == ["floor", "queue/billing", "queue/sales", "queue/support"]
        # In time 36 of 53 answered and 3 abandoned; 36 waited 6 s, 17 waited 36 s.
        assert line(seat, "support")[1:-1] == [
            *("!", "64", "%", "80", "%"), *("!", "5.4", "%"), "0:15", "57", "53", "3", "2", "0:42",
        ]  # fmt: skip
        assert line(seat, "sales")[1:-1] == [
            *("100", "%", "80", "%"), *("0", "%"), "0:06", "20", "20", "0", "1", "0:07",
        ]  # fmt: skip
        assert line(seat, "whole floor")[2:-1] == [
            *("!", "73", "%", "80", "%"), *("5", "%"), "0:12", "83", "78", "4", "3", "0:42",
        ]  # fmt: skip


async def test_the_trend_has_a_cell_for_each_half_hour(look: Callable[..., Any]) -> None:
    async with look() as seat:
        # In time: 4 of 4, 8 of 10, 12 of 20, 3 of 12, 9 of 10; nothing at 09:30 yet.
        assert line(seat, "support")[-1] == "█▇▅▃█·"
        assert "07:00-10:00" in seat.screen_text
    async with look(plain=True) as seat:
        assert line(seat, "support")[-1] == "98629."
        assert not set("▁▂▃▄▅▆▇█▲·—÷−") & set(seat.screen_text)


async def test_enter_shows_the_half_hours_of_the_queue(look: Callable[..., Any]) -> None:
    async with look() as seat:
        await seat.press("end", "enter")
        await seat.says("support by half hours, today")
        await seat.says("08:30")
        shown = [text.strip("│ ").split() for text in seat.screen_text.splitlines() if "│" in text]
        assert ["08:30", "12", "9", "3", "3", "!", "25", "%", "!", "25", "%", "0:26"] in shown
        assert ["09:30", "0", "0", "0", "0", "—", "—", "—"] in shown
        assert not any(words[:1] == ["06:30"] for words in shown)
        await seat.press("escape")
        assert table(seat).cursor_id == "queue/support"


async def test_x_puts_the_numbers_into_the_formulas(look: Callable[..., Any]) -> None:
    async with look(size=(140, 50)) as seat:
        await seat.press("end", "x")
        await seat.says("36 ÷ (53 − 0 + 3) = 64.3 %")
        await seat.says("3 ÷ (57 − 1) = 5.4 %")
        await seat.says("828.0 s ÷ 53 = 15.6 s")
        text = re.sub(r"[ │]+", " ", seat.screen_text)
        assert "! 80 % at least: missed" in text
        assert "! 5 % at most: missed" in text
        assert "2 open calls" in text
        assert "1 short abandons: gave up within 3s" in text
        await seat.press("x", "up", "up", "x")
        await seat.says("billing: how it is reckoned")
        text = re.sub(r"[ │]+", " ", seat.screen_text)
        assert "1 open calls" in text
        assert "! 80 % at least: missed" in text


async def test_it_lives(look: Callable[..., Any]) -> None:
    async with look() as seat:
        await seat.press("end")
        await seat.happen(call("9001", "09:31:05", "offered", queue="aardvark"))
        await seat.until(lambda: "queue/aardvark" in rows(seat))
        # A queue came in above: the cursor stays with its own.
        assert table(seat).cursor_id == "queue/support"
        await seat.happen(call("9001", "09:31:06", "answered"), call("9001", "09:31:07", "ended"))
        await seat.until(lambda: line(seat, "aardvark")[1:3] == ["100", "%"])
        seat.clock.moment += 5_000
        await seat.until(lambda: line(seat, "support")[-2] == "0:47")


async def test_another_day_begins_by_itself(look: Callable[..., Any]) -> None:
    async with look() as seat:
        seat.clock.moment += 15 * HOUR
        await seat.until(lambda: rows(seat) == ["floor"])
        assert "Service levels   today" in seat.screen_text


async def test_days_before(look: Callable[..., Any]) -> None:
    async with look() as seat:
        await seat.press("left")
        await seat.says("Sun 2026-03-01")
        await seat.until(lambda: rows(seat) == ["floor"])
        await seat.press("enter")
        await seat.says("No calls came that day.")
        await seat.press("escape", "left", "right", "right", "right")
        await seat.says("Service levels   today")
        await seat.until(lambda: "queue/support" in rows(seat))


@pytest.mark.parametrize("key", ["escape", "q", "v"])
async def test_back_to_the_queue(look: Callable[..., Any], key: str) -> None:
    async with look() as seat:
        await seat.press(key)
        assert seat.app.screen is seat.queue
        assert seat.app.is_running


async def test_by_its_name(look: Callable[..., Any]) -> None:
    async with look() as seat:
        await seat.press("escape", "ctrl+p")
        await seat.type("levels")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, LevelsScreen))


async def test_every_size_has_the_share_and_who_waits(look: Callable[..., Any]) -> None:
    for size in ((200, 50), (80, 24), (40, 20)):
        async with look(size=size) as seat:
            text = seat.screen_text
            assert "! 64 %" in text, text
            assert "0:42" in text, text
            assert all(len(row.rstrip()) <= size[0] for row in text.splitlines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_has_its_texts(language: Language) -> None:
    say = load(language)
    assert all(action.label in say and action.help in say for action in LEVEL_ACTIONS)
    keys = [key for action in LEVEL_ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))
