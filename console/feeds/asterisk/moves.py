"""Transfers by agents: blind, and attended ones, where two calls become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.domain.instants import SECOND, Millis
from console.feeds.asterisk.model import Call, Move, Talk
from console.feeds.asterisk.names import caller_number

if TYPE_CHECKING:
    from console.feeds.asterisk.arrivals import Handler
    from console.feeds.asterisk.book import Book
    from console.feeds.asterisk.calls import Calls
    from console.feeds.asterisk.framing import Block
    from console.feeds.asterisk.rings import Rings

_PATIENCE = 2 * SECOND
"""How long a blind transfer waits for the queue or the phone it goes to before it is told without."""

_DONE = frozenset({"", "Success"})


class Moves:
    """Turns transfers into facts of the customer's call."""

    def __init__(self, book: Book, calls: Calls, rings: Rings) -> None:
        self._book = book
        self._calls = calls
        self._rings = rings
        self._emit = book.emit
        self._blind: list[Call] = []

    def handlers(self) -> Mapping[str, Handler]:
        """Which event goes where."""
        return {"BlindTransfer": self._on_blind, "AttendedTransfer": self._on_attended}

    def pass_time(self, now: Millis) -> None:
        """Tell the blind transfers that have led nowhere that shows: to a menu, to a mailbox."""
        for call in list(self._blind):
            if call.move is None or call.move.kind != "blind":
                self._blind.remove(call)
            elif call.move.at + _PATIENCE < now:
                self._blind.remove(call)
                self._calls.tell_move(call, call.move)

    def _find(self, block: Block, who: str) -> Call | None:
        """The call of the channel that the fields beginning with `who` describe."""
        uniqueid = block.get(f"{who}Uniqueid")
        return (
            self._book.by_customer(uniqueid)
            or self._book.by_leg(uniqueid)
            or self._book.by_key(block.get(f"{who}Linkedid"))
        )

    def _on_blind(self, block: Block, now: Millis) -> None:
        call = self._find(block, "Transferee") or self._find(block, "Transferer")
        if call is None or call.silent or block.get("Result") not in _DONE:
            return
        self._book.touch(call)
        call.settle()
        call.move = Move("blind", now, call.agent, caller_number(block.get("Extension")))
        self._blind.append(call)
        self._book.floor.release(call.agent, call.key, now)

    def _on_attended(self, block: Block, now: Millis) -> None:
        if block.get("Result") not in _DONE or block.get("DestType") in ("Fail", "Threeway"):
            return
        first = self._find(block, "OrigTransferer") or self._find(block, "Transferee")
        second = self._find(block, "SecondTransferer") or self._find(block, "TransferTarget")
        call = next((each for each in (first, second) if each is not None and not each.silent), None)
        if call is None:
            return
        other = first if call is second else second
        if other is call or (other is not None and not other.silent):
            # Two customers were joined: each keeps a call of its own, and its own end.
            other = None
        self._book.touch(call)
        agent = call.agent
        if call.held:
            self._calls.resume(call, now)
        self._book.floor.release(agent, call.key, now)
        call.settle()
        call.move = None
        target = self._target(block, call)
        if target:
            self._hand_over(call, other, block, target, agent, now)
        else:
            self._send_on(call, other, agent, now)
        for who in ("OrigTransferer", "SecondTransferer", "Transferee", "TransferTarget"):
            key = block.get(f"{who}Linkedid")
            known = self._book.by_key(key)
            if known is None or known.silent:
                self._book.alias(key, call)

    @staticmethod
    def _target(block: Block, call: Call) -> str:
        """Which fields name the one whom the customer talks to now; empty while that phone still rings."""
        for who in ("TransferTarget", "Transferee"):
            uniqueid = block.get(f"{who}Uniqueid")
            if uniqueid and uniqueid not in call.customers:
                # The customer is one of the two sides, so the other one is the target.
                return who if block.get("TransferTargetUniqueid") else ""
        return ""

    def _hand_over(
        self, call: Call, other: Call | None, block: Block, target: str, by: str | None, now: Millis
    ) -> None:
        """The customer is with the target now."""
        leg, channel = block.get(f"{target}Uniqueid"), block.get(f"{target}Channel")
        talk = other.talk if other is not None else None
        agent = talk.agent if talk and talk.queue else self._book.agent_at(channel, call)
        name = (talk.name if talk else None) or self._book.floor.name_of(agent)
        to = None if agent else caller_number(block.get(f"{target}CallerIDNum"))
        if other is not None:
            self._absorb(call, other, now)
        self._emit.call(
            call,
            "transferred",
            now,
            str(now),
            kind="attended",
            agent=by,
            by="agent",
            to_agent=agent,
            agent_name=name,
            to=to,
        )
        call.talk = Talk(
            agent, name, talk.queue if talk else None, leg, {leg} | (talk.legs if talk else set())
        )
        call.state = "talking"
        for each in call.talk.legs:
            self._book.add_leg(call, each)
        if agent is None:
            self._emit.call(call, "answered", now, leg, to=to)
        self._book.floor.talk(agent, call.key, leg, now)

    def _send_on(self, call: Call, other: Call | None, by: str | None, now: Millis) -> None:
        """The customer waits for a phone that the agent had begun to call."""
        queue = other.queue if other is not None else None
        self._emit.call(
            call, "transferred", now, str(now), kind="attended", agent=by, by="agent", to_queue=queue
        )
        call.talk = None
        call.queue = queue or call.queue
        call.state = "waiting"
        if other is None:
            return
        rings = list(other.rings.values())
        self._absorb(call, other, now)
        for ring in rings:
            ring.since = now
            if ring.agent == call.device:
                ring.agent = None
            self._rings.ring(call, ring, "")

    def _absorb(self, call: Call, other: Call, now: Millis) -> None:
        """The agent's own call becomes part of the customer's: its names mean that one from now on."""
        keys, customers, legs = set(other.keys), set(other.customers), set(other.legs)
        if other.talk is not None:
            self._book.floor.release(other.talk.agent, other.key, now)
        self._book.forget(other)
        for key in keys:
            self._book.alias(key, call)
        for uniqueid in customers:
            self._book.alias_customer(uniqueid, call)
        for uniqueid in legs:
            self._book.add_leg(call, uniqueid)
