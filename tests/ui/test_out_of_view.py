"""The wheel scrolls the board away from the cursor: a key first shows what it is about."""

from __future__ import annotations

from textual import events


def wheel(seat, *, down: bool) -> None:
    """One notch of the wheel over the board."""
    table = seat.queue.table
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
            wheel(seat, down=True)
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


async def test_what_is_marked_may_be_out_of_view(sit) -> None:
    async with sit(size=(80, 16)) as seat:
        await seat.press("space", "home")
        for _ in range(8):
            wheel(seat, down=True)
        await seat.until(lambda: "137****3311" not in seat.screen_text)
        await seat.calm()
        await seat.press("a")
        await seat.until(lambda: not seat.queue.table.marks)
        assert (await seat.row("callback/b1")).acknowledged
