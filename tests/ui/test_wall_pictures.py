"""The wall as pictures."""

from __future__ import annotations

from pictures import SHAPES, console, opening, said

from console.screens.wall import WallScreen
from console.service.desk import Desk


async def tell(desk: Desk) -> dict[str, object]:
    return {"wall": await desk.wall(60)}


@SHAPES
def test_wall(snap_compare, size, language) -> None:
    opened = opening("w", WallScreen)
    assert snap_compare(console(said(tell), language), terminal_size=size, run_before=opened)
