"""The hand-over at its keys: given with a name, taken over with one, told to whoever was slower."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from floor_events import at
from seat import Seat

from console.screens.handover import HandoverScreen
from console.service.handing import Giving
from widgets.dialogs import PromptScreen

Sit = Callable[..., Any]
EARLY = "handover/2026-03-02/early"


async def end_of_shift(seat: Seat) -> None:
    """Let the early shift end on a floor that was ticked before, and half an hour pass."""
    await seat.desk.tick()
    seat.clock.moment = at("16:31:00")
    await seat.desk.tick()


async def opened(seat: Seat) -> None:
    await seat.press("h")
    await seat.until(lambda: isinstance(seat.app.screen, HandoverScreen))


async def asked(seat: Seat) -> None:
    await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))


async def answered(seat: Seat) -> None:
    await seat.until(lambda: isinstance(seat.app.screen, HandoverScreen))


async def test_a_shift_passes_from_name_to_name_at_one_terminal(sit: Sit) -> None:
    async with sit(size=(120, 30), actor="li") as seat:
        await end_of_shift(seat)
        await seat.until(lambda: EARLY in seat.shown)
        await seat.says("take over 16:30")
        rows = [text.split() for text in seat.screen_text.splitlines() if "take over 16:30" in text]
        assert [row[:5] for row in rows] == [["▲", "+1:00", "hand-over", "early", "shift"]]
        await opened(seat)
        await seat.says("early shift 08:00–16:00")
        await seat.says("to be taken over by 16:30")
        await seat.says("Broken:")
        await seat.press("enter")
        await asked(seat)
        await seat.type("sun y")
        await seat.press("tab")
        await seat.type("T-8812 waits for a part")
        await seat.press("enter")
        await answered(seat)
        await seat.says("Li Na handed over to Sun Yue at 16:31: to be taken over by 16:30")
        await seat.says("“T-8812 waits for a part”")
        # Li still sits here: it is Sun Yue's name that stands in the form.
        await seat.press("a")
        await asked(seat)
        await seat.says("Who takes over")
        await seat.press("enter")
        await answered(seat)
        await seat.says("Sun Yue took over the early shift")
        await seat.says("late shift 16:00–24:00")
        assert EARLY not in await seat.desk.rows([EARLY])
        await seat.press("escape")
        await seat.until(lambda: seat.app.screen is seat.queue)


async def test_whoever_is_slower_is_told_and_may_do_it_all_the_same(sit: Sit) -> None:
    async with sit(size=(80, 24), actor="li") as seat:
        await opened(seat)
        await seat.press("a")
        await seat.says("this shift goes on, and nobody has handed it over")
        await seat.press("enter")
        await asked(seat)
        # A console elsewhere hands over while this one still types.
        await seat.desk.hand_over(Giving("elsewhere", EARLY, "zhang", 0, "omar", ""))
        await seat.type("Li Na")
        await seat.press("enter")
        await seat.says("Zhang Wei was quicker at 09:31:07")
        await seat.press("enter")
        await seat.says("nobody hands over to themselves")
        await seat.press("backspace", "backspace", "backspace", "backspace", "backspace")
        await seat.type("sun")
        await seat.press("enter")
        await answered(seat)
        await seat.until(lambda: "handed over to Sun Yue" in " ".join(seat.screen_text.split()))
        assert (await seat.desk.handover()).taker == "sun"
        seat.desk.read_only = True
        await seat.press("a")
        await seat.says("this console only looks")
