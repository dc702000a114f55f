"""The wheel scrolls the board away from the cursor: a key first shows what it is about."""

from __future__ import annotations

import re

from textual import events
from textual.widget import Widget

from widgets.dialogs import PromptScreen
from widgets.live_table import LiveTable
from widgets.picker import ChoiceTable, PickerScreen


def wheel(seat, table: Widget, *, down: bool) -> None:
    """One notch of the wheel."""
    kind = events.MouseScrollDown if down else events.MouseScrollUp
    x, y = table.region.offset
    event = kind(table, 3, 3, 0, 1, 0, False, False, False, screen_x=x + 3, screen_y=y + 3)
    table.post_message(event)


async def test_a_key_brings_the_row_into_view_first_and_acts_when_pressed_again(sit) -> None:
    async with sit(size=(80, 16)) as seat:
        item = seat.cursor
        who = "137****3311"
        assert who in seat.screen_text
        for _ in range(8):
            wheel(seat, seat.queue.table, down=True)
        await seat.until(lambda: who not in seat.screen_text)
        await seat.calm()
        await seat.press("a")
        await seat.says("the row was out of view: here it is, press again")
        assert seat.cursor == item
        assert who in seat.screen_text
        assert not (await seat.row(item)).acknowledged
        await seat.press("a")
        await seat.says("✓ callback")
        assert (await seat.row(item)).acknowledged


async def test_no_choice_is_taken_that_can_not_be_seen(sit) -> None:
    async with sit(size=(40, 8)) as seat:
        item = seat.cursor
        await seat.press("r")
        await seat.until(lambda: isinstance(seat.app.screen, PickerScreen))
        table = seat.app.screen.query_one(ChoiceTable)
        await seat.press("down")  # to Omar, whom the price below the list names too
        await seat.says("wrap-up 20s")
        for _ in range(6):
            wheel(seat, table, down=True)
        await seat.until(lambda: "wrap-up 20s" not in seat.screen_text)
        await seat.press("enter")
        await seat.says("wrap-up 20s")
        assert isinstance(seat.app.screen, PickerScreen)
        assert (await seat.row(item)).asked is None
        await seat.press("enter")
        await seat.until(lambda: seat.app.screen is seat.queue)
        assert (await seat.row(item)).asked == "omar"


async def test_nothing_on_a_checklist_is_marked_unseen(sit) -> None:
    async with sit(size=(40, 9)) as seat:
        await seat.press("i")
        await seat.says("Public notices")
        await seat.press("enter")
        for key in ("enter", "n"):
            await seat.says("manager's phone")
            for _ in range(6):
                wheel(seat, seat.app.screen.query_one(LiveTable), down=True)
            await seat.until(lambda: "manager's phone" not in seat.screen_text)
            await seat.press(key)
        await seat.says("manager's phone")
        assert re.search("— +manager's phone", seat.screen_text)


async def test_no_answer_is_given_that_can_not_be_seen(sit) -> None:
    async with sit(size=(20, 5)) as seat:
        item = seat.cursor
        await seat.press("e")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await seat.says("lead")
        for _ in range(9):
            wheel(seat, seat.app.screen.query_one("#box"), down=True)
        await seat.until(lambda: "lead" not in seat.screen_text)
        await seat.press("enter")
        await seat.says("lead")
        assert not (await seat.row(item)).level
        await seat.press("enter")
        await seat.until(lambda: seat.app.screen is seat.queue)
        assert (await seat.row(item)).level == "lead"
