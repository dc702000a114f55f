"""Calls that an agent makes herself: a callback that the console dials for her, or a number that she dials.

Asterisk has no word for them. It is one where an agent's channel dials a number outside while she talks to
nobody else; with a customer on her line it is a consultation, which is part of that customer's call. Where
the dialplan puts Local channels in between, their far halves dial on for her.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.domain.instants import Millis, format_utc
from console.feeds.asterisk.model import Call, Ring
from console.feeds.asterisk.names import device_of, is_far_half, is_local
from console.feeds.asterisk.outgoing import Outgoing, number_in

if TYPE_CHECKING:
    from console.feeds.asterisk.book import Book
    from console.feeds.asterisk.calls import Calls
    from console.feeds.asterisk.framing import Block


class Outbound:
    """Turns an agent's dialling into a call of the customer's, `direction` out."""

    def __init__(self, book: Book, calls: Calls) -> None:
        self._book = book
        self._calls = calls

    def begin(self, block: Block, linked: Call | None, now: Millis) -> Call | None:
        """The call that a DialBegin begins, `linked` what is known by its Linkedid; None where it is another
        kind of dialling, or where the dialplan dials on."""
        target, key = block.get("DestChannel"), block.get("Linkedid")
        number = number_in(block.get("DialString"), block.get("DestCallerIDNum"), block.get("Exten"))
        if number is None or is_local(target) or self._book.floor.interface_of(target) is not None:
            return None
        if linked is not None and linked.out and not linked.answered:
            return self._another(linked, block, now)
        if not self._free(key, linked):
            return None
        caller = self._caller(block, linked, now)
        if caller is None or self._consults(caller, key):
            return None
        call = self._call(key, block.get("DestUniqueid"), target, caller, linked, now)
        self._offer(call, number, now)
        return call

    def found(self, out: Outgoing, at: Millis, not_before: Millis, now: Millis) -> Call | None:
        """A call that is listed and was not known, begun between `not_before` and `at`."""
        far, key = out.far, out.far.get("Linkedid")
        agent, linked = self._book.floor.interface_of(out.caller.get("Channel")), self._book.by_key(key)
        phones = set() if out.phone is None else {out.phone.get("Uniqueid")}
        leg, name = out.caller.get("Uniqueid"), self._book.floor.name_of(agent)
        caller = Ring(leg, agent, name, None, now, legs=phones)
        known = self._book.by_customer(far.get("Uniqueid"))
        if known is not None and known.out and known.talk is None and known.caller is None:
            # Somebody else has heard her dial.
            self._has_dialled(known, caller)
        if known is not None or not self._free(key, linked):
            return None
        if linked is not None and not (
            is_local(linked.channel) or any(r.pair for r in linked.rings.values())
        ):
            # It was heard begin, and was none: she had a customer on the line.
            return None
        if self._consults(caller, key):
            return None
        call = self._call(key, far.get("Uniqueid"), far.get("Channel"), caller, linked, at)
        self._offer(call, out.number, at, estimated=True, not_before=format_utc(not_before))
        return call

    def answered(self, block: Block, now: Millis) -> bool:
        """Whether a DialEnd is that of the customer's telephone; where it was picked up, that is told."""
        call = self._book.by_customer(block.get("DestUniqueid"))
        if call is None or call.caller is None or call.talk is not None:
            return False
        if block.get("DialStatus") == "ANSWER":
            self._reach(call, block)
            self._calls.answer(call, call.caller, now)
        return True

    def _another(self, call: Call, block: Block, now: Millis) -> Call | None:
        """Another way to the same customer, after the first or beside it: another line, another number."""
        caller = self._caller(block, None, now)
        if call.caller is None or caller is None or caller.leg != call.caller.leg:
            return None
        self._book.touch(call)
        self._book.alias_customer(block.get("DestUniqueid"), call)
        if call.failed is not None:
            self._reach(call, block)
        return call

    @staticmethod
    def _reach(call: Call, block: Block) -> None:
        """The customer is at the channel that is dialled, whatever became of others."""
        call.customer, call.channel = block.get("DestUniqueid"), block.get("DestChannel")
        call.device, call.failed = device_of(call.channel), None
        call.settle()

    def _free(self, key: str, linked: Call | None) -> bool:
        """Whether nothing of a customer's is known by `key`."""
        return (linked is None or linked.silent) and not self._book.over(key)

    def _consults(self, caller: Ring, key: str) -> bool:
        """Whether she has another customer on the line."""
        return self._book.floor.has_call(caller.agent or "", but=key)

    def _caller(self, block: Block, linked: Call | None, now: Millis) -> Ring | None:
        """The agent who dials, by her channel, and by the telephone behind it where that is a Local one.

        A far half dials on for whoever began the call, often before the near half is said to be dialled; an
        agent's own far half dials her telephone.
        """
        channel, leg = block.get("Channel"), block.get("Uniqueid")
        agent = self._book.floor.interface_of(channel)
        if is_far_half(channel):
            leg = block.get("Linkedid")
            first = self._book.channels.get(leg)
            if agent is not None or first is None:
                return None
            channel = first.name
            agent = self._book.floor.interface_of(channel)
        if agent is None or is_far_half(channel):
            return None
        phones = (
            {each for each in linked.legs if self._is_phone(each)} if linked and is_local(channel) else set()
        )
        return Ring(leg, agent, self._book.floor.name_of(agent), None, now, legs=phones)

    def _is_phone(self, uniqueid: str) -> bool:
        channel = self._book.channels.get(uniqueid)
        return channel is not None and not is_local(channel.name)

    def _call(
        self, key: str, customer: str, channel: str, caller: Ring, linked: Call | None, at: Millis
    ) -> Call:
        """Remember the call in place of what was known of it."""
        if linked is not None:
            if linked.talk is not None:
                self._book.floor.release(linked.talk.agent, linked.key, at)
            self._book.forget(linked)
        call = Call(
            key=key,
            customer=customer,
            channel=channel,
            device=device_of(channel),
            seen=self._book.connection,
            out=True,
            offered=at,
        )
        self._book.add(call)
        self._has_dialled(call, replace(caller, since=at))
        return call

    def _has_dialled(self, call: Call, caller: Ring) -> None:
        call.caller = caller
        for leg in {caller.leg} | caller.legs:
            self._book.add_leg(call, leg)

    def _offer(self, call: Call, number: str, at: Millis, **data: Any) -> None:
        caller = call.caller
        self._book.emit.call(
            call,
            "offered",
            at,
            direction="out",
            customer=number,
            agent=caller.agent if caller else None,
            agent_name=caller.name if caller else None,
            channel=call.channel,
            **data,
        )
