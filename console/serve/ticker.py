"""Time alone: once a second, whatever it has changed is moved, and the daemon says that it lives."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from console.domain.instants import SECOND
from console.serve.systemd import notify
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.feeds.asterisk.live.timing import Timing
    from console.service.desk import Desk

DAEMON = "serve"
"""The daemon's own name among the feeds, and the source of no item: every console shows whether it lives."""

_BEAT = 5
"""Seconds between two signs of life."""

log = logging.getLogger(__name__)


class Ticker:
    """Moves what is due on one desk."""

    def __init__(self, desk: Desk, timing: Timing) -> None:
        self._desk = desk
        self._timing = timing

    async def run(self) -> None:
        """Tick until cancelled; consoles find nothing left to do."""
        seconds, problem = 0, ""
        while True:
            try:
                await self._desk.tick()
                if seconds % _BEAT == 0:
                    await self._desk.hear(DAEMON, DAEMON)
                if problem:
                    log.info("store.back")
                problem = ""
            except StoreProblem as found:
                if found.reason != problem:
                    problem = found.reason
                    log.error("store.problem", extra={"reason": problem})
            notify("WATCHDOG=1")
            seconds += 1
            await self._timing.sleep(SECOND)

    async def stop(self) -> None:
        """Say that nobody ticks here from now on."""
        await self._desk.hear(DAEMON, DAEMON, lost=True)
