"""Carries orders out: one task for each system, each order once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from console.service import orders
from console.service.order import FAILED, TAKEN, UNKNOWN, WAITING, Order, Result
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.ports import Clock, Store, Writer

_AT_ONCE = 16
"""Orders under way at a time: a telephone may ring for half a minute."""

_LOOK_S = 1.0
"""Between two looks at the outbox where nobody tells of anything new."""

log = logging.getLogger(__name__)


class Carrier(Protocol):
    """Does what is asked of one system."""

    @property
    def source(self) -> str:
        """The source of the system's events."""
        ...

    @property
    def verbs(self) -> frozenset[str]:
        """What it can be asked for."""
        ...

    @property
    def within(self) -> Millis:
        """What could not be done for so long is not done any more."""
        ...

    @property
    def ready(self) -> bool:
        """Whether the system can be reached now."""
        ...

    async def carry(self, order: Order) -> Result:
        """Do it. What fails before anything was sent is `waiting`; after that, nobody knows."""
        ...


class Courier:
    """Takes one system's orders from the store, has them carried out, and writes what came of each."""

    def __init__(self, carrier: Carrier, store: Store, clock: Clock) -> None:
        self._carrier = carrier
        self._store = store
        self._clock = clock
        self._told = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self, watch: Callable[[Callable[[], None]], bool]) -> None:
        """Carry out until cancelled. `watch` lets us know when somebody wrote."""
        watch(self._told.set)
        now, source = self._clock.now(), self._carrier.source
        left = await self._store.write(lambda writer: orders.recover(writer, source, now))
        for order in left:
            log.warning("order.unknown", extra={"order": order.id, "verb": order.verb})
        try:
            named = ""
            while True:
                named = await self._name(named)
                await self._round()
                await self._rest()
        finally:
            # What is under way is waited for: cut short, nobody would know what came of it.
            if self._under_way:
                await asyncio.wait(self._under_way)
            gone = self._carrier.source
            await self._store.write(lambda writer: writer.put_outlets(gone, ()))

    async def _name(self, named: str) -> str:
        """Let the desks know what can be asked of this system, under the name that it goes by."""
        source, verbs = self._carrier.source, self._carrier.verbs
        if source != named:
            await self._store.write(lambda writer: _rename(writer, named, source, verbs))
        return source

    async def _round(self) -> None:
        source, now, within = self._carrier.source, self._clock.now(), self._carrier.within
        if not await self._store.read(lambda reader: bool(reader.orders_in(source, (WAITING, TAKEN)))):
            return
        await self._store.write(lambda writer: orders.look_back(writer, source, now))
        if len(self._under_way) >= _AT_ONCE:
            return
        if not self._carrier.ready:
            # They may wait a little for the link, and no longer.
            await self._store.write(lambda writer: orders.expire(writer, source, now, within))
            return
        for order in await self._store.write(lambda writer: orders.claim(writer, source, now, within)):
            task = asyncio.create_task(self._carry(order), name=f"order {order.id}")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _carry(self, order: Order) -> None:
        try:
            result = await self._carrier.carry(order)
        except Exception:
            log.exception("order.broke", extra={"order": order.id, "verb": order.verb})
            result = Result(UNKNOWN, "broke")
        note = log.info if result.state not in (FAILED, UNKNOWN) else log.warning
        note(f"order.{result.state}", extra={"order": order.id, "verb": order.verb, "reason": result.reason})
        while True:
            try:
                await self._store.write(
                    lambda writer: orders.settle(writer, order, result, self._clock.now())
                )
            except StoreProblem:
                # Until it is written the store says `sending`, which a restart takes for unknown.
                await asyncio.sleep(_LOOK_S)
            else:
                return

    async def _rest(self) -> None:
        self._told.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                await self._told.wait()


def _rename(writer: Writer, before: str, source: str, verbs: frozenset[str]) -> None:
    if before:
        writer.put_outlets(before, ())
    writer.put_outlets(source, verbs)
