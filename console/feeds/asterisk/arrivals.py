"""A call's first event: whose it is, and when it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from console.domain.instants import HOUR, Millis, format_utc
from console.feeds.asterisk.framing import Block
from console.feeds.asterisk.model import Call, Channel
from console.feeds.asterisk.names import birth_of, caller_number, device_of, person

if TYPE_CHECKING:
    from console.feeds.asterisk.book import Book

Handler = Callable[[Block, Millis], None]
"""Takes one event and the moment at which it happened."""

OLDEST = 4 * HOUR
"""A channel older than this, by its id, is a clock that is wrong."""

_PROHIBITED = 0x20
"""The bit of `CID-CallingPres` that forbids showing the number."""


class Arrivals:
    """Remembers channels, and makes items of those that turn out to be customers'."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._emit = book.emit

    def handlers(self) -> Mapping[str, Handler]:
        """Which event goes where."""
        return {"Newchannel": self._on_new_channel, "NewCallerid": self._on_caller_id}

    def _on_new_channel(self, block: Block, now: Millis) -> None:
        self._book.new_channel(block.get("Uniqueid"), Channel(block.get("Channel"), now))

    def _on_caller_id(self, block: Block, now: Millis) -> None:
        channel = self._book.channels.get(block.get("Uniqueid"))
        presentation = block.get("CID-CallingPres").partition(" ")[0]
        if channel is not None and presentation.isascii() and presentation.isdigit():
            channel.withheld = bool(int(presentation[:6]) & _PROHIBITED)

    def begin(self, block: Block, now: Millis) -> Call | None:
        """A call whose first event this is. Its item begins at the caller's channel, which came before.

        An agent who waits in a queue (she consults it) is no customer.
        """
        key, uniqueid, name = block.get("Linkedid"), block.get("Uniqueid"), block.get("Channel")
        channel = self._book.channels.get(uniqueid)
        other = self._book.by_key(key)
        silent = self._book.floor.interface_of(name) is not None or other is not None
        if self._book.over(key):
            return None
        call = Call(
            key=uniqueid if other is not None else key,
            customer=uniqueid,
            channel=name,
            device=device_of(name),
            seen=self._book.connection,
            silent=silent,
            queue=block.get("Queue") or None,
        )
        arrived = channel.began if channel else self._birth(uniqueid, now)
        withheld = channel is not None and channel.withheld
        self.offer(self._book.add(call), block, arrived, withheld=withheld, estimated=channel is None)
        return call

    def offer(
        self,
        call: Call,
        block: Block,
        at: Millis,
        *,
        withheld: bool = False,
        estimated: bool = False,
        not_before: Millis | None = None,
    ) -> None:
        """Say that a customer's call has come, `at` the moment its channel did."""
        call.offered = at
        self._emit.call(
            call,
            "offered",
            at,
            direction="in",
            queue=call.queue,
            **{"from": None if withheld else caller_number(block.get("CallerIDNum"))},
            name=None if withheld else person(block.get("CallerIDName")),
            channel=call.channel,
            estimated=estimated or None,
            not_before=None if not_before is None else format_utc(not_before),
        )

    @staticmethod
    def _birth(uniqueid: str, now: Millis) -> Millis:
        """When a channel came that nobody saw come."""
        birth = birth_of(uniqueid)
        return birth if birth is not None and now - OLDEST <= birth <= now else now
