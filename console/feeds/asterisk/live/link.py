"""One connection to the manager interface: opened, signed on, read, asked, closed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ssl
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from console.domain.instants import SECOND, Millis
from console.feeds.asterisk.live.answers import Answers, Until, request
from console.feeds.asterisk.live.timing import Timing, within

if TYPE_CHECKING:
    from console.feeds.asterisk.framing import Block
    from console.feeds.asterisk.live.settings import Exchange

_READ = 2**16
"""Bytes of one read at most; the stream holds twice as many before the exchange has to wait."""

_GOODBYE = SECOND

Hear = Callable[[bytes, Millis], None]
"""Is given each read and when it arrived."""


class LinkLost(Exception):
    """The connection could not be made, or is gone. `reason` is one word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NothingSent(LinkLost):
    """There was no link to send anything over."""


class Link:
    """Make it with `open`; `run` reads until the connection is lost.

    Everything that comes goes to `hear` first; whoever makes blocks of it shows them to `take`.
    """

    def __init__(self, exchange: Exchange, timing: Timing, hear: Hear, number: int) -> None:
        self._exchange = exchange
        self._timing = timing
        self._hear = hear
        self._number = number
        self._count = 0
        self._answers = Answers()
        self._writer: asyncio.StreamWriter | None = None
        self._lost = ""
        self.ready = False  # whether the exchange has let us in
        self.booted = asyncio.Event()
        self.heard: Millis = timing.now()

    def take(self, block: Block) -> None:
        """A block of this connection has come."""
        if block.event == "FullyBooted":
            self.booted.set()
        elif block.get("ActionID"):
            self._answers.take(block)

    async def run(self, signed_on: asyncio.Future[None]) -> None:
        """Connect and read. `signed_on` is settled once the exchange has let us in, or not.

        Raises LinkLost when the connection is gone, which is the only way it ends but for cancelling.
        """
        reader = await self._connect()
        reading = asyncio.ensure_future(self._read(reader))
        try:
            await self._sign_on(reading)
            self.ready = True
            signed_on.set_result(None)
            await reading
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError, LinkLost):
                await reading
            self._answers.fail(LinkLost(self._lost or "closed"))
            self._close()

    async def ask(
        self,
        name: str,
        fields: Mapping[str, str] = MappingProxyType({}),
        *,
        until: Until = Until.RESPONSE,
        limit: Millis | None = None,
    ) -> Block:
        """Send an action and wait for what answers it, for `limit` at most. It is sent once.

        Raises TimeoutError and LinkLost, after which nobody knows whether it was done.
        """
        self._count += 1
        action = f"rings-{self._number}-{self._count}"
        return await self._put(name, action, until, fields, self._exchange.answer if limit is None else limit)

    async def goodbye(self) -> None:
        """Sign off, so that the exchange need not find out by itself."""
        with contextlib.suppress(TimeoutError, LinkLost):
            await self.ask("Logoff", limit=_GOODBYE)

    def drop(self, reason: str) -> None:
        """Let go of the connection; whoever reads it is told `reason`."""
        self._lost = self._lost or reason
        self._close()

    async def beat(self) -> None:
        """Ping for as long as the link lives. Raises LinkLost when nothing comes back."""
        unanswered = 0
        while True:
            await self._timing.sleep(self._exchange.heartbeat)
            before = self.heard
            try:
                await self.ask("Ping", limit=self._exchange.silence)
                unanswered = 0
            except TimeoutError:
                unanswered += 1
                # Events on their way are a sign of life too; but not for ever, for nobody hears us then.
                if self.heard == before or unanswered == 3:
                    raise LinkLost("silent") from None

    async def _connect(self) -> asyncio.StreamReader:
        exchange = self._exchange
        try:
            tls = self._tls()
            opening = asyncio.open_connection(
                exchange.host,
                exchange.port,
                limit=_READ,
                ssl=tls,
                server_hostname=(exchange.server_name or exchange.host) if tls else None,
            )
            reader, self._writer = await within(self._timing, exchange.connect, opening)
        except TimeoutError:
            raise LinkLost("no_answer") from None
        except ssl.SSLError:
            raise LinkLost("tls") from None
        except OSError:
            raise LinkLost("unreachable") from None
        return reader

    def _tls(self) -> ssl.SSLContext | None:
        if not self._exchange.tls:
            return None
        return ssl.create_default_context(cafile=self._exchange.ca or None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while data := await reader.read(_READ):
                self.heard = self._timing.now()
                self._hear(data, self.heard)
        except (OSError, ssl.SSLError):
            raise LinkLost(self._lost or "broken") from None
        raise LinkLost(self._lost or "closed")

    async def _sign_on(self, reading: asyncio.Future[None]) -> None:
        """Prove that we know the secret without sending it (AuthType MD5)."""
        signing = asyncio.ensure_future(self._challenge())
        try:
            await asyncio.wait({signing, reading}, return_when=asyncio.FIRST_COMPLETED)
            if signing.done():
                await signing
            else:
                await reading
        finally:
            signing.cancel()

    async def _challenge(self) -> None:
        exchange = self._exchange
        try:
            given = await self.ask("Challenge", {"AuthType": "MD5"})
            if given.get("Response") != "Success":
                raise LinkLost("login")
            key = hashlib.md5(
                (given.get("Challenge") + exchange.secret).encode(), usedforsecurity=False
            ).hexdigest()
            signing = {"AuthType": "MD5", "Username": exchange.user, "Key": key, "Events": exchange.events}
            answer = await self.ask("Login", signing)
        except TimeoutError:
            raise LinkLost("no_answer") from None
        if answer.get("Response") != "Success":
            raise LinkLost("login")

    async def _put(
        self, name: str, action: str, until: Until, fields: Mapping[str, str], limit: Millis
    ) -> Block:
        writer = self._writer
        if writer is None or writer.is_closing():
            raise NothingSent(self._lost or "closed")
        data = request(name, action, fields)
        answer = self._answers.expect(action, until)

        async def exchange() -> Block:
            writer.write(data)
            await writer.drain()
            return await answer

        try:
            return await within(self._timing, limit, exchange())
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            raise LinkLost(self._lost or "broken") from None
        finally:
            answer.cancel()

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
