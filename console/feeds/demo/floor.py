"""The demo floor put together: three systems, the people of a site file, and the orders they get."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.instants import HOUR, MINUTE, Millis
from console.domain.site import parse_site
from console.feeds.demo.cast import Cast
from console.feeds.demo.desk import TicketDesk
from console.feeds.demo.field import FieldService
from console.feeds.demo.phones import Phones
from console.feeds.demo.promises import Promises
from console.feeds.demo.scenes import Scenes
from console.feeds.demo.stage import FEEDS, Matter, Process, Stage
from console.feeds.demo.talk import Talk

if TYPE_CHECKING:
    from console.domain.event import Event

_BEGINS: Millis = 25 * HOUR
"""How long before the opening the oldest scene may begin."""

_LEAD: dict[str, Millis] = {
    "calls": 30 * MINUTE,
    "requests": 20 * MINUTE,
    "tickets": 40 * MINUTE,
    "jobs": HOUR,
}
"""How long before the opening each flow begins: until as much ends as begins."""

_OTHERWISE = 1 / 12
"""How often a system decides otherwise than it was asked."""


class DemoFloor:
    """A small floor, made up from a seed: the same seed and opening give the same events.

    `site_text` are the settings that its store needs. Ordered about (`asked`), its systems answer in their
    own words after a moment, and not always as asked.
    """

    feeds = FEEDS

    def __init__(self, seed: int, *, opens: Millis, fixtures: Path) -> None:
        self.site_text = (fixtures / "sites" / "demo.toml").read_text(encoding="utf-8")
        agents = list(parse_site(self.site_text).agents.values())
        self._stage = stage = Stage(seed, begins=opens - _BEGINS, opens=opens)
        cast = Cast((fixtures / "demo" / "cast.toml").read_text(encoding="utf-8"), stage.dice)
        self._promises = promises = Promises(stage, cast)
        names = {agent.id: agent.name for agent in agents}
        talk = Talk((fixtures / "demo" / "talk.toml").read_text(encoding="utf-8"), stage, seed, names)
        self._phones = phones = Phones(
            stage, cast, agents, lost=promises.lost, reached=promises.reached, talk=talk
        )
        promises.phones = phones
        self._desk = TicketDesk(stage, cast, phones)
        self._field = FieldService(stage, cast, agents)
        Scenes(stage, cast, phones, promises).begin(
            (fixtures / "demo" / "opening.toml").read_text(encoding="utf-8")
        )
        stage.start(phones.sign_in())
        flows = {
            "calls": phones.calls(),
            "requests": promises.requests(),
            "tickets": self._desk.tickets(),
            "jobs": self._field.jobs(),
        }
        for name, flow in flows.items():
            stage.start(flow, after=_BEGINS - _LEAD[name])

    def events(self) -> Iterator[Event]:
        """All that happens, in order of time, without end."""
        return self._stage.events()

    def asked(self, item: str, to: str, now: Millis) -> None:
        """A supervisor asks for an item to be given to `to`, an agent or `#QUEUE`."""
        matter = self._stage.matters.get(item)
        if matter is not None:
            after = max(0, now - self._stage.now) + self._stage.between(1, 3)
            self._stage.start(self._decide(matter, to), after=after)

    def _decide(self, matter: Matter, to: str) -> Process:
        if matter.id in self._stage.matters:  # it may have ended in the meantime
            if self._stage.chance(_OTHERWISE):
                to = self._somebody_else(matter, to)
            if to.startswith("#"):
                self._send(matter, to[1:])
            else:
                self._give(matter, to)
        yield from ()

    def _somebody_else(self, matter: Matter, to: str) -> str:
        team = self._field if matter.kind == "job" else self._phones
        return team.colleague(to, matter.queue)

    def _give(self, matter: Matter, agent: str) -> None:
        if matter.kind == "call":
            self._phones.move(matter, agent)
        elif matter.kind == "callback":
            matter.agent = agent
            self._promises.request(matter)
        elif matter.kind == "job":
            self._field.assign(matter, agent)
        else:
            self._desk.assign(matter, agent)

    def _send(self, matter: Matter, queue: str) -> None:
        if matter.kind == "call":
            self._phones.send_on(matter, queue)
        elif matter.kind == "callback":
            matter.agent, matter.queue = None, queue
            self._promises.request(matter)
        elif matter.kind == "job":
            self._field.assign(matter, None, queue)
        else:
            self._desk.assign(matter, None, queue)
