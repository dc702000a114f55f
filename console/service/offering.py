"""Whom something may be given to: everybody and every queue as of one reading."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from console.domain.appointments import FieldJobs
from console.domain.frozen import frozen
from console.service.field_jobs import Read, field_jobs
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
    heard: what they said of somebody may be so no more. `jobs` are the appointments that bear on what is
    given, `read` is what they were read of."""

    agents: tuple[AgentView, ...] = ()
    queues: tuple[str, ...] = ()
    calls: Mapping[str, OpenCalls] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    jobs: FieldJobs = field(default_factory=FieldJobs)
    read: Read = field(default_factory=dict)

    def unsure(self, agent: AgentView) -> bool:
        """Whether nobody knows if somebody still does what was last said of them."""
        return bool(agent.state) and agent.source in self.silent


def offers(
    reader: Reader, now: Millis, ids: Collection[str] = (), before: Read = MappingProxyType({})
) -> Offers:
    """What there is to choose from at `now` for those items; `before` is what was read of an earlier look."""
    jobs, read = field_jobs(reader, ids, now, before)
    site = reader.rulebook().at(now).site
    today = (queue for queue in service_levels(reader, now) if queue)
    return Offers(
        agents(reader, now),
        tuple(dict.fromkeys((*reader.queues(), *today, *site.queues))),
        open_calls(reader, fresh(reader, now)),
        frozenset(feed.source for feed in feeds(reader, now) if feed.lost),
        jobs,
        read,
    )
