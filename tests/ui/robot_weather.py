"""What a machine does to a console: readings that take long or fail, and rows that are read few at a time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from console.service.desk import Desk
from console.service.problem import StoreProblem

REASONS = ("busy", "disk", "error")


@dataclass
class Weather:
    """Of one run. `slow` is how long a reading takes at most, in seconds; `sick` what share fails; of
    the board `rows` are read at least, and `step` at a time on the way to a far place."""

    slow: float
    sick: float
    rows: int
    step: int
    rand: random.Random = field(repr=False)
    calm: bool = False
    """Whether nothing fails just now."""
    mouse: bool = False
    """Whether there is one."""

    @classmethod
    def of(cls, rand: random.Random) -> Weather:
        """More often fair than not."""
        return cls(
            rand.choice((0.0, 0.0, 0.0, 0.02, 0.1)),
            rand.choice((0.0, 0.0, 0.0, 0.02)),
            rand.choice((60, 60, 2, 7)),
            rand.choice((2_000, 5)),
            rand,
            mouse=rand.random() < 0.4,
        )

    def patched(self) -> Iterator[Any]:
        """The board's own measures."""
        yield mock.patch("widgets.live_table.LiveTable.LEAST_WINDOW", self.rows)
        yield mock.patch("console.screens.pager.STEP", self.step)

    def upon(self, desk: Desk) -> None:
        """Let a desk feel it."""
        store = desk._store
        for name in ("read", "write"):
            setattr(store, name, self._late(getattr(store, name), name))

    def _late(self, work: Callable[..., Any], name: str) -> Callable[..., Any]:
        async def later(*asked: Any) -> Any:
            if self.slow and self.rand.random() < 0.3:
                await asyncio.sleep(self.rand.random() * self.slow)
            if not self.calm and self.rand.random() < self.sick:
                raise StoreProblem(self.rand.choice(REASONS))
            return await work(*asked)

        return later
