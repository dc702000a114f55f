"""Keeps services running side by side: one that fails is started again, and takes nobody with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, SECOND
from console.feeds.asterisk.live.backoff import Backoff
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.feeds.asterisk.live.timing import Timing

_STEADY = MINUTE
"""A service that ran for so long was well: it is started again soon."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """Something that runs until it is cancelled. `name` stands in the log."""

    name: str
    run: Callable[[], Awaitable[None]]


async def supervise(services: Sequence[Service], timing: Timing) -> None:
    """Run them all until cancelled; then each is cancelled and has ended when this returns."""
    tasks = [asyncio.create_task(_keep(service, timing), name=service.name) for service in services]
    try:
        await asyncio.gather(*tasks)
        await asyncio.Event().wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep(service: Service, timing: Timing) -> None:
    backoff = Backoff(SECOND, MINUTE)
    while True:
        began = timing.now()
        try:
            await service.run()
            log.info("service.ended", extra={"service": service.name})
            return
        except StoreProblem as problem:
            log.error("service.waits", extra={"service": service.name, "reason": problem.reason})
        except Exception:
            log.exception("service.failed", extra={"service": service.name})
        if timing.now() - began >= _STEADY:
            backoff.reset()
        await timing.sleep(backoff.wait())
