"""Checklists by the keys: which there are, going through one, a finding's owner, nothing lost on the way."""

from __future__ import annotations

import floor_events
import pytest

from console.domain.event import Event
from console.screens.check_sheet import CheckSheet
from console.screens.checks import ChecksScreen
from console.service.model import NotRecorded
from console.service.site import apply
from widgets.dialogs import ConfirmScreen, PromptScreen

AREAS = floor_events.SITE + '[areas.north]\nmanager = "zhang"\n[areas.south]\n'


def on_top(seat, kind) -> bool:
    return isinstance(seat.app.screen, kind)


async def lists(seat) -> None:
    """The checklists of a floor with two areas."""
    await apply(seat.desk._store, AREAS, actor="boss", event_id="s2", now=seat.clock.moment, since=None)
    await seat.press("i")
    await seat.until(lambda: on_top(seat, ChecksScreen) and seat.app.screen.table.window.rows)


async def notices(seat) -> CheckSheet:
    """The notices of the north, opened."""
    await lists(seat)
    assert seat.app.screen.table.cursor_id == "notice@north"
    await seat.press("enter")
    await seat.until(lambda: on_top(seat, CheckSheet) and seat.app.screen.table.window.rows)
    return seat.app.screen


@pytest.mark.parametrize(("size", "language"), [((120, 30), "en"), ((80, 24), "zh_CN"), ((40, 20), "en")])
async def test_an_area_that_was_never_checked_says_so(sit, size, language) -> None:
    async with sit(size=size, language=language) as seat:
        await lists(seat)
        await seat.says("never" if language == "en" else "从未检查")
        rows = [row.id for row in seat.app.screen.table.window.rows]
        assert rows == ["notice@north", "notice@south", "area-book@north", "area-book@south", "round@all"]


async def test_a_list_is_gone_through_and_its_finding_is_somebodys_task(sit) -> None:
    async with sit() as seat:
        sheet = await notices(seat)
        await seat.press("enter", "n")
        await seat.until(lambda: on_top(seat, PromptScreen))
        await seat.type("torn off")
        await seat.press("enter")  # the owner is filled in: the area's manager
        await seat.until(lambda: seat.app.screen is sheet)
        await seat.says("torn off · Zhang Wei")
        await seat.press("s")
        await seat.says("5 not looked at yet")
        await seat.press("enter", "enter", "enter", "minus", "enter", "s")
        await seat.says("Public notices, north: on record, 1 to correct")
        found = next(one for one in await seat.desk.checks() if one.open)
        assert (found.checklist.id, found.place, found.found, found.open) == ("notice", "north", 1, 1)
        assert (found.seen["opinion-box"].mark, found.seen["dates"].mark) == ("na", "ok")
        await seat.press("escape", "slash")
        await seat.type("kind:report")
        await seat.until(lambda: [item for item in seat.shown if item.startswith("report/finding/")])
        assert (await seat.row(seat.shown[0])).owner == "zhang"


async def test_what_was_marked_is_kept_when_it_can_not_be_written(sit, monkeypatch) -> None:
    async with sit() as seat:
        sheet = await notices(seat)
        await seat.press(*["enter"] * 7)

        async def full(what) -> NotRecorded:
            return NotRecorded("full")

        with monkeypatch.context() as patch:
            patch.setattr(seat.desk, "inspect", full)
            await seat.press("s")
            await seat.says("not recorded")
        assert seat.app.screen is sheet
        await seat.press("escape")
        await seat.until(lambda: on_top(seat, ConfirmScreen))
        await seat.press("enter")  # go on
        await seat.until(lambda: seat.app.screen is sheet)
        await seat.press("s")
        await seat.says("Public notices, north: all well, on record")


async def test_quiet_is_offered_while_a_visitor_is_there_and_a_call_can_be_listened_to(sit) -> None:
    async with sit() as seat:
        came = Event(
            source="desk", id="v1", type="visit.arrived", subject="visit/1", time=seat.clock.moment, data={}
        )
        await seat.happen(came)
        await seat.to("call/c2")
        await lists(seat)
        rows = [row.id for row in seat.app.screen.table.window.rows]
        assert "quiet@all" in rows
        assert rows[-1] == "accuracy@call/c2"
        await seat.says("visits now: 1")


async def test_who_only_looks_goes_through_nothing(sit) -> None:
    async with sit(read_only=True) as seat:
        await lists(seat)
        await seat.press("enter")
        await seat.says("this console only looks")
        assert on_top(seat, ChecksScreen)
