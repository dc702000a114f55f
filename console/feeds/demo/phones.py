"""The demo's telephones: who is free, whose rings, and what becomes of each call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, SECOND, Millis
from console.feeds.demo.stage import Matter, Process, Stage

if TYPE_CHECKING:
    from console.domain.roster import Agent
    from console.feeds.demo.cast import Cast, Customer
    from console.feeds.demo.talk import Talk

_CALL_EVERY_S = 8.0
_TOLD: Millis = 4 * MINUTE
"""How long before the opening the agents' states begin to be told; nobody asks about earlier ones."""

_KEPT_FREE: Millis = 75 * SECOND
"""How long before a scene its telephones take no new calls."""


class Phones:
    """The exchange. `lost` is told of callers who were not answered or whose call broke off, `reached` of
    customers with whom somebody spoke; `talk` says what they said."""

    def __init__(
        self,
        stage: Stage,
        cast: Cast,
        agents: Sequence[Agent],
        *,
        lost: Callable[[Matter], None],
        reached: Callable[[Customer], None],
        talk: Talk,
    ) -> None:
        self.talk = talk
        self._stage = stage
        self._cast = cast
        self._lost = lost
        self._reached = reached
        served = cast.queues("ticket")
        self._agents = [agent for agent in agents if any(queue in served for queue in agent.queues)]
        self._idle = {agent.id: stage.now for agent in self._agents}
        self._state = dict.fromkeys(self._idle, "available")
        self._lines = dict.fromkeys((agent.id for agent in agents), 0)
        self._engaged: dict[str, tuple[Millis, Millis]] = {}

    # What goes on by itself.

    def calls(self) -> Process:
        """Calls come in, one after another."""
        while True:
            yield self._stage.gap(_CALL_EVERY_S)
            queue = self._stage.dice.choice(self._cast.queues("ticket"))
            matter = self.open(self._cast.caller(), queue)
            self.offer(matter)
            matter.process = self._stage.start(self._serve(matter))

    def sign_in(self) -> Process:
        """The agents' states as they are shortly before the opening; changes are told from then on."""
        yield self._stage.opens - _TOLD - self._stage.now
        for agent in self._agents:
            subject = f"agent/{agent.id}"
            self._stage.say("agent.joined", subject, name=agent.name, queue=agent.queues[0])
            self._stage.say("agent.state", subject, state=self._state[agent.id])

    def call_out(self, agent: str, customer: Customer, queue: str, *, answers: bool) -> None:
        """An agent calls a customer."""
        matter = self.open(customer, queue)
        matter.agent, matter.state = agent, "dialling"
        self._take(agent)
        data = {"direction": "out", "customer": customer.number, "name": customer.name or None}
        self._stage.say("call.offered", matter.id, queue=queue, agent=agent, **data)
        self._tell(agent, "ringing")
        matter.process = self._stage.start(self._dial(matter, answers=answers))

    def _dial(self, matter: Matter, *, answers: bool) -> Process:
        yield self._stage.between(4, 14)
        if answers:
            self.answer(matter, ours=True)
            yield from self._talk(matter)
        else:
            self.finish(matter, "ended", by="agent", outcome="no answer")

    def _serve(self, matter: Matter) -> Process:
        yield from self._wait(matter)
        if matter.state == "talking":
            yield from self._talk(matter)

    def _wait(self, matter: Matter) -> Process:
        """From the line to an agent, or to the end of the caller's patience."""
        stage = self._stage
        patience = stage.between(3, 25) if stage.chance(0.05) else stage.mostly(40, 180, 75)
        gives_up = stage.now + patience
        while True:
            agent = self._free(matter.queue)
            if agent is None:
                if stage.now >= gives_up:
                    return self.finish(matter, "abandoned", by="customer")
                yield SECOND
                continue
            self.ring(matter, agent)
            rings = stage.between(14, 22) if stage.chance(0.1) else stage.mostly(2, 12, 4)
            if stage.now + rings >= gives_up:
                yield max(1, gives_up - stage.now)
                return self.finish(matter, "abandoned", by="customer")
            yield rings
            if stage.chance(0.04):
                self.miss(matter, "rang out")
                continue
            return self.answer(matter)

    def _talk(self, matter: Matter) -> Process:
        stage = self._stage
        yield stage.mostly(8, 45, 14)
        if stage.chance(0.15):
            self.hold(matter)
            yield stage.between(62, 100) if stage.chance(0.2) else stage.between(8, 45)
            self.resume(matter)
        yield stage.mostly(4, 40, 8)
        if stage.chance(0.04):
            self.transfer(matter, stage.dice.choice(self._cast.queues("ticket")))
            yield from self._serve(matter)
        elif stage.chance(0.03):
            self.finish(matter, "dropped", by="network")
        else:
            yield from self._part(matter, by="customer" if stage.chance(0.7) else "agent")

    def _part(self, matter: Matter, *, by: str) -> Process:
        """The last words; an agent who hangs up first mostly waits for a while after the goodbye."""
        self.talk.close(matter)
        yield self._stage.between(2, 5)
        if by == "agent" and self._stage.chance(0.9):
            self._stage.say("call.goodbye", matter.id, by="agent")
            yield self._stage.between(5, 8) if self._stage.chance(0.9) else self._stage.between(1, 4)
        self.finish(matter, "ended", by=by)

    # What happens to one call.

    def open(self, customer: Customer, queue: str) -> Matter:
        """A new call."""
        matter = Matter(f"call/C-{self._stage.number('call', 20_417)}", customer, queue)
        self._stage.matters[matter.id] = matter
        return matter

    def offer(self, matter: Matter) -> None:
        """It arrives. Exchanges know the name behind a number now and then."""
        named = matter.customer.name if self._stage.chance(0.6) else ""
        matter.state = "waiting"
        self._stage.say(
            "call.offered",
            matter.id,
            direction="in",
            queue=matter.queue,
            name=named or None,
            **{"from": matter.customer.number or None},
        )

    def ring(self, matter: Matter, agent: str) -> None:
        """A telephone begins to ring."""
        self._take(agent)
        matter.agent, matter.state = agent, "ringing"
        self._stage.say("call.ringing", matter.id, agent=agent, queue=matter.queue)
        self._tell(agent, "ringing")

    def miss(self, matter: Matter, reason: str) -> None:
        """It rang in vain."""
        if matter.agent is not None:
            self._stage.say("call.ring_missed", matter.id, agent=matter.agent, reason=reason)
            self._give_back(matter.agent, rest=reason == "rang out")
        matter.agent, matter.state = None, "waiting"

    def answer(self, matter: Matter, *, ours: bool = False) -> None:
        """Somebody picks it up; `ours`: the customer, for it was an agent who called."""
        matter.state = "talking"
        self._stage.say("call.answered", matter.id, agent=matter.agent)
        self._tell(matter.agent, "talking")
        self._reached(matter.customer)
        self.talk.begin(matter, ours=ours)

    def hold(self, matter: Matter) -> None:
        """The customer waits, with music."""
        self._stage.say("call.held", matter.id, agent=matter.agent)
        self._tell(matter.agent, "holding")

    def resume(self, matter: Matter) -> None:
        """And talks again."""
        self._stage.say("call.resumed", matter.id, agent=matter.agent)
        self.talk.back(matter)
        self._tell(matter.agent, "talking")

    def transfer(self, matter: Matter, queue: str) -> None:
        """It goes back into a line."""
        if matter.state == "ringing":
            self.miss(matter, "moved")
        elif matter.agent is not None:
            self._give_back(matter.agent)
        self._stage.say("call.transferred", matter.id, agent=matter.agent, to_queue=queue)
        matter.agent, matter.state, matter.queue = None, "waiting", queue

    def finish(self, matter: Matter, verb: str, *, by: str, outcome: str | None = None) -> None:
        """It is over, one way or another."""
        unanswered, agent = matter.state in ("waiting", "ringing"), matter.agent
        if matter.state == "ringing":
            self.miss(matter, "caller gave up")
        elif agent is not None:
            self._give_back(agent)
        self._stage.say(f"call.{verb}", matter.id, by=by, outcome=outcome, agent=matter.agent)
        self._stage.matters.pop(matter.id, None)
        if matter.customer.number and (unanswered or verb == "dropped"):
            self._lost(matter)

    def move(self, matter: Matter, agent: str) -> None:
        """Give a call to somebody by order."""
        if matter.process is not None:
            matter.process.close()
        if matter.state == "talking":
            if matter.agent is not None:
                self._give_back(matter.agent)
            self._take(agent)
            self._stage.say("call.transferred", matter.id, agent=matter.agent, to_agent=agent)
            matter.agent = agent
            self._tell(agent, "talking")
            matter.process = self._stage.start(self._talk(matter))
        else:
            if matter.state == "ringing":
                self.miss(matter, "moved")
            elif matter.agent is not None:
                self._give_back(matter.agent)
            self.ring(matter, agent)
            matter.process = self._stage.start(self._pick_up(matter))

    def send_on(self, matter: Matter, queue: str) -> None:
        """Put a call into another line by order."""
        if matter.process is not None:
            matter.process.close()
        self.transfer(matter, queue)
        matter.process = self._stage.start(self._serve(matter))

    def _pick_up(self, matter: Matter) -> Process:
        yield self._stage.between(1, 3)
        self.answer(matter)
        yield from self._talk(matter)

    # Who is free.

    def engage(self, agent: str, since: Millis, until: Millis) -> None:
        """Keep an agent's telephone for a scene."""
        known = self._engaged.get(agent, (since - _KEPT_FREE, until))
        self._engaged[agent] = (min(known[0], since - _KEPT_FREE), max(known[1], until))

    def colleague(self, agent: str | None, queue: str) -> str:
        """Somebody else of a queue, or of the floor where it has nobody."""
        others = [each.id for each in self._agents if each.id != agent and queue in each.queues]
        return self._stage.dice.choice(others or [each.id for each in self._agents if each.id != agent])

    def _free(self, queue: str) -> str | None:
        """Whoever of the queue has been idle longest."""
        now = self._stage.now
        idle = [
            (self._idle[agent.id], agent.id)
            for agent in self._agents
            if queue in agent.queues and agent.id in self._idle and not self._is_engaged(agent.id, now)
        ]
        return min(idle)[1] if idle else None

    def _is_engaged(self, agent: str, now: Millis) -> bool:
        since, until = self._engaged.get(agent, (0, 0))
        return since <= now < until

    def _take(self, agent: str) -> None:
        self._idle.pop(agent, None)
        self._lines[agent] = self._lines.get(agent, 0) + 1

    def _give_back(self, agent: str, *, rest: bool = False) -> None:
        self._lines[agent] -= 1
        if not self._lines[agent]:
            self._stage.start(self._wrap_up(agent, rest=rest))

    def _wrap_up(self, agent: str, *, rest: bool) -> Process:
        """Notes after the call; now and then a break, and one for whoever let it ring."""
        stage = self._stage
        self._tell(agent, "break" if rest else "wrap-up", "missed a call" if rest else None)
        yield stage.between(20, 40) if rest else stage.mostly(2, 14, 5)
        if not self._lines[agent] and not rest and stage.chance(0.03):
            self._tell(agent, "break", self._cast.word("breaks"))
            yield stage.between(60, 300)
        if not self._lines[agent]:
            self._tell(agent, "available")
            if agent in self._state:
                self._idle[agent] = stage.now

    def _tell(self, agent: str | None, state: str, reason: str | None = None) -> None:
        if agent is None or self._state.get(agent) == state:
            return
        if agent in self._state:
            self._state[agent] = state
        if self._stage.now >= self._stage.opens - _TOLD:
            self._stage.say("agent.state", f"agent/{agent}", state=state, reason=reason)
