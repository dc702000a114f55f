"""The demo's field jobs: planned, on the way, at the customer's; some of them late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, Millis
from console.feeds.demo.stage import Matter, Process, Stage

if TYPE_CHECKING:
    from console.domain.roster import Agent
    from console.feeds.demo.cast import Cast

_JOB_EVERY_S = 120.0
_WINDOW: Millis = 30 * MINUTE


class FieldService:
    """The system that sends people out."""

    def __init__(self, stage: Stage, cast: Cast, agents: Sequence[Agent]) -> None:
        self._stage = stage
        self._cast = cast
        self._people = {
            area: [agent.id for agent in agents if area in agent.queues] for area in cast.queues("job")
        }

    def jobs(self) -> Process:
        """Jobs are planned, one after another."""
        while True:
            yield self._stage.gap(_JOB_EVERY_S)
            area = self._stage.dice.choice(self._cast.queues("job"))
            matter = Matter(f"job/J-{self._stage.number('job', 3_051)}", self._cast.stranger(), area)
            self._stage.matters[matter.id] = matter
            matter.process = self._stage.start(self._course(matter))

    def assign(self, matter: Matter, agent: str | None, queue: str | None = None) -> None:
        """Give it to somebody, or to an area."""
        matter.agent, matter.queue = agent, queue or matter.queue
        self._stage.say("job.assigned", matter.id, agent=agent or "", queue=queue)

    def colleague(self, agent: str | None, area: str) -> str:
        """Somebody else who drives in an area."""
        people = self._people.get(area) or [each for crew in self._people.values() for each in crew]
        return self._stage.dice.choice([each for each in people if each != agent] or people)

    def _course(self, matter: Matter) -> Process:
        stage, say = self._stage, self._stage.say
        ends = stage.mostly(15 * 60, 40 * 60, 22 * 60)
        promised = stage.now + ends
        say(
            "job.scheduled",
            matter.id,
            queue=matter.queue,
            area=matter.queue,
            customer=matter.customer.number,
            name=matter.customer.name,
            title=self._cast.title("job", matter.queue),
            window_start=stage.moment(ends - _WINDOW),
            window_end=stage.moment(ends),
        )
        yield stage.between(15, 90)
        self.assign(matter, self.colleague(None, matter.queue))
        yield stage.between(20, 120)
        say("job.accepted", matter.id)
        yield stage.between(20, 120)
        say("job.contacted", matter.id, agent=matter.agent)
        late = stage.chance(0.16)
        arrives = promised + (stage.between(40, 600) if late else -stage.mostly(20, 600, 200))
        yield max(1, arrives - stage.between(300, 600) - stage.now)
        say("job.departed", matter.id, agent=matter.agent)
        if late and stage.chance(0.6):
            yield max(1, (promised - stage.between(30, 150)) - stage.now)
            say("job.late_notice", matter.id, reason=self._cast.word("late"))
        yield max(1, arrives - stage.now)
        if stage.chance(0.04):
            say("job.no_show", matter.id, agent=matter.agent, note_left=True)
            yield stage.between(120, 400)
            say("job.left", matter.id, agent=matter.agent)
        else:
            say("job.arrived", matter.id, agent=matter.agent)
            for step in ("repaired", "full_check"):
                yield stage.between(60, 240)
                say("job.step", matter.id, step=step)
            yield stage.between(60, 240)
            say(
                "job.finished",
                matter.id,
                agent=matter.agent,
                accepted=True,
                paid=True,
                charges_explained=True,
            )
        stage.matters.pop(matter.id, None)
