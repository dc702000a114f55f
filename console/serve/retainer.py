"""Once a day, what has been over for longer than the settings say goes."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from console.domain.instants import DAY, MINUTE, SECOND, Millis
from console.service.retaining import retain

if TYPE_CHECKING:
    from console.service.ports import Clock, Store

FIRST = 10 * MINUTE
"""After the start: who starts has other things to do first."""

log = logging.getLogger(__name__)


class Retainer:
    """Does so on one store; `keep` is for how long."""

    def __init__(self, store: Store, clock: Clock, keep: Millis) -> None:
        self._store = store
        self._clock = clock
        self._keep = keep

    async def run(self) -> None:
        """Work until cancelled. Raises StoreProblem."""
        await asyncio.sleep(FIRST / SECOND)
        while True:
            await self.look()
            await asyncio.sleep(DAY / SECOND)

    async def look(self) -> None:
        """Remove what may go now."""
        now = self._clock.now()
        if went := await retain(self._store, now - self._keep, now):
            log.info("store.retained", extra={"count": went.items})
