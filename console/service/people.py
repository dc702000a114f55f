"""Who is on the floor: what each person does, and how much of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.service.fresh import fresh
from console.service.model import AgentView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from console.domain.instants import Millis
    from console.domain.site import Site
    from console.service.fresh import Move
    from console.service.ports import Reader

OVERLOAD = "agent.overload"
"""The limit of the settings from which on somebody has too much open work; without it nobody has."""

OVERLOAD_CALLS = "agent.overload.calls"
"""… and too many calls at once."""


def agents(reader: Reader, now: Millis) -> tuple[AgentView, ...]:
    """Everybody whom the settings or the feeds name, with their state and open work."""
    moved = fresh(reader, now)
    site = reader.rulebook().at(now).site
    found = _told(reader, site, moved)
    work = _by_owner(reader.open_by_owner(), moved, "")
    calls = _by_owner(reader.calls_by_owner(), moved, "call")
    for owner in sorted(work):
        if owner not in found:
            found[owner] = AgentView(owner, site.agent_name(owner), "", None, "", (), (), 0)
    return tuple(_loaded(agent, work, calls, site) for agent in found.values())


def _told(reader: Reader, site: Site, moved: Mapping[str, Move]) -> dict[str, AgentView]:
    """Those whom the settings name, and what feeds say of them and of others."""
    found: dict[str, AgentView] = {
        agent.id: AgentView(
            id=agent.id,
            name=agent.name,
            state="",
            since=None,
            reason="",
            queues=agent.queues,
            languages=agent.languages,
            open=0,
        )
        for agent in site.agents.values()
    }
    for written in reader.agents():
        row = moved[written.id].new if written.id in moved else written
        name = site.agent(row.id.partition("/")[2])
        known = found.get(name)
        if known and known.since is not None and (not row.state or row.since < known.since):
            continue  # another system of theirs has said something since
        found[name] = AgentView(
            id=name,
            name=known.name if known else (row.name or name),
            state=row.state,
            since=row.since if row.state else None,
            reason=row.reason,
            queues=known.queues if known else ((row.queue,) if row.queue else ()),
            languages=known.languages if known else (),
            open=0,
            source=row.source if row.state else "",
            norm=row.norm,
            warn=row.warn,
            due=None if row.paused is not None else row.due,
        )
    return found


def _by_owner(written: Mapping[str, int], moved: Mapping[str, Move], kind: str) -> dict[str, int]:
    """How many open items each owner has; of one `kind`, where it is named."""
    work = dict(written)
    for old, new, _ in moved.values():
        for row, sign in ((old, -1), (new, +1)):
            if row is not None and row.open and row.owner is not None and kind in ("", row.kind):
                work[row.owner] = work.get(row.owner, 0) + sign
    return {owner: number for owner, number in work.items() if number}


def _loaded(agent: AgentView, work: Mapping[str, int], calls: Mapping[str, int], site: Site) -> AgentView:
    """The same with how much they have to do, and whether the site holds that for too much."""
    has = (("open", work.get(agent.id, 0), OVERLOAD), ("calls", calls.get(agent.id, 0), OVERLOAD_CALLS))
    limits = [(word, number, site.numbers.get(norm)) for word, number, norm in has]
    too_much = [word for word, number, limit in limits if limit is not None and number >= max(limit, 1)]
    (_, opened, _), (_, called, _) = has
    return replace(agent, open=opened, calls=called, overload=too_much[0] if too_much else "")
