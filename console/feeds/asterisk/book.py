"""The open calls, found by whatever an event names: the call's id, the customer's channel, an agent's leg."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.feeds.asterisk.emit import Emitter
from console.feeds.asterisk.floor import Floor
from console.feeds.asterisk.names import device_of

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.feeds.asterisk.framing import Block
    from console.feeds.asterisk.model import Call, Channel, Ring

_CHANNELS = 20_000
"""Channels remembered at most; the oldest go first. A busy exchange has some hundreds."""

_ENDED = 2_000
"""Ended calls remembered, for the events that trail behind an end."""


class Book:
    """What one reader knows.

    `connection` counts the connections; `gap_from` is the last moment before this one at which anything was
    heard, None where there was no earlier one. `stopping`: the exchange has said that it shuts down.
    """

    def __init__(self) -> None:
        self.emit = Emitter()
        self.floor = Floor(self.emit)
        self.channels: OrderedDict[str, Channel] = OrderedDict()
        self.connection = 1
        self.gap_from: Millis | None = None
        self.stopping = False
        self._calls: dict[str, Call] = {}
        self._customers: dict[str, Call] = {}
        self._legs: dict[str, Call] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    def add(self, call: Call) -> Call:
        """Remember an open call."""
        self.alias(call.key, call)
        self.alias_customer(call.customer, call)
        return call

    def alias(self, key: str, call: Call) -> None:
        """Let `key` mean `call` as well."""
        if key:
            self._calls[key] = call
            call.keys.add(key)

    def alias_customer(self, uniqueid: str, call: Call) -> None:
        """Let the channel `uniqueid` stand for the customer's in the events of a queue."""
        if uniqueid:
            self._customers[uniqueid] = call
            call.customers.add(uniqueid)

    def add_leg(self, call: Call, uniqueid: str) -> None:
        """Remember a channel of an agent's phone."""
        if uniqueid and uniqueid not in self._customers:
            self._legs[uniqueid] = call
            call.legs.add(uniqueid)

    def drop_leg(self, uniqueid: str) -> None:
        """Forget a channel of an agent's phone."""
        call = self._legs.pop(uniqueid, None)
        if call is not None:
            call.legs.discard(uniqueid)

    def forget(self, call: Call) -> None:
        """The call is over, or part of another one."""
        for index, names in (
            (self._calls, call.keys),
            (self._customers, call.customers),
            (self._legs, call.legs),
        ):
            for name in names:
                # A name may mean another call by now, where two were joined.
                if index.get(name) is call:
                    del index[name]
        if not call.silent:
            self._ended.update(dict.fromkeys(call.keys))
        while len(self._ended) > _ENDED:
            self._ended.popitem(last=False)

    def over(self, key: str) -> bool:
        """Whether the call `key` has ended a while ago."""
        return key in self._ended

    def by_key(self, key: str) -> Call | None:
        """The call with the Linkedid `key`."""
        return self._calls.get(key)

    def by_customer(self, uniqueid: str) -> Call | None:
        """The call whose customer's channel is `uniqueid`."""
        return self._customers.get(uniqueid)

    def by_leg(self, uniqueid: str) -> Call | None:
        """The call that an agent's channel `uniqueid` belongs to."""
        return self._legs.get(uniqueid)

    def of(self, block: Block) -> Call | None:
        """The call that a queue's event is about: by its customer's channel, else by its Linkedid."""
        return self._customers.get(block.get("Uniqueid")) or self._calls.get(block.get("Linkedid"))

    def open_calls(self) -> list[Call]:
        """Every open call once."""
        return [call for key, call in self._calls.items() if key == call.key]

    def stale_calls(self) -> Iterator[Call]:
        """Customers' calls of which this connection has heard nothing yet."""
        return (call for call in self.open_calls() if call.seen < self.connection and not call.silent)

    def touch(self, call: Call) -> None:
        """Note that this connection has heard of the call."""
        call.seen = self.connection

    def new_channel(self, uniqueid: str, channel: Channel) -> None:
        """Remember when a channel came."""
        self.channels[uniqueid] = channel
        while len(self.channels) > _CHANNELS:
            self.channels.popitem(last=False)

    def agent_at(self, channel: str, call: Call | None) -> str | None:
        """Who is at `channel`: a member's interface, else its device; None where it leads outside, that is,
        to the trunk that the customer came in by."""
        interface = self.floor.interface_of(channel)
        if interface is not None:
            return interface
        device = device_of(channel)
        if not device or (call is not None and device == call.device):
            return None
        return device

    def open_ring(self, call: Call, ring: Ring) -> None:
        """A phone begins to ring for `call`."""
        ring.legs.add(ring.leg)
        call.rings[ring.leg] = ring
        self.add_leg(call, ring.leg)
        self.floor.ring(ring.agent, ring.name, ring.queue, ring.leg, ring.since)
