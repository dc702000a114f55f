"""The checklists as pictures: what was checked when, and one gone through on a phone."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import floor_events
from pictures import console, opening, said, seen
from test_pictures import tell

from console.bootstrap import standard_checklists
from console.domain.checklists import ROUND, parse_checklists
from console.domain.instants import DAY, HOUR
from console.screens.app import RingsApp
from console.screens.check_sheet import CheckSheet
from console.screens.checks import ChecksScreen
from console.service.inspecting import WHOLE, CheckState, Seen

NOW = floor_events.NOW
LISTS = {each.id: each for each in parse_checklists(standard_checklists())}
STATES = (
    CheckState(
        LISTS["notice"],
        "north",
        "zhang",
        NOW - 3 * DAY,
        "li.wei",
        2,
        1,
        {"dates": Seen("not", NOW - 3 * DAY)},
    ),
    CheckState(LISTS["notice"], "south"),
    replace(CheckState(LISTS["quiet"], WHOLE), guests=2),
    CheckState(LISTS[ROUND], WHOLE, last=NOW - 7 * DAY, by="sun", called=(("round/w", NOW - HOUR),)),
)


def floor(language: str) -> RingsApp:
    app = console(said(tell), language)

    async def checks(call: str = "") -> tuple[CheckState, ...]:
        return STATES

    app.queue.desk.checks = checks
    return app


async def gone_through(pilot) -> None:
    await opening("i", ChecksScreen)(pilot)
    await pilot.press("enter")
    await seen(pilot, CheckSheet)
    await pilot.press("enter", "enter", "minus")
    await asyncio.sleep(0.1)


def test_what_was_checked_and_when(snap_compare) -> None:
    opened = opening("i", ChecksScreen)
    assert snap_compare(floor("zh_CN"), terminal_size=(80, 24), run_before=opened)


def test_a_list_on_a_phone(snap_compare) -> None:
    assert snap_compare(floor("en"), terminal_size=(40, 20), run_before=gone_through)
