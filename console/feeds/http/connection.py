"""One connection: requests read with limits of size and time, answers written. h11 knows the grammar."""

from __future__ import annotations

import asyncio
import contextlib
import select
import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

import h11

from console.domain.instants import SECOND
from console.feeds.http.message import Answer, Head

if TYPE_CHECKING:
    from console.feeds.http.settings import Listener

HEAD_LIMIT = 16_384
"""Bytes of a request's head after which no more is read of one that is not whole."""

_PIECE = 16_384
"""Bytes that are read at once: what a hostile body can make h11 do in one go is bounded by it."""

_LINGER_S = 1.0
_LINGER_BYTES = 2**20


class Door(Protocol):
    """Who answers."""

    def admit(self, head: Head) -> int:
        """How many bytes the body may have. Raises Answer where it need not be read at all."""

    async def answer(self, head: Head, body: bytes) -> Answer:
        """The answer to a whole request. Raises Answer too."""

    def refused(self, head: Head | None, status: int) -> None:
        """Hear of an answer that the connection itself gave."""


@lru_cache(maxsize=64)
def _response(
    status: int, kind: str, length: int, extra: tuple[tuple[str, str], ...], close: bool, second: int
) -> h11.Response:
    """The head of an answer; many of one second are the same."""
    headers = [("Date", formatdate(second, usegmt=True)), ("Cache-Control", "no-store"), *extra]
    if status != 204:
        headers += [("Content-Type", kind), ("Content-Length", str(length))]
    if close:
        headers.append(("Connection", "close"))
    return h11.Response(status_code=status, headers=headers, reason=HTTPStatus(status).phrase.encode())


class _Gone(Exception):
    """The other side left, or said nothing when nothing was owed."""


class Connection:
    """Serves one connection until it ends. `waiting` while it is the other side's turn, since `since`."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener: Listener, door: Door
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._listener = listener
        self._door = door
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_LIMIT)
        self._clock = asyncio.get_running_loop().time
        self._begun = False
        self._last = False
        self.waiting = True
        self.since = self._clock()

    async def serve(self) -> None:
        """Answer requests until either side has had enough."""
        try:
            allowed = self._listener.head_time
            while await self._one(allowed / SECOND):
                self._http.start_next_cycle()
                allowed = self._listener.idle_time
        except (_Gone, OSError, h11.LocalProtocolError):
            pass
        finally:
            self._writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await self._writer.wait_closed()

    @property
    def has_spoken(self) -> bool:
        """Whether something has come that was not looked at yet: it is our turn, though it seems theirs."""
        if self._reader._buffer:  # type: ignore[attr-defined]  # it came in this very turn of the loop
            return True
        number = self._writer.get_extra_info("socket").fileno()
        if number < 0:
            return False  # closed by now
        looked = select.poll()
        looked.register(number, select.POLLIN)
        return bool(looked.poll(0))

    def drop(self) -> None:
        """Close it at once, without a word."""
        self._writer.transport.abort()

    def end(self) -> None:
        """Take no further request; one that has begun is answered."""
        self._last = True
        if not self._begun:
            self.drop()

    async def _one(self, allowed: float) -> bool:
        """One request and its answer; whether another may follow."""
        head: Head | None = None
        self._wait(begun=False)
        try:
            head = await self._head(self._clock() + allowed)
            body = await self._body(self._door.admit(head), head)
            self.waiting = False
            answer = await self._door.answer(head, body)
        except h11.RemoteProtocolError as error:
            answer = Answer(error.error_status_hint, "no HTTP that can be read", close=True)
            self._door.refused(head, answer.status)
        except TimeoutError:
            answer = Answer(408, "too slow", close=True)
            self._door.refused(head, 408)
        except Answer as raised:
            # With its traceback it would hold this frame, and all that was sent, until garbage is looked for.
            answer = raised.with_traceback(None)
            self._door.refused(head, answer.status)
        self.waiting = False
        await self._send(answer, head)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _head(self, until: float) -> Head:
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Request):
                headers = [(name.decode("ascii"), value) for name, value in event.headers]
                return Head(event.method.decode("ascii"), event.target.decode("ascii"), headers)
            if event is not h11.NEED_DATA:
                raise _Gone
            await self._more(until)
            if not self._begun:
                self._wait(begun=True)
                until = min(until, self._clock() + self._listener.head_time / SECOND)

    async def _body(self, limit: int, head: Head) -> bytes:
        declared = head.one("content-length") or "0"
        if int(declared) > limit:
            raise Answer(413, f"more than {limit} bytes", close=True)
        if self._http.they_are_waiting_for_100_continue:
            await self._write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])))
        until = self._clock() + self._listener.body_time / SECOND
        body = bytearray()
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Data):
                body += event.data
                if len(body) > limit:
                    raise Answer(413, f"more than {limit} bytes", close=True)
            elif isinstance(event, h11.EndOfMessage):
                return bytes(body)
            elif event is h11.NEED_DATA:
                await self._more(until)
            else:
                raise _Gone

    async def _more(self, until: float) -> None:
        try:
            async with asyncio.timeout_at(until):
                data = await self._reader.read(_PIECE)
        except TimeoutError:
            if self._begun:
                raise
            raise _Gone from None
        self._http.receive_data(data)

    def _wait(self, *, begun: bool) -> None:
        self._begun, self.waiting, self.since = begun, True, self._clock()

    async def _send(self, answer: Answer, head: Head | None) -> None:
        whole = self._http.their_state is h11.DONE
        close = answer.close or self._last or not whole
        head_of = (answer.status, answer.kind, len(answer.body), tuple(answer.headers.items()), close)
        response = _response(*head_of, int(time.time()))
        data = self._http.send(response) or b""
        if answer.body and not (head and head.method == "HEAD"):
            data += self._http.send(h11.Data(data=answer.body)) or b""
        data += self._http.send(h11.EndOfMessage()) or b""
        await self._write(data)
        if not whole:
            await self._linger()

    async def _write(self, data: bytes | None) -> None:
        self._writer.write(data or b"")
        if not self._writer.transport.get_write_buffer_size():
            return
        self._wait(begun=True)
        try:
            async with asyncio.timeout(self._listener.body_time / SECOND):
                await self._writer.drain()
        except TimeoutError:
            raise _Gone from None

    async def _linger(self) -> None:
        """Hear the rest without heeding it: a connection closed on unread bytes takes the answer with it."""
        self._wait(begun=True)
        with contextlib.suppress(TimeoutError, OSError):
            if self._writer.can_write_eof():
                self._writer.write_eof()
            async with asyncio.timeout(_LINGER_S):
                left = _LINGER_BYTES
                while left > 0 and (data := await self._reader.read(_PIECE)):
                    left -= len(data)
