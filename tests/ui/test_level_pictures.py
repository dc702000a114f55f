"""The service levels as pictures: three sizes, two languages, and what stands behind them."""

from __future__ import annotations

import level_floor
import pytest
from pictures import console, opening, said, seen

from console.screens.app import RingsApp
from console.screens.levels import LevelsScreen
from console.screens.paper import PaperScreen
from console.service.desk import Desk


async def tell(desk: Desk) -> dict[str, object]:
    return {"day_levels": await desk.day_levels()}


def picture(language: str) -> RingsApp:
    feeds = (("asterisk", "pbx", 0),)
    return console(said(tell, site=level_floor.TARGETS, events=level_floor.calls, feeds=feeds), language)


async def opened(pilot) -> None:
    """At the levels, the cursor on the last queue."""
    await opening("v", LevelsScreen)(pilot)
    await pilot.press("end")
    await pilot.pause(0.1)


@pytest.mark.parametrize("size", [(200, 50), (80, 24), (40, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_levels(snap_compare, size, language) -> None:
    assert snap_compare(picture(language), terminal_size=size, run_before=opened)


@pytest.mark.parametrize(("language", "size"), [("en", (40, 20)), ("zh_CN", (80, 24))])
@pytest.mark.parametrize("key", ["enter", "x"])
def test_what_stands_behind(snap_compare, key, language, size) -> None:
    async def sheet(pilot) -> None:
        await opened(pilot)
        await pilot.press(key)
        await seen(pilot, PaperScreen)

    app = picture(language)
    assert snap_compare(app, terminal_size=size, run_before=sheet)
