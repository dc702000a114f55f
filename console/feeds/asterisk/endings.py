"""How a call ends: who hung up first, whether it was given up, timed out, dropped, or only moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.domain.instants import SECOND, Millis
from console.feeds.asterisk.model import Call, Move, Parting
from console.feeds.asterisk.names import CANCELLED, TROUBLE, is_local

if TYPE_CHECKING:
    from console.feeds.asterisk.arrivals import Handler
    from console.feeds.asterisk.book import Book
    from console.feeds.asterisk.calls import Calls
    from console.feeds.asterisk.framing import Block
    from console.feeds.asterisk.rings import Rings

AT_ONCE = 2 * SECOND
"""What follows within this time belongs to what it follows: the end of a queue that timed out, say."""

_SHUTDOWN = 4
"""The Cause of a SoftHangupRequest by an exchange that stops: no Q.850 one, but AST_SOFTHANGUP_SHUTDOWN."""

_QUEUE_STATUS = {
    "TIMEOUT": "queue timeout",
    "WITHDRAW": "withdrawn",
    "JOINEMPTY": "no agents",
    "LEAVEEMPTY": "no agents",
    "JOINUNAVAIL": "no agents",
    "LEAVEUNAVAIL": "no agents",
    "FULL": "queue full",
}
"""What the dialplan's QUEUESTATUS says, on sites whose console may read the dialplan class."""


class Endings:
    """Turns hang-ups into ends."""

    def __init__(self, book: Book, calls: Calls, rings: Rings) -> None:
        self._book = book
        self._calls = calls
        self._rings = rings
        self._emit = book.emit

    def handlers(self) -> Mapping[str, Handler]:
        """Which event goes where."""
        return {
            "HangupRequest": self._on_request,
            "SoftHangupRequest": self._on_soft_request,
            "QueueCallerAbandon": self._on_abandon,
            "AgentComplete": self._on_complete,
            "VarSet": self._on_variable,
            "Hangup": self._on_hangup,
            "Shutdown": self._on_shutdown,
        }

    def _on_request(self, block: Block, now: Millis) -> None:
        """The far side of a channel hung up. The first one of a talk is who ended it."""
        uniqueid, cause = block.get("Uniqueid"), block.number("Cause")
        call = self._book.by_customer(uniqueid)
        if call is not None:
            if uniqueid == call.customer and call.parting is None:
                call.parting = Parting("customer", now, cause)
            return
        if is_local(block.get("Channel")):
            return
        call = self._book.by_leg(uniqueid)
        if call is None:
            call = self._book.by_key(block.get("Linkedid"))
            if call is None or call.talk is None or call.talk.legs:
                return
            self._calls.adopt_leg(call, uniqueid)
        if call.move is not None:
            # She has transferred the customer, and hangs up on nobody.
            return
        if call.talk is not None and uniqueid in call.talk.legs and call.parting is None:
            call.parting = Parting("agent", now, cause)

    def _on_soft_request(self, block: Block, now: Millis) -> None:
        """The exchange ends a channel by itself; told apart from its tidying up by what came before."""
        if block.number("Cause") == _SHUTDOWN:
            # What says so in a word, Shutdown, comes when every call is gone.
            self._book.stopping = True
        call = self._book.by_customer(block.get("Uniqueid"))
        if call is not None and call.parting is None and call.abandoned is None:
            call.soft = True
        leg = self._book.by_leg(block.get("Uniqueid"))
        if leg is not None and leg.talk is not None and block.get("Uniqueid") in leg.talk.legs:
            leg.soft = leg.soft or leg.parting is None

    def _on_abandon(self, block: Block, now: Millis) -> None:
        """The queue lets go of a caller: given up, timed out or moved, which the next events tell."""
        call = self._book.of(block)
        if call is None:
            return
        self._book.touch(call)
        call.abandoned = now
        if call.parting is None and not call.soft and call.move is None:
            call.move = Move("moved", now)

    def _on_variable(self, block: Block, now: Millis) -> None:
        call = self._book.by_customer(block.get("Uniqueid"))
        if call is not None and block.get("Variable") == "QUEUESTATUS":
            call.status = block.get("Value")

    def _on_complete(self, block: Block, now: Millis) -> None:
        """The queue's own sum of a talk. Times and reasons of it mislead; that there was one does not."""
        call = self._book.of(block) or self._book.by_leg(block.get("DestUniqueid"))
        if call is None and block.get("Uniqueid") and not self._book.over(block.get("Linkedid")):
            call = self._calls.begin_completed(block, now)
        if call is None or call.silent:
            return
        if not call.answered:
            self._calls.estimate_answer(call, block, now)
        call.completed_by = block.get("Reason")

    def _on_shutdown(self, block: Block, now: Millis) -> None:
        self._book.stopping = True

    def _on_hangup(self, block: Block, now: Millis) -> None:
        uniqueid, cause = block.get("Uniqueid"), block.number("Cause")
        self._book.channels.pop(uniqueid, None)
        call = self._book.by_customer(uniqueid)
        if call is not None:
            if uniqueid == call.customer:
                if _may_try_again(call):
                    call.failed = call.failed or (now, cause)
                else:
                    self._finish(call, now, cause)
            return
        call = self._book.by_leg(uniqueid)
        if call is None:
            return
        self._book.drop_leg(uniqueid)
        ring = call.rings.get(uniqueid)
        if ring is not None:
            self._rings.ring_over(call, ring, now, cause)
        elif call.failed is not None and not _may_try_again(call):
            self._finish(call, *call.failed)
        elif call.talk is not None and uniqueid == call.talk.leg:
            behind = call.talk.legs & call.legs
            if behind:
                # A Local channel that has been optimised away: the phone behind it goes on.
                call.talk.leg = min(behind)
            else:
                self._leg_over(call, now, cause)
        else:
            self._phone_over(call, uniqueid, cause)

    @staticmethod
    def _phone_over(call: Call, uniqueid: str, cause: int | None) -> None:
        """A phone behind a Local channel is gone: its cause says more than the Local channel's."""
        for ring in call.rings.values():
            if uniqueid in ring.legs and cause not in CANCELLED:
                ring.cause = cause
        if call.talk is not None and uniqueid in call.talk.legs and cause in TROUBLE:
            call.leg_cause = cause

    def _leg_over(self, call: Call, now: Millis, cause: int | None) -> None:
        """The agent's channel is gone. Where nobody hung up, the customer was taken from her."""
        if cause in TROUBLE:
            call.leg_cause = cause
        if call.talk is None:
            return
        agent = call.talk.agent
        self._book.floor.release(agent, call.key, now)
        if call.parting is None and call.move is None:
            call.move = Move("redirect", now, agent)

    def _finish(self, call: Call, now: Millis, cause: int | None) -> None:
        """The customer's channel is gone: the call is over."""
        for ring in list(call.rings.values()):
            self._rings.ring_over(call, ring, now, None)
        if call.move is not None and call.move.kind == "blind":
            self._calls.tell_move(call, call.move)
        self._say_end(call, now, cause)
        self.close(call, now)

    def close(self, call: Call, now: Millis) -> None:
        """Forget a call that is over, whatever its end was."""
        for ring in call.rings.values():
            self._book.floor.unring(ring.agent, ring.leg, now)
        if call.talk is not None:
            self._book.floor.release(call.talk.agent, call.key, now)
        self._book.forget(call)

    def _say_end(self, call: Call, now: Millis, cause: int | None) -> None:
        parting = call.parting
        at = parting.at if parting else now
        talked = call.answered and call.state == "talking"
        waited = call.state in ("waiting", "ringing") and call.move is None and not call.out
        agent = call.agent
        trouble = self._trouble(call, cause)
        if trouble is not None:
            self._emit.call(
                call, "dropped", at, by="network", reason="line trouble", cause=trouble, agent=agent
            )
        elif parting is not None and parting.by == "customer" and waited:
            self._emit.call(call, "abandoned", at, by="customer", queue=call.queue)
        elif parting is not None:
            self._emit.call(call, "ended", at, by=parting.by, reason="hung up", agent=agent)
        elif self._book.stopping:
            verb = "dropped" if talked else "ended"
            self._emit.call(call, verb, at, by="system", reason="shutdown", agent=agent)
        elif call.answered and call.completed_by == "agent":
            self._emit.call(call, "ended", at, by="agent", reason="hung up", agent=agent)
        else:
            self._emit.call(call, "ended", at, by="system", reason=self._reason(call, now), agent=agent)

    @staticmethod
    def _trouble(call: Call, cause: int | None) -> int | None:
        """The cause that says the line failed; a dialplan that gives a call up may set such a cause too."""
        parting = call.parting
        if parting is None and not call.answered and not call.soft:
            return None
        causes = (parting.cause if parting else None, call.leg_cause, cause)
        return next((each for each in causes if each in TROUBLE), None)

    @staticmethod
    def _reason(call: Call, now: Millis) -> str:
        """Why the exchange ended a call that nobody hung up."""
        if call.out and not call.answered:
            return "not picked up"
        if call.status in _QUEUE_STATUS:
            return _QUEUE_STATUS[call.status]
        if call.soft or call.abandoned is None:
            return "hung up by the system"
        return "queue timeout" if now - call.abandoned <= AT_ONCE else "left the queue"


def _may_try_again(call: Call) -> bool:
    """Whether the agent's channel lives on though nobody has picked up: there may be another line."""
    return call.out and not call.answered and call.caller is not None and call.caller.leg in call.legs
