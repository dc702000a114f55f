"""Live events of a call: the line, the pick-up, holds, and how it moves on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.domain.instants import SECOND, Millis, format_utc
from console.feeds.asterisk.model import Call, Move, Ring, Talk
from console.feeds.asterisk.names import person

if TYPE_CHECKING:
    from console.feeds.asterisk.arrivals import Arrivals, Handler
    from console.feeds.asterisk.book import Book
    from console.feeds.asterisk.framing import Block


class Calls:
    """Turns what happens to a call in the line and in a talk into facts."""

    def __init__(self, book: Book, arrivals: Arrivals) -> None:
        self._book = book
        self._arrivals = arrivals
        self._emit = book.emit

    def handlers(self) -> Mapping[str, Handler]:
        """Which event goes where."""
        return {
            "QueueCallerJoin": self._on_join,
            "AgentConnect": self._on_connect,
            "Hold": self._on_hold,
            "Unhold": self._on_unhold,
        }

    # ── the line ────────────────────────────────────────────────────────────────────────────────

    def _on_join(self, block: Block, now: Millis) -> None:
        uniqueid, queue = block.get("Uniqueid"), block.get("Queue")
        call = self._book.by_customer(uniqueid)
        if call is None:
            call = self._arrivals.begin(block, now)
            if call is not None:
                call.queue = queue
            return
        self._book.touch(call)
        self.move_on(call, now, to_queue=queue)
        call.queue = queue
        call.state = "waiting"

    # ── the talk ────────────────────────────────────────────────────────────────────────────────

    def _on_connect(self, block: Block, now: Millis) -> None:
        call = self._book.of(block) or self._arrivals.begin(block, now)
        if call is None:
            return
        leg = block.get("DestUniqueid")
        if call.talk is not None and leg in call.talk.legs:
            # The lists have told of it already, a moment before the queue did.
            self._book.touch(call)
            return
        ring = call.rings.get(leg) or Ring(
            leg=leg,
            agent=block.get("Interface"),
            name=person(block.get("MemberName")),
            queue=block.get("Queue"),
            since=now,
        )
        self.answer(call, ring, now)

    def answer(self, call: Call, ring: Ring, now: Millis, **data: Any) -> None:
        """Say that a phone was picked up, and by whom."""
        self._book.touch(call)
        self.move_on(call, now)
        call.rings.pop(ring.leg, None)
        if call.talk is not None:
            self._book.floor.release(call.talk.agent, call.key, now)
        call.talk = Talk(ring.agent, ring.name, ring.queue, ring.leg, {ring.leg} | ring.legs)
        call.state, call.answered, call.picked = "talking", True, True
        self._book.add_leg(call, ring.leg)
        self._emit.call(
            call,
            "answered",
            now,
            ring.leg,
            agent=ring.agent,
            agent_name=ring.name,
            queue=ring.queue,
            ring=ring.leg,
            **data,
        )
        self._book.floor.talk(ring.agent, call.key, ring.leg, now)

    def _on_hold(self, block: Block, now: Millis) -> None:
        call = self._of_agent(block)
        if call is not None and call.talk is not None and not call.held:
            self._book.touch(call)
            self.hold(call, now)

    def hold(self, call: Call, now: Millis, **data: Any) -> None:
        """Say that the customer is on hold."""
        call.held, call.held_since = True, now
        name = call.talk.name if call.talk else None
        self._emit.call(call, "held", now, _moment(now, data), agent=call.agent, agent_name=name, **data)
        self._book.floor.hold(call.agent, call.key, now, held=True)

    def _on_unhold(self, block: Block, now: Millis) -> None:
        call = self._of_agent(block)
        # A blind transfer sends an Unhold that no Hold came before.
        if call is not None and call.held:
            self._book.touch(call)
            self.resume(call, now)

    def resume(self, call: Call, now: Millis, **data: Any) -> None:
        """Say that the customer is no longer on hold."""
        call.held = False
        self._emit.call(call, "resumed", now, _moment(now, data), agent=call.agent, **data)
        self._book.floor.hold(call.agent, call.key, now, held=False)

    def _of_agent(self, block: Block) -> Call | None:
        """The call of the agent's channel that an event names; a hold by the customer is none of ours."""
        uniqueid = block.get("Uniqueid")
        call = self._book.by_leg(uniqueid)
        if call is not None:
            return call if call.talk is not None and uniqueid in call.talk.legs else None
        call = self._book.by_key(block.get("Linkedid"))
        if call is None or call.talk is None or call.talk.legs or uniqueid in call.customers:
            return None
        self.adopt_leg(call, uniqueid)
        return call

    def adopt_leg(self, call: Call, uniqueid: str) -> None:
        """Take a channel for that of the agent who had the call before anybody listened."""
        if call.talk is not None:
            call.talk.leg = uniqueid
            call.talk.legs.add(uniqueid)
            self._book.add_leg(call, uniqueid)

    # ── moves ───────────────────────────────────────────────────────────────────────────────────

    def move_on(self, call: Call, now: Millis, *, to_queue: str | None = None) -> None:
        """The call has reached its next place. Say so where it left one, and forget how it left."""
        move = call.move
        if move is None and to_queue and (call.answered or call.abandoned is not None):
            move = Move("moved", now, call.agent)
        if move is not None:
            self.tell_move(call, move, to_queue)
        elif to_queue is None and (call.parting is None or call.parting.by == "customer"):
            return
        call.settle()

    def tell_move(self, call: Call, move: Move, to_queue: str | None = None) -> None:
        """Say that the call was moved. A hold ends with it, whether or not an Unhold says so."""
        if call.held:
            self.resume(call, move.at)
        self._emit.call(
            call,
            "transferred",
            move.at,
            str(move.at),
            kind=move.kind,
            agent=move.agent,
            by="agent" if move.kind == "blind" else "system",
            to=move.to,
            to_queue=to_queue,
        )
        if call.talk is not None:
            self._book.floor.release(call.talk.agent, call.key, move.at)
        call.talk = None
        call.state = "moving"
        call.move = None

    def estimate_answer(self, call: Call, block: Block, now: Millis) -> None:
        """AgentComplete of a call that nobody saw picked up: it was, TalkTime seconds ago."""
        talked = (block.number("TalkTime") or 0) * SECOND
        ring = Ring(
            leg=block.get("DestUniqueid"),
            agent=block.get("Interface"),
            name=person(block.get("MemberName")),
            queue=block.get("Queue"),
            since=now,
        )
        gap = self._book.gap_from
        at = max(now - talked, call.offered)
        self.answer(
            call, ring, at, estimated=True, not_before=None if gap is None or gap > at else format_utc(gap)
        )

    def begin_completed(self, block: Block, now: Millis) -> Call | None:
        """The call of an AgentComplete that is the first word of it."""
        call = self._arrivals.begin(block, now)
        if call is not None and call.silent:
            self._book.forget(call)
            return None
        return call


def _moment(now: Millis, data: Mapping[str, Any]) -> str:
    """What tells a hold, or its end, from others of its call. What the lists tell may bear the same moment as
    what is heard at once after them."""
    return f"{now}:unheard" if data else str(now)
