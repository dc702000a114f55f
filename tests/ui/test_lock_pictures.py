"""The lock with the board beside it as pictures."""

from __future__ import annotations

import floor_events
from pictures import SHAPES, console, said, seen

from console.screens.lock import LockScreen
from console.service.desk import Desk
from widgets.live_table import LiveTable


async def tell(desk: Desk) -> dict[str, object]:
    return {}


async def locked(pilot) -> None:
    """The board is there; what nobody may do on it does nothing."""
    await seen(pilot, LockScreen)
    await pilot.click(LiveTable)
    await pilot.press("down", "up")
    await pilot.pause(0.1)


@SHAPES
def test_lock(snap_compare, size, language) -> None:
    desk = said(tell, site=f"lock_board = true\n{floor_events.SITE}")
    app = console(desk, language, badge="", shared=True)
    assert snap_compare(app, terminal_size=size, run_before=locked)
