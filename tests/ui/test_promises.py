"""Repeats, promises and whose customer it is, as they are seen and worked on the screen."""

from __future__ import annotations

import pytest
from floor_events import NOW

from console.domain.event import Event
from console.domain.instants import format_utc
from widgets.dialogs import PromptScreen
from widgets.picker import PickerScreen

MINUTE = 60_000
WHO, OTHER = "13800000042", "13900000001"


def event(ago_s: float, kind: str, subject: str, **data: object) -> Event:
    when = NOW - round(ago_s * 1000)
    return Event(
        source="desk", id=f"{kind}-{subject}-{ago_s}", type=kind, subject=subject, time=when, data=data
    )


def repeat() -> tuple[Event, ...]:
    """A customer with an open ticket, whose telephone call rings."""
    return (
        event(86400, "ticket.opened", "ticket/T-8812", customer=WHO, agent="zhang", queue="support"),
        event(80000, "ticket.assigned", "ticket/T-8812", agent="sun"),
        event(90, "job.scheduled", "job/J-1", customer=WHO, agent="chen", queue="south"),
        event(5, "call.offered", "call/1", **{"from": WHO}, direction="in", queue="support"),
        event(4, "call.ringing", "call/1", agent="li"),
    )


@pytest.mark.parametrize(
    ("size", "language", "word"),
    [((200, 50), "en", "↻ repeat"), ((80, 24), "zh_CN", "↻ 再来电"), ((40, 20), "en", "↻ repeat")],
)
async def test_a_repeat_is_flagged_while_it_rings(sit, size, language, word) -> None:
    async with sit(events=repeat(), size=size, language=language) as seat:
        await seat.says(word)
        row = await seat.row("call/1")
        assert (row.state, row.contacts) == ("ringing", 2)


async def test_the_pane_tells_of_what_and_shows_the_whole_case(sit) -> None:
    async with sit(events=repeat(), size=(200, 50)) as seat:
        await seat.to("call/1")
        await seat.press("enter")
        await seat.says("called 2 times in 7d about ticket")
        await seat.says("(first asked: Zhang Wei)")
        text = seat.screen_text
        assert (
            text.index("same customer or case") < text.index("T-8812  ticket") < text.index("what happened")
        )
        assert "J-1  job" in text


async def test_who_was_asked_first_is_offered_first(sit) -> None:
    async with sit(events=repeat(), size=(100, 30)) as seat:
        await seat.to("call/1")
        await seat.press("r")
        await seat.until(lambda: isinstance(seat.app.screen, PickerScreen))
        await seat.says("first asked about T-8812")
        choices = [line for line in seat.screen_text.splitlines() if " open " in line and "│" in line]
        assert "Zhang Wei" in choices[0]


def area() -> tuple[Event, ...]:
    return (
        event(999, "customer.account", f"customer/{OTHER}", area="north", manager="chen"),
        event(900, "callback.requested", "callback/1", customer=OTHER, agent="chen"),
    )


async def test_a_move_away_asks_why_and_is_marked(sit) -> None:
    async with sit(events=area(), size=(120, 30)) as seat:
        await seat.to("callback/1")
        await seat.press("r")
        await seat.until(lambda: isinstance(seat.app.screen, PickerScreen))
        await seat.says("manager of north")
        await seat.type("omar")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await seat.says("Chen Jing looks after callback 139****0001")
        assert (await seat.row("callback/1")).owner == "chen"
        await seat.press("enter")  # nothing is given away without a word
        await seat.type("on leave")
        await seat.press("enter")
        await seat.says("↷ callback")
        row = await seat.row("callback/1")
        assert (row.asked or row.owner, row.away) == ("omar", "chen")
        await seat.press("enter")
        await seat.says("taken from Chen Jing, who looks after")
        await seat.says("on leave")


async def test_escape_leaves_it_with_whom_it_belongs(sit) -> None:
    async with sit(events=area()) as seat:
        await seat.to("callback/1")
        await seat.press("r")
        await seat.type("omar")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await seat.press("escape")
        await seat.until(lambda: not isinstance(seat.app.screen, PromptScreen))
        row = await seat.row("callback/1")
        assert (row.owner, row.asked, row.away) == ("chen", None, "")


async def test_a_try_says_when_the_next_one_is(sit) -> None:
    async with sit(events=area(), size=(120, 30)) as seat:
        await seat.to("callback/1")
        await seat.press("c")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await seat.type("soon")
        await seat.press("enter")
        await seat.says("a time like 14:30, or a number of minutes")
        await seat.press(*["backspace"] * 4)
        await seat.type("10:15")
        await seat.press("enter")
        await seat.says("×1 → 10:15")
        row = await seat.row("callback/1")
        assert (row.tries, row.due) == (1, NOW - 900_000 + 30 * MINUTE)
        await seat.press("enter")
        await seat.says("tries: 1, the next at 10:15")


async def test_on_a_long_hold_the_number_is_taken_for_a_callback(sit) -> None:
    held = (
        event(100, "call.answered", "call/1", direction="in", agent="li", queue="support"),
        event(80, "call.held", "call/1"),
    )
    async with sit(events=held, size=(120, 40)) as seat:
        await seat.to("call/1")
        await seat.press("enter")
        await seat.says("c takes the number and promises a callback")
        await seat.press("c")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await seat.type("139 0000 0001")
        await seat.press("tab")
        await seat.type("45")
        await seat.press("enter")
        await seat.says("139****0001")
        row = await seat.row("callback/call/1")
        assert (row.customer, row.owner) == ("+8613900000001", "li")
        assert row.due is not None
        assert format_utc(row.due)[:16] == format_utc(NOW + 45 * MINUTE)[:16]
        assert "13900000001" not in seat.screen_text


async def test_a_repair_asks_for_the_way_of_return(sit) -> None:
    ready = (
        event(900, "repair.registered", "repair/R-1", customer=OTHER, agent="chen"),
        event(60, "repair.ready", "repair/R-1"),
    )
    async with sit(events=ready) as seat:
        await seat.to("callback/repair/R-1/ready")
        await seat.press("d", "enter")
        await seat.says("say what was agreed with the customer")
        await seat.press("tab")
        await seat.type("by mail")
        await seat.press("enter")
        await seat.until(lambda: not isinstance(seat.app.screen, PromptScreen))
        assert "callback/repair/R-1/ready" not in await seat.desk.rows(["callback/repair/R-1/ready"])
