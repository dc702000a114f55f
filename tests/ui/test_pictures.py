"""The queue as pictures: three sizes, two languages, the floor at one moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import floor_events
import pytest

from console.bootstrap import open_desk
from console.domain.query import Query
from console.locale.catalogue import load
from console.screens.app import RingsApp
from console.screens.options import Options
from console.service.desk import Desk
from console.service.model import ItemView, Window


class Still:
    """A clock at the floor's moment."""

    def __init__(self) -> None:
        self.moment = floor_events.NOW

    def now(self) -> int:
        return self.moment


class StillDesk:
    """What a real desk said once: a picture's app runs on a loop of its own, where no store is open."""

    actor = "li.wei"
    read_only = False

    def __init__(self, said: dict[str, object], views: dict[str, ItemView | None]) -> None:
        self._views = views
        for name, value in said.items():
            setattr(self, name, self._say(value))

    @classmethod
    async def of(
        cls, desk: Desk, views: dict[str, ItemView | None] | None = None, **more: object
    ) -> StillDesk:
        """What every screen asks `desk` for, and `more`, by the name of what is asked."""
        said = {
            "first": await desk.first(Query(), 200),
            "window": await desk.window(Query(), 200),
            "rows": {},
            "standing": await desk.standing(),
            "agents": await desk.agents(),
            "queues": await desk.queues(),
            "revision": 1,
            "keep_names": None,
            "tick": 0,
        }
        return cls(said | more, views or {})

    @staticmethod
    def _say(value: object) -> object:
        async def answer(*args: object, **more: object) -> object:
            return value

        return answer

    def now(self) -> int:
        return floor_events.NOW

    def watch(self, changed: object) -> bool:
        return False

    async def view(self, item: str) -> ItemView | None:
        return self._views.get(item)


async def recorded(path: Path) -> StillDesk:
    clock = Still()
    desk, store = await open_desk(path, actor="li.wei", clock=clock, site=floor_events.SITE)
    try:
        await desk.ingest(floor_events.floor())
        for feed, lag in floor_events.FEEDS:
            clock.moment = floor_events.NOW - lag
            await desk.hear(feed, feed)
        clock.moment = floor_events.NOW
        await desk.tick()
        window: Window = await desk.window(Query(), 200)
        views = {row.id: await desk.view(row.id) for row in window.rows[:3]}
        return await StillDesk.of(desk, views, rows={row.id: row for row in window.rows})
    finally:
        await store.close()


async def ready(pilot) -> None:
    """Wait until the board and all around it are drawn."""
    app = pilot.app
    while not (app.queue.floor.feeds and app.queue.table.window.rows):
        await pilot.pause(0.02)
    await pilot.pause(0.1)


def picture(tmp_path: Path, language: str, **options: object) -> RingsApp:
    desk = asyncio.run(recorded(tmp_path / "rings.db"))
    app = RingsApp(desk, load(language), Options(badge="DEMO", **options), {"TERM": "xterm-256color"})
    app.animation_level = "none"
    return app


@pytest.mark.parametrize("size", [(200, 50), (80, 24), (40, 20)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_queue(snap_compare, tmp_path, size, language) -> None:
    assert snap_compare(picture(tmp_path, language), terminal_size=size, run_before=ready)


def test_item_beside_the_queue(snap_compare, tmp_path) -> None:
    async def opened(pilot) -> None:
        await ready(pilot)
        await pilot.press("enter")
        while "callback/b1" not in str(pilot.app.queue.pane.lines):
            await pilot.pause(0.02)
        await pilot.pause(0.1)

    assert snap_compare(picture(tmp_path, "en"), terminal_size=(120, 30), run_before=opened)


def test_light(snap_compare, tmp_path) -> None:
    app = picture(tmp_path, "en", theme="light")
    assert snap_compare(app, terminal_size=(80, 24), run_before=ready)
