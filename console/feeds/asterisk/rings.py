"""Live events of telephones that ring: whose, for which call, and why they stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.feeds.asterisk.model import Call, Move, Ring
from console.feeds.asterisk.names import (
    CANCELLED,
    ELSEWHERE,
    REFUSED,
    is_local,
    local_pair,
    person,
)

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.feeds.asterisk.arrivals import Arrivals, Handler
    from console.feeds.asterisk.book import Book
    from console.feeds.asterisk.calls import Calls
    from console.feeds.asterisk.framing import Block
    from console.feeds.asterisk.outbound import Outbound

_FAILED = frozenset({"NOANSWER", "BUSY", "CHANUNAVAIL", "CONGESTION"})
"""How a dial ends by itself. A queue's rings end with AgentRingNoAnswer, whatever their DialEnd says."""


class Rings:
    """Turns the live events of ringing telephones into facts."""

    def __init__(self, book: Book, arrivals: Arrivals, calls: Calls, outbound: Outbound) -> None:
        self._book = book
        self._arrivals = arrivals
        self._calls = calls
        self._outbound = outbound
        self._emit = book.emit

    def handlers(self) -> Mapping[str, Handler]:
        """Which event goes where."""
        return {
            "AgentCalled": self._on_agent_called,
            "DialBegin": self._on_dial_begin,
            "DialEnd": self._on_dial_end,
            "AgentRingNoAnswer": self._on_no_answer,
        }

    def _on_agent_called(self, block: Block, now: Millis) -> None:
        call = self._book.of(block) or self._arrivals.begin(block, now)
        leg = block.get("DestUniqueid")
        if call is None or leg in call.rings:
            return
        ring = Ring(
            leg=leg,
            agent=block.get("Interface"),
            name=person(block.get("MemberName")),
            queue=block.get("Queue"),
            since=now,
            pair=local_pair(block.get("DestChannel")),
        )
        self.ring(call, ring, block.get("DestChannel"))

    def ring(self, call: Call, ring: Ring, channel: str, **data: Any) -> None:
        """Say that a phone begins to ring."""
        self._book.touch(call)
        self._calls.move_on(call, ring.since)
        ring.legs |= call.phones.pop(ring.pair, set())
        self._book.open_ring(call, ring)
        call.state = "ringing"
        call.picked = False
        self._emit.call(
            call,
            "ringing",
            ring.since,
            ring.leg,
            agent=ring.agent,
            agent_name=ring.name,
            queue=ring.queue,
            ring=ring.leg,
            channel=channel or None,
            **data,
        )

    def _on_dial_begin(self, block: Block, now: Millis) -> None:
        leg, source, channel = block.get("DestUniqueid"), block.get("Uniqueid"), block.get("Channel")
        if not leg or not source or self._book.by_leg(leg) is not None:
            return
        linked = self._book.by_key(block.get("Linkedid"))
        if self._outbound.begin(block, linked, now) is not None:
            return
        if is_local(channel) and linked is not None and self._phone_behind(linked, channel, leg):
            return
        call = self._book.by_customer(source)
        if call is None and linked is not None and linked.move is not None:
            # The far half of an agent's Local channel dials on after her blind transfer.
            call = linked
        if call is None and linked is None and self._book.floor.interface_of(channel) is not None:
            # An agent calls somebody: remembered, for she may transfer a customer there.
            call = self._arrivals.begin(block, now)
        if call is None:
            return
        if call.talk is not None and call.move is None and source == call.customer:
            # Whoever dials talks to nobody any more: the call was moved, though the hang-up that shows it on
            # the agent's side has still to come.
            call.move = Move("redirect", now, call.agent)
        target = block.get("DestChannel")
        agent = self._book.agent_at(target, call)
        ring = Ring(
            leg=leg,
            agent=agent,
            name=self._book.floor.name_of(agent),
            queue=None,
            since=now,
            pair=local_pair(target),
            direct=True,
        )
        self.ring(call, ring, target)

    def _phone_behind(self, call: Call, channel: str, leg: str) -> bool:
        """Whether `leg` is the phone that a ringing Local channel stands for; then it shares the ring.

        The far half may dial before the queue says that the near half rings.
        """
        if call.move is not None:
            return False
        pair = local_pair(channel)
        self._book.add_leg(call, leg)
        call.phones.setdefault(pair, set()).add(leg)
        for ring in call.rings.values():
            if ring.pair == pair:
                ring.legs.add(leg)
        return True

    def _on_dial_end(self, block: Block, now: Millis) -> None:
        leg, status = block.get("DestUniqueid"), block.get("DialStatus")
        if self._outbound.answered(block, now):
            return
        call = self._book.by_leg(leg)
        ring = call.rings.get(leg) if call else None
        if call is None or ring is None:
            return
        if status == "ANSWER":
            call.picked = True
            if ring.direct:
                self._calls.answer(call, ring, now)
            return
        ring.ended = now if ring.ended is None else ring.ended
        ring.status = ring.status or status

    def _on_no_answer(self, block: Block, now: Millis) -> None:
        call = self._book.by_leg(block.get("DestUniqueid"))
        ring = call.rings.get(block.get("DestUniqueid")) if call else None
        if ring is not None:
            ring.no_answer = True
            ring.ended = now if ring.ended is None else ring.ended

    def ring_over(self, call: Call, ring: Ring, now: Millis, cause: int | None, reason: str = "") -> None:
        """A phone has stopped ringing without being picked up: say when, and why."""
        if cause not in CANCELLED:
            ring.cause = cause
        call.rings.pop(ring.leg, None)
        call.phones.pop(ring.pair, None)
        for leg in ring.legs:
            self._book.drop_leg(leg)
        if self._book.stopping:
            reason = reason or "call ended"
        ended = now if ring.ended is None else ring.ended
        if call.parting is not None and call.talk is None:
            # It stops a moment after the caller gave up; but nothing of a call happens after its end.
            ended = min(ended, call.parting.at)
        self._emit.call(
            call,
            "ring_missed",
            ended,
            ring.leg,
            agent=ring.agent,
            agent_name=ring.name,
            reason=reason or _why_over(call, ring, cause),
            ring=ring.leg,
        )
        self._book.floor.unring(ring.agent, ring.leg, now)
        if call.state == "ringing" and not call.rings:
            call.state = "waiting"


def _why_over(call: Call, ring: Ring, cause: int | None) -> str:
    """Why a phone stopped ringing, in the words of the contract."""
    if ring.no_answer or (ring.direct and ring.status in _FAILED):
        if ring.cause in REFUSED or ring.status == "BUSY":
            return "rejected"
        return "rang out" if ring.cause is None else "unreachable"
    if call.parting is not None and call.talk is None:
        return "caller gave up"
    if call.picked or cause == ELSEWHERE:
        return "answered elsewhere"
    if ring.cause in REFUSED:
        return "rejected"
    return "call ended" if call.soft else "moved"
