"""A board that is only looked at: its top stays in view, whatever becomes of the row under the cursor."""

from __future__ import annotations

import pytest
from floor_events import NOW

from console.domain.event import Event
from console.screens.queue import ALONE_S

PHONE = (40, 9)

WENT_ON = Event(
    source="desk", id="w", type="callback.done", subject="callback/b1", time=NOW, data={"outcome": "reached"}
)  # fmt: skip
RESUMED = Event(source="asterisk", id="r", type="call.resumed", subject="call/c2", time=NOW)


@pytest.mark.parametrize("late", [0, 1], ids=["nobody pressed a key", "long ago"])
async def test_the_top_stays_where_nobody_sits(sit, late: int) -> None:
    async with sit(size=PHONE) as seat:
        await seat.happen(WENT_ON)
        await seat.until(lambda: "callback/b1" not in seat.shown)
        for item in ("call/c1", "job/J-17"):
            assert item in seat.shown[:2]
        if late:
            await seat.press("home")
            seat.queue._keyed -= ALONE_S
        await seat.to("call/c2")
        if late:
            seat.queue._keyed -= ALONE_S
        assert seat.queue.table.rows_above == 0
        await seat.happen(RESUMED)  # its clock stops: it goes to the end of the board
        await seat.until(lambda: seat.shown.index("call/c2") > 30)
        assert seat.queue.table.rows_above == 0
        assert seat.cursor == "job/J-18"  # on the row that took its place
        assert "+0:23" in seat.screen_text


async def test_whoever_sits_there_keeps_the_item(sit) -> None:
    async with sit(size=PHONE) as seat:
        await seat.to("call/c2")
        await seat.press("up", "down")
        await seat.calm()
        assert seat.cursor == "call/c2"
        await seat.happen(RESUMED)
        await seat.until(lambda: seat.shown.index("call/c2") > 30)
        assert seat.cursor == "call/c2"
