"""The rewind as pictures: the field's feed is silent, and of the others nobody knows."""

from __future__ import annotations

import floor_events
from pictures import SHAPES, console, opening, said

from console.domain.query import Query
from console.screens.rewind import RewindScreen
from console.service.desk import Desk
from console.service.past import LookBack


async def tell(desk: Desk) -> dict[str, object]:
    look = LookBack(floor_events.at("09:30:00"), Query())
    return {"past": await desk.past(look, 50, lambda done, whole: None)}


@SHAPES
def test_rewind(snap_compare, size, language) -> None:
    opened = opening("t", RewindScreen)
    assert snap_compare(console(said(tell), language), terminal_size=size, run_before=opened)
