"""The demo's tickets: opened, given to somebody, answered, solved; some of it late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, Millis
from console.feeds.demo.stage import Matter, Process, Stage

if TYPE_CHECKING:
    from console.feeds.demo.cast import Cast
    from console.feeds.demo.phones import Phones

_TICKET_EVERY_S = 40.0
_HOUR_S = 3_600


class TicketDesk:
    """The system in which tickets are written."""

    def __init__(self, stage: Stage, cast: Cast, phones: Phones) -> None:
        self._stage = stage
        self._cast = cast
        self._phones = phones

    def tickets(self) -> Process:
        """Tickets come in, one after another."""
        while True:
            yield self._stage.gap(_TICKET_EVERY_S)
            queue = self._stage.dice.choice(self._cast.queues("ticket"))
            self.begin(self._open(queue))

    def begin(self, matter: Matter) -> None:
        """A ticket takes its course."""
        self._stage.matters[matter.id] = matter
        matter.process = self._stage.start(self._course(matter))

    def assign(self, matter: Matter, agent: str | None, queue: str | None = None) -> None:
        """Give it to somebody, or into a queue."""
        matter.agent, matter.queue = agent, queue or matter.queue
        self._stage.say("ticket.assigned", matter.id, agent=agent or "", queue=queue, accept=True)

    def _open(self, queue: str) -> Matter:
        number = self._stage.number("ticket", 8_812)
        return Matter(f"ticket/T-{number}", self._cast.known(), queue)

    def _course(self, matter: Matter) -> Process:
        stage, say = self._stage, self._stage.say
        complaint = stage.chance(0.12)
        say(
            "ticket.opened",
            matter.id,
            queue=matter.queue,
            customer=matter.customer.number,
            name=matter.customer.name,
            title=self._cast.word("complaints") if complaint else self._cast.title("ticket", matter.queue),
            type="complaint" if complaint else "request",
            triage=True,
            importance="high" if complaint else "normal",
            due=stage.moment(self._agreed()) if stage.chance(0.3) else None,
        )
        yield stage.between(10, 60)
        say("ticket.triaged", matter.id, urgency="today" if complaint else "normal")
        yield stage.between(5, 60)
        self.assign(matter, self._phones.colleague(None, matter.queue))
        yield stage.between(8, 45)
        say("ticket.accepted", matter.id)  # whoever has it by now; naming nobody leaves it with them
        if stage.chance(0.25):
            yield stage.between(30, 180)
            say("ticket.contact_tried", matter.id, outcome="no_answer")
        yield stage.between(29 * 60, 34 * 60) if stage.chance(0.04) else stage.mostly(45, 600, 120)
        say("ticket.contacted", matter.id, agent=matter.agent, apologised=True if complaint else None)
        if stage.chance(0.15):
            yield stage.between(20, 60)
            say("ticket.waiting", matter.id, reason="customer")
            yield stage.between(120, 600)
            say("ticket.resumed", matter.id)
        yield stage.mostly(30, 400, 90)
        say("ticket.resolved", matter.id, agent=matter.agent, outcome="resolved")
        if stage.chance(0.05):
            yield stage.between(60, 300)
            say("ticket.reopened", matter.id, reason="not fixed")
            yield stage.between(60, 400)
            say("ticket.contacted", matter.id, agent=matter.agent)
            yield stage.between(30, 200)
            say("ticket.resolved", matter.id, agent=matter.agent, outcome="resolved")
        stage.matters.pop(matter.id, None)

    def _agreed(self) -> Millis:
        """How far off the time is that was agreed with the customer; to five minutes, as people say it."""
        exact = self._stage.mostly(10 * 60, 4 * _HOUR_S, 20 * 60)
        return exact - exact % (5 * MINUTE)
