"""What a supervisor asks for, as actions of Asterisk's manager interface, and what came of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from console.domain.instants import SECOND, Millis
from console.numbers import national
from console.outbox.listening import spies
from console.service.order import (
    DIAL,
    DONE,
    EARS,
    FAILED,
    FIRST,
    LISTEN,
    MOVES,
    PAUSE,
    TAKEN,
    TO_AGENT,
    TO_QUEUE,
    UNKNOWN,
    UNPAUSE,
    WAITING,
    WHISPER,
    Order,
    Result,
)

_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the dialplan. `exten` may hold {agent}, {device}, {queue}, or the customer's number as
    +8613800001111 {number}, 8613800001111 {digits}, 13800001111 {national}: see NAMES."""

    NAMES: ClassVar[frozenset[str]] = frozenset({"agent", "device", "queue", "number", "digits", "national"})

    context: str
    exten: str
    priority: int = 1

    def unknown(self) -> list[str]:
        """Names in `exten` that stand for nothing."""
        return [name for name in _FIELD.findall(self.exten) if name not in self.NAMES]

    def filled(self, **values: str) -> str:
        """The extension with `values` in it. Raises ValueError where a value is none for a dialplan."""
        for value in values.values():
            if not re.fullmatch(r"[\w.+*#@-]{1,80}", value):
                raise ValueError("not an extension")
        return _FIELD.sub(lambda found: values.get(found[1], ""), self.exten)


@dataclass(frozen=True, slots=True)
class Moves:
    """What one site lets the console do to its calls; None and False: that it may not.

    `agent` and `queue` are where a call is sent that is given to somebody, `call_back` where an agent's
    telephone is led that calls a customer back, `pause` whether agents may be paused, `listen` whether others
    may hear what they talk. A telephone rings for `ring` at most; what could not be done `within` so long is
    not done any more.
    """

    agent: Target | None = None
    queue: Target | None = None
    call_back: Target | None = None
    pause: bool = False
    listen: bool = False
    ring: Millis = 30 * SECOND
    within: Millis = 30 * SECOND


class NotSent(Exception):
    """There was no link: nothing went out."""


class NotConfirmed(Exception):
    """It went out, and no answer came: it may have been done or not."""


class Place(Protocol):
    """Where a call is in the exchange."""

    @property
    def channel(self) -> str:
        """The customer's channel by its name."""
        ...

    @property
    def queue(self) -> str:
        """The queue it came to."""
        ...

    @property
    def waiting(self) -> bool:
        """Whether it stands in the line."""
        ...


class Line(Protocol):
    """A live exchange, as far as orders need it."""

    @property
    def source(self) -> str:
        """The source of its events."""
        ...

    @property
    def ready(self) -> bool:
        """Whether there is a link, and what is known of the calls is certain."""
        ...

    def place_of(self, item: str) -> Place | None:
        """Where an open call is; None for one that isn't."""
        ...

    async def act(
        self, name: str, fields: Mapping[str, str], *, rings: Millis | None = None
    ) -> Mapping[str, str]:
        """Send an action, once; its answer's fields. With `rings` that is whether a telephone which rings for
        so long was picked up. Raises NotSent and NotConfirmed."""
        ...


_REFUSED: Mapping[str, str] = {
    "channel does not exist": "gone",
    "no such channel": "gone",
    "no such caller": "gone",
    "no such queue": "no_queue",
    "interface not found": "no_agent",
    "permission denied": "denied",
    "extension does not exist": "no_place",
}
"""What Asterisk says when it refuses, up to a colon or a full stop, and the word for it."""

_ORIGINATED: Mapping[str, str] = {
    "0": "no_such",
    "1": "no_answer",
    "3": "no_answer",
    "5": "busy",
    "8": "busy",
}
"""Reasons of an OriginateResponse (AST_CONTROL_…): why the agent's telephone was not picked up."""

_AGAIN = frozenset({FIRST, PAUSE, UNPAUSE})
"""What may be done twice with no harm: it is tried again where no answer came."""


class AsteriskCarrier:
    """Carries orders out on one exchange."""

    def __init__(self, line: Line, moves: Moves) -> None:
        self._line = line
        self._moves = moves

    @property
    def source(self) -> str:
        """The source of the exchange's events."""
        return self._line.source

    @property
    def within(self) -> Millis:
        """How long an order may wait for the link."""
        return self._moves.within

    @property
    def ready(self) -> bool:
        """Whether the exchange can be asked now."""
        return self._line.ready

    @property
    def verbs(self) -> frozenset[str]:
        """What the site's dialplan and settings allow."""
        moves = self._moves
        return frozenset(
            verb
            for verb, able in (
                (TO_AGENT, moves.agent),
                (TO_QUEUE, moves.queue),
                (FIRST, moves.agent or moves.queue),
                (DIAL, moves.call_back),
                (PAUSE, moves.pause),
                (UNPAUSE, moves.pause),
                (LISTEN, moves.listen),
                (WHISPER, moves.listen),
            )
            if able
        )

    async def carry(self, order: Order) -> Result:
        """Do what is asked; see Carrier."""
        if order.verb not in self.verbs:
            return Result(FAILED, "not_allowed")
        if not self._line.ready:
            return Result(WAITING, "no_link")
        try:
            if order.verb in MOVES:
                return await self._move(order)
            if order.verb == FIRST:
                return await self._first(order)
            if order.verb == DIAL:
                return await self._dial(order)
            if order.verb in EARS:
                return await self._listen(order)
            return await self._pause(order)
        except ValueError:
            return Result(FAILED, "unusable")
        except NotSent:
            return Result(WAITING, "no_link")
        except NotConfirmed:
            if order.verb in _AGAIN:
                return Result(WAITING, "no_link")
            return Result(UNKNOWN, "no_link")

    async def _move(self, order: Order) -> Result:
        """Redirect takes the call out of its queue and leads it into the dialplan. Success means: queued."""
        place = self._line.place_of(order.item)
        if place is None:
            return Result(FAILED, "gone")
        if order.verb == TO_AGENT:
            target, interface = self._moves.agent, _interface(order)
            if not interface:
                return Result(FAILED, "no_device")
            values = {"agent": str(order.data.get("to", "")), "device": device(interface)}
        else:
            target, values = self._moves.queue, {"queue": str(order.data.get("to_queue", ""))}
        assert target is not None
        lead = _lead(target, values)
        if nowhere := await self._nowhere(lead, values.get("queue", "")):
            return Result(FAILED, nowhere)
        answer = await self._line.act("Redirect", {"Channel": place.channel, **lead})
        return _result(answer, TAKEN)

    async def _nowhere(self, lead: Mapping[str, str], queue: str) -> str:
        """Why a call must not be led there; empty where all is well, or nobody knows. Asterisk leads a call
        anywhere, and where there is nothing it hangs up on the customer."""
        asked = {"no_place": f"DIALPLAN_EXISTS({','.join(lead.values())})"}
        if queue:
            asked["no_queue"] = f"QUEUE_EXISTS({queue})"
        for reason, function in asked.items():
            try:
                answer = await self._line.act("GetVar", {"Variable": function})
            except NotConfirmed:
                raise NotSent from None
            if answer.get("Value") == "0":
                return reason
        return ""

    async def _first(self, order: Order) -> Result:
        place = self._line.place_of(order.item)
        if place is None or not place.waiting:
            return Result(FAILED, "gone" if place is None else "not_waiting")
        fields = {"Queue": place.queue, "Caller": place.channel, "Priority": _FOREMOST, "Immediate": "yes"}
        return _result(await self._line.act("QueueChangePriorityCaller", fields), DONE)

    async def _pause(self, order: Order) -> Result:
        fields = {"Interface": order.item.partition("/")[2], "Paused": str(order.verb == PAUSE).lower()}
        if order.verb == PAUSE:
            fields["Reason"] = str(order.data.get("reason") or "supervisor")[:80]
        return _result(await self._line.act("QueuePause", fields), DONE)

    async def _dial(self, order: Order) -> Result:
        """Ring the agent; when she picks up, the dialplan leads her to the customer."""
        interface, target = _interface(order), self._moves.call_back
        if not interface:
            return Result(FAILED, "no_device")
        assert target is not None
        number = str(order.data.get("number", ""))
        lead = _lead(target, {"number": number, "digits": number.lstrip("+"), "national": national(number)})
        return await self._ring({"Channel": interface, "CallerID": number, **lead})

    async def _listen(self, order: Order) -> Result:
        """Ring whoever asked; once they pick up they are in the talk, without its customer noticing."""
        own, spied = _interface(order), spies(order)
        if not own:
            return Result(FAILED, "no_own_device")
        if not spied:
            return Result(FAILED, "no_device")
        if self._line.place_of(order.item) is None:
            return Result(FAILED, "gone")
        return await self._ring({"Channel": own, **spied})

    async def _ring(self, fields: Mapping[str, str]) -> Result:
        """Have a telephone of the house rung, and tell whether it was picked up."""
        ringing = {"Timeout": str(self._moves.ring), "Async": "true"}
        answer = await self._line.act("Originate", {**fields, **ringing}, rings=self._moves.ring)
        if answer.get("Response") == "Failure":
            return Result(FAILED, _ORIGINATED.get(answer.get("Reason", ""), "no_answer"))
        return _result(answer, DONE)


_FOREMOST = "1000"
"""A priority above any that a dialplan gives."""


def device(interface: str) -> str:
    """What a dialplan calls a telephone: 1001 of PJSIP/1001, 1005 of Local/1005@agents/n."""
    return interface.partition("/")[2].partition("@")[0].partition("/")[0]


def _interface(order: Order) -> str:
    names = order.data.get("interfaces") or ()
    return str(names[0]) if names else ""


def _lead(target: Target, values: Mapping[str, str]) -> dict[str, str]:
    return {
        "Context": target.context,
        "Exten": target.filled(**values),
        "Priority": str(target.priority),
    }


def _result(answer: Mapping[str, str], fine: str) -> Result:
    if answer.get("Response") == "Success":
        return Result(fine)
    message = answer.get("Message", "").partition(":")[0].strip().rstrip(".").lower()
    return Result(FAILED, _REFUSED.get(message, "refused"))
