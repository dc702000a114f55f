"""A living floor without an exchange: `rings demo`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from console import paths
from console.feeds.demo.floor import DemoFloor
from console.feeds.demo.stage import FEEDS
from console.feeds.player import Player
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.service.desk import Desk

_LOOK_S = 0.4
"""Between two looks at what supervisors have asked for."""

__all__ = ["FEEDS", "Demo", "DemoFloor", "run_demo", "site_text"]


def site_text() -> str:
    """The settings that the demo's store begins with."""
    return Path(paths.fixtures(), "sites", "demo.toml").read_text(encoding="utf-8")


class Demo:
    """The demo floor on a desk: like a Player, and its systems answer when they are asked for something."""

    def __init__(self, desk: Desk, *, seed: int) -> None:
        self._desk = desk
        self.floor = DemoFloor(seed, opens=desk.now(), fixtures=Path(paths.fixtures()))
        self._player = Player(desk, self.floor.events(), self.floor.feeds)

    async def catch_up(self) -> None:
        """Take in what happened before the opening. Raises StoreProblem."""
        await self._player.catch_up()

    async def run(self) -> None:
        """Go on until the task is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._player.run(), name="demo-player")
            group.create_task(self._answer(), name="demo-answers")

    async def _answer(self) -> None:
        """Pass on what supervisors ask for, once each time that they ask."""
        passed_on: dict[str, str] = {}
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                rows = await self._desk.asked()
            except StoreProblem:
                continue
            asked = {row.id: row.asked for row in rows if row.asked}
            for item, to in asked.items():
                if passed_on.get(item) != to:
                    self.floor.asked(item, to, self._desk.now())
            passed_on = asked


async def run_demo(desk: Desk, *, seed: int) -> None:
    """Open the demo floor on `desk` and keep it going until the task is cancelled."""
    demo = Demo(desk, seed=seed)
    await demo.catch_up()
    await demo.run()
