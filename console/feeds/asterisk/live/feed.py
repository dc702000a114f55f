"""A live exchange as a feed: what it says becomes events for as long as the task runs, over any number of
connections."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.domain.event import Event, Reading, Rejected
from console.domain.instants import MINUTE, SECOND, Millis
from console.feeds.asterisk.lists import CHANNELS
from console.feeds.asterisk.live.answers import Until
from console.feeds.asterisk.live.backoff import Backoff
from console.feeds.asterisk.live.link import Link, LinkLost, NothingSent
from console.feeds.asterisk.live.memory import SNAPSHOT, recall
from console.feeds.asterisk.live.pending import Pending
from console.feeds.asterisk.live.timing import Timing, until_first_ends, within
from console.feeds.asterisk.reader import AsteriskReader, Place
from console.feeds.asterisk.reasons import AmiReason
from console.feeds.sanitise import bad_identifier

if TYPE_CHECKING:
    from console.feeds.asterisk.framing import Block
    from console.feeds.asterisk.live.settings import Exchange
    from console.service.desk import Desk
    from console.service.ports import Store

_BOOTING = 5 * SECOND
"""How long to wait for an exchange to say that it is up: before that its lists are empty."""

_AGAIN = 2 * SECOND
"""Before lists that did not come whole are asked for again, and between two doubts; then ever longer …"""

_SELDOM = 5 * MINUTE
"""… up to this: an exchange that always says something unreadable can't be mended by asking."""

_STEADY = 30 * SECOND
"""A connection that lasted so long was good: the next attempt is made soon."""

_UNREADABLE = frozenset({AmiReason.LINE, AmiReason.BLOCK, AmiReason.LONG})

log = logging.getLogger(__name__)


class AsteriskFeed:
    """Keeps the store in step with one exchange. `run` is the task; `ask` sends the exchange an action.

    `settled`: there is a link, and its lists have been held against what was known.
    """

    def __init__(
        self, exchange: Exchange, desk: Desk, store: Store, timing: Timing, rng: random.Random | None = None
    ) -> None:
        self.exchange = exchange
        self._desk = desk
        self._store = store
        self._timing = timing
        self._backoff = Backoff(exchange.retry_first, exchange.retry_most, rng)
        # Whoever knocks with a wrong secret too often is shut out for good.
        self._turned_away = Backoff(exchange.retry_first, max(MINUTE, exchange.retry_most), rng)
        self._reader: AsteriskReader | None = None
        self._pending: Pending | None = None
        self._link: Link | None = None
        self._connection = 0
        self._doubted = asyncio.Event()
        self.settled = False

    @property
    def source(self) -> str:
        """The source of this exchange's events."""
        return self._reader.source if self._reader else f"asterisk/{self.exchange.system or 'pbx'}"

    @property
    def name(self) -> str:
        """The feed's name."""
        return self.exchange.name

    def place_of(self, item: str) -> Place | None:
        """Where an open call is in the exchange, as far as it is known for certain now."""
        if self._reader is None or not self.settled:
            return None
        return self._reader.place_of(item)

    async def ask(
        self,
        name: str,
        fields: Mapping[str, str],
        *,
        until: Until = Until.RESPONSE,
        limit: Millis | None = None,
    ) -> Block:
        """Send an action, once, and wait for its answer. Raises NothingSent where there is no
        link; any other LinkLost, and TimeoutError, leave open whether it was done."""
        link = self._link
        if link is None or not link.ready:
            raise NothingSent("no_link")
        return await link.ask(name, fields, until=until, limit=limit)

    async def run(self) -> None:
        """Listen until cancelled; what was heard until then is in the store when this returns."""
        now, default = self._timing.now(), self.source
        memory = await self._store.read(lambda reader: recall(reader, self.name, default, now))
        self._reader = AsteriskReader(
            believed=memory.calls,
            agents=memory.agents,
            gap_from=memory.gap_from,
            system=self.exchange.system,
            watch=self._watch,
        )
        self._pending = pending = Pending(
            self._desk, self._store, self.name, self._reader.source, memory.heard
        )
        log.info("feed.starts", extra={"feed": self.name, "calls": len(memory.calls)})
        writing = asyncio.ensure_future(pending.run())
        try:
            await until_first_ends(self._listen(), _shielded(writing))
        finally:
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writing
            await pending.finish()
            log.info("feed.stopped", extra={"feed": self.name})

    async def _listen(self) -> None:
        assert self._pending is not None
        while True:
            began, backoff = self._timing.now(), self._backoff
            try:
                await self._connected()
            except LinkLost as lost:
                backoff = self._turned_away if lost.reason == "login" else backoff
                log.warning("feed.lost", extra={"feed": self.name, "reason": lost.reason})
            if self._timing.now() - began >= _STEADY:
                self._backoff.reset()
                self._turned_away.reset()
            # Nothing new is heard while the store still lacks what was: memory stays bounded.
            await self._pending.flushed()
            await self._timing.sleep(backoff.wait())

    async def _connected(self) -> None:
        """One connection, from its beginning to its end. Raises LinkLost."""
        assert self._reader is not None
        assert self._pending is not None
        self._connection += 1
        self._link = link = Link(self.exchange, self._timing, self._hear, self._connection)
        self._doubted.clear()
        signed_on: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            await until_first_ends(link.run(signed_on), self._keep(link, signed_on))
        finally:
            self._link = None
            self._take(self._reader.close())
            self._trust(False)
            if link.ready:
                self._note("feed.lost", link.heard)

    async def _keep(self, link: Link, signed_on: asyncio.Future[None]) -> None:
        """Once signed on: hold the lists against what is known, and see that the link lives."""
        await signed_on
        log.info("feed.connected", extra={"feed": self.name})
        self._note("feed.connected", self._timing.now())
        await until_first_ends(link.beat(), self._reconcile(link))

    async def _reconcile(self, link: Link) -> None:
        assert self._reader is not None
        with contextlib.suppress(TimeoutError):
            await within(self._timing, _BOOTING, link.booted.wait())
        again = Backoff(_AGAIN, _SELDOM)
        while True:
            began = self._timing.now()
            self._doubted.clear()
            refused = await self._lists(link)
            if self._reader.settled and not self._doubted.is_set():
                self._note(SNAPSHOT, self._timing.now())
                self._trust(True)
                log.info("feed.settled", extra={"feed": self.name, "ms": self._timing.now() - began})
                await self._doubted.wait()
                log.warning("feed.doubted", extra={"feed": self.name})
                self._trust(False)
            elif refused:
                log.error("feed.lists_refused", extra={"feed": self.name, "reason": refused})
            await self._timing.sleep(again.wait())

    async def _lists(self, link: Link) -> str:
        """Ask who waits and who talks; answers which list was refused. Its rows go to the reader."""
        limit = self.exchange.lists
        refused = ""
        with contextlib.suppress(TimeoutError):
            # Lists don't name the exchange, and it may refuse this: then its ids or its events tell.
            known = await link.ask("CoreSettings", limit=limit)
            self._name(known.get("SystemName"))
        with contextlib.suppress(TimeoutError):
            answer = await link.ask("QueueStatus", until=Until.LIST, limit=limit)
            refused = "QueueStatus" if answer.get("Response") == "Error" else ""
            name, fields = CHANNELS
            answer = await link.ask(name, fields, until=Until.LIST, limit=limit)
            refused = name if answer.get("Response") == "Error" else refused
        return refused

    def _name(self, system: str) -> None:
        assert self._reader is not None
        if system and not bad_identifier(system):
            self._reader.name(system)

    def _trust(self, settled: bool) -> None:
        assert self._pending is not None
        self.settled = settled
        self._pending.mark(lost=not settled)

    def _watch(self, block: Block) -> None:
        if self._link is not None:
            self._link.take(block)

    def _hear(self, data: bytes, at: Millis) -> None:
        """A read has come: nothing here waits for anything."""
        assert self._reader is not None
        assert self._pending is not None
        readings = self._reader.feed(data, at)
        # Until the lists have closed the gap, what was said in it is not known.
        self._take(readings, at if self.settled else None)
        if any(isinstance(each, Rejected) and each.reason in _UNREADABLE for each in readings):
            # What stood there may have been the end of a call.
            self._reader.doubt()
            self._doubted.set()
        if self._pending.full and self._link is not None:
            self._link.drop("store_behind")

    def _take(self, readings: list[Reading], heard: Millis | None = None) -> None:
        assert self._reader is not None
        assert self._pending is not None
        self._pending.put(readings, self._reader.source, heard)

    def _note(self, what: str, at: Millis) -> None:
        """Keep in the log of events since when the exchange was heard, and when no longer."""
        event = Event(
            source=f"feed/{self.name}",
            id=f"{what}:{at}",
            type=what,
            subject=f"feed/{self.name}",
            time=at,
            data={"source": self.source},
        )
        self._take([event])

    async def goodbye(self) -> None:
        """Sign off before stopping; `run` is to be cancelled after it."""
        if self._link is not None:
            await self._link.goodbye()


async def _shielded(task: asyncio.Future[None]) -> None:
    await asyncio.shield(task)
