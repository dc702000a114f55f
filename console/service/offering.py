"""Whom something may be given to: everybody and every queue as of one reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.service.fresh import fresh
from console.service.glance import feeds
from console.service.levels import OpenCalls, open_calls, service_levels
from console.service.people import agents

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.model import AgentView
    from console.service.ports import Reader


@frozen
class Offers:
    """`queues` are all that are known, `calls` those going on in each. `silent` are the sources that are not
    heard: what they said of somebody may be so no more."""

    agents: tuple[AgentView, ...] = ()
    queues: tuple[str, ...] = ()
    calls: Mapping[str, OpenCalls] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()

    def unsure(self, agent: AgentView) -> bool:
        """Whether nobody knows if somebody still does what was last said of them."""
        return bool(agent.state) and agent.source in self.silent


def offers(reader: Reader, now: Millis) -> Offers:
    """What there is to choose from at `now`."""
    site = reader.rulebook().at(now).site
    today = (queue for queue in service_levels(reader, now) if queue)
    return Offers(
        agents(reader, now),
        tuple(dict.fromkeys((*reader.queues(), *today, *site.queues))),
        open_calls(reader, fresh(reader, now)),
        frozenset(feed.source for feed in feeds(reader, now) if feed.lost),
    )
