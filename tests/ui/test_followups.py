"""Follow-ups as they are worked on the screen: what the customer said, why not, and when to call again."""

from __future__ import annotations

import pytest
from floor_events import NOW

from console.domain.event import Event
from console.domain.instants import format_utc
from console.domain.query import Query
from console.screens.norms import NormsScreen
from tests.domain.story import PACK
from widgets.dialogs import PromptScreen

HOUR = 3_600_000


def paid_repair() -> tuple[Event, ...]:
    """A paid repair that ended an hour ago: it is followed up by itself."""
    told = {"type": "repair", "customer": "13900000001", "queue": "south"}
    return tuple(
        Event(source="crm", id=kind, type=f"job.{kind}", subject="job/J-1", time=NOW - ago * HOUR, data=data)
        for kind, ago, data in (("scheduled", 5, told), ("finished", 1, {"paid": True, "agent": "chen"}))
    )


async def events_of(seat, item: str) -> list[tuple[str, dict]]:
    view = await seat.desk.view(item)
    return [(entry.event.type, dict(entry.event.data)) for entry in view.timeline]


async def test_done_takes_what_the_customer_said(sit) -> None:
    async with sit(events=paid_repair(), size=(120, 30)) as seat:
        await seat.to("followup/J-1")
        await seat.press("d", "enter", "enter")
        await seat.says("is needed")
        await seat.type("all is well")
        await seat.press("enter")
        await seat.until(lambda: "followup/J-1" not in seat.shown)
        kind, data = (await events_of(seat, "followup/J-1"))[-1]
        assert (kind, data["outcome"], data["words"]) == ("followup.done", "solved", "all is well")


async def test_who_refuses_goes_on_the_list(sit) -> None:
    async with sit(events=paid_repair(), size=(80, 24), language="zh_CN") as seat:
        await seat.to("followup/J-1")
        await seat.press("d", "down", "down")
        await seat.says("拒访")
        await seat.press("tab")
        await seat.type("没时间")
        await seat.press("enter")
        await seat.until(lambda: "report/refusal/J-1" in seat.shown)
        kind, data = (await events_of(seat, "followup/J-1"))[-1]
        assert (kind, data["reason"], "words" in data) == ("followup.refused", "没时间", False)
        await seat.press("u")
        await seat.until(lambda: "followup/J-1" in seat.shown)
        rows = (await seat.desk.window(Query(), 50)).rows
        assert "report/refusal/J-1" not in {row.id for row in rows}


async def test_who_is_busy_says_when_to_call_again(sit) -> None:
    async with sit(events=paid_repair(), size=(120, 30)) as seat:
        await seat.to("followup/J-1")
        await seat.press("c")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await seat.says("who is busy says when to call again")
        await seat.press("enter")
        await seat.says("a time like 14:30, or a number of minutes")
        await seat.press("tab")
        await seat.type("45")
        await seat.press("enter")
        await seat.until(lambda: not isinstance(seat.app.screen, PromptScreen))
        row = await seat.row("followup/J-1")
        again = NOW + 45 * 60_000
        assert (row.tries, row.norm) == (1, "followup.again")
        assert format_utc(row.due)[:16] == format_utc(again + HOUR)[:16]
        await seat.press("enter")
        await seat.says("the customer is busy")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "2026-03 to date: 0 of 1 followed up, 0 % of the 30 % wanted; 1 to go, 0 refused."),
        ("zh_CN", "2026-03 至今：应访 1，已访 0，占 0 %（目标 30 %）；待访 1，拒访 0。"),
    ],
)
async def test_the_norms_sheet_says_how_the_month_stands(sit, language, said) -> None:
    async with sit(events=paid_repair(), size=(120, 140), language=language) as seat:
        await seat.press("N")
        await seat.until(lambda: isinstance(seat.app.screen, NormsScreen))
        name = "30 % of home repairs followed up" if language == "en" else "居家维修回访三成"
        await seat.says(name)
        rows = [norm.id for norm in PACK.norms]
        await seat.press(*["down"] * rows.index("followup.sample.thirty-percent"), "enter")
        await seat.says(said)
