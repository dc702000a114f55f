"""The demo's callbacks: those that the desk promises, and those that a lost call asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, SECOND, Millis
from console.feeds.demo.stage import Matter, Process, Stage

if TYPE_CHECKING:
    from console.feeds.demo.cast import Cast, Customer
    from console.feeds.demo.phones import Phones

_PROMISE_EVERY_S = 150.0
_RETRY: Millis = 3 * MINUTE
_RINGS_OUT: Millis = 20 * SECOND


class Promises:
    """Remembers who is to be called back, and has it done."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        self._stage = stage
        self._cast = cast
        self._open: dict[str, list[Matter]] = {}
        self.phones: Phones | None = None

    def requests(self) -> Process:
        """Customers ask for a call at a time that suits them."""
        while True:
            yield self._stage.gap(_PROMISE_EVERY_S)
            queue = self._stage.dice.choice(self._cast.queues("ticket"))
            matter = Matter(f"callback/B-{self._stage.number('callback', 611)}", self._cast.known(), queue)
            matter.agent = self._phones.colleague(None, queue) if self._stage.chance(0.7) else None
            wait = self._stage.between(6 * 60, 16 * 60)
            matter.call_back = self._stage.now + wait - self._stage.mostly(-120, 240, 60)
            self.request(
                matter,
                due=self._stage.moment(wait),
                reason=self._cast.word("callbacks"),
            )
            self.promise(matter)

    def request(self, matter: Matter, **data: object) -> None:
        """The desk writes a callback down, or gives it to somebody."""
        agent = matter.agent
        if matter.id in self._stage.matters:
            agent = agent or ""  # taken from whoever had it
        else:
            data |= {"customer": matter.customer.number, "name": matter.customer.name}
        self._stage.say("callback.requested", matter.id, queue=matter.queue, agent=agent, **data)

    def lost(self, call: Matter) -> None:
        """A caller was lost: the console asks for a callback by itself, and the desk has seen it too."""
        matter = Matter(f"callback/{call.id}", call.customer, call.queue, call.agent)
        matter.call_back = call.call_back
        if matter.call_back is None:
            late = self._stage.chance(0.08)
            wait = self._stage.between(30 * 60, 34 * 60) if late else self._stage.mostly(60, 1200, 240)
            matter.call_back = self._stage.now + wait
        self.promise(matter)

    def promise(self, matter: Matter) -> None:
        """See to it that the customer is called."""
        self._stage.matters[matter.id] = matter
        self._open.setdefault(matter.customer.number, []).append(matter)
        matter.process = self._stage.start(self._keep(matter))

    def reached(self, customer: Customer) -> None:
        """Somebody spoke to the customer: nobody needs to call back any more."""
        for matter in self._open.pop(customer.number, []):
            self._stage.matters.pop(matter.id, None)

    def _keep(self, matter: Matter) -> Process:
        stage = self._stage
        yield max(1, (matter.call_back or stage.now) - stage.now)
        while matter.id in stage.matters:
            agent = matter.agent or self._phones.colleague(None, matter.queue)
            self._phones.call_out(agent, matter.customer, matter.queue, answers=stage.chance(0.75))
            yield _RINGS_OUT
            if matter.id in stage.matters:
                stage.say("callback.tried", matter.id, agent=agent, next_time=stage.moment(_RETRY))
                yield _RETRY

    @property
    def _phones(self) -> Phones:
        assert self.phones is not None, "the exchange is connected before anything happens"
        return self.phones
