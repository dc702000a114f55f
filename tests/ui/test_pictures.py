"""The queue as pictures: three sizes, two languages, the floor at one moment."""

from __future__ import annotations

import pytest
from pictures import console, ready, said

from console.domain.query import Query
from console.service.desk import Desk


async def tell(desk: Desk) -> dict[str, object]:
    window = await desk.window(Query(), 200)
    views = {row.id: await desk.view(row.id) for row in window.rows[:3]}

    async def view(item: str) -> object:
        return views.get(item)

    return {"view": view, "rows": {row.id: row for row in window.rows}}


@pytest.mark.parametrize("size", [(200, 50), (80, 24), (40, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_queue(snap_compare, size, language) -> None:
    assert snap_compare(console(said(tell), language), terminal_size=size, run_before=ready)


def test_item_beside_the_queue(snap_compare) -> None:
    async def opened(pilot) -> None:
        await ready(pilot)
        await pilot.press("enter")
        while "callback/b1" not in str(pilot.app.queue.pane.lines):
            await pilot.pause(0.02)
        await pilot.pause(0.1)

    assert snap_compare(console(said(tell), "en"), terminal_size=(120, 30), run_before=opened)


def test_light(snap_compare) -> None:
    app = console(said(tell), "en", theme="light")
    assert snap_compare(app, terminal_size=(80, 24), run_before=ready)
