"""Who is on the floor: what each person does, and how much of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.domain.roster import RECORD
from console.service.fresh import fresh
from console.service.model import AgentView, Owed
from console.service.summary import load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.domain.rules import Rules
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
    rules = reader.rulebook().at(now)
    site = rules.site
    found = _told(reader, rules, moved, now)
    work = _by_owner(reader.open_by_owner(), moved, "")
    calls = _by_owner(reader.calls_by_owner(), moved, "call")
    for owner in sorted(work):
        if owner not in found:
            found[owner] = AgentView(owner, site.agent_name(owner), "", None, "", (), (), 0)
    return tuple(_loaded(agent, work, calls, site) for agent in found.values())


def _told(reader: Reader, rules: Rules, moved: Mapping[str, Move], now: Millis) -> dict[str, AgentView]:
    """Those whom the settings name, and what feeds say of them and of others."""
    site = rules.site
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
            marks=site.marks(agent.id, now),
        )
        for agent in site.agents.values()
    }
    lasting = _lasting(rules)
    for written in reader.agents():
        row = moved[written.id].new if written.id in moved else written
        name = site.agent(row.id.partition("/")[2])
        known = found.get(name)
        clocks = reader.clocks_of(row.id)
        if row is not written:  # nobody has ticked since: what is written of its clocks is old, too
            item = load(reader, row.id, reader.rulebook(), now)
            clocks = [clock.row() for clock in item.clocks]
        running = [clock for clock in clocks if clock.stopped is None]
        owed = _soonest([*(known.owed if known else ()), *_owed(running, lasting)])
        marks = frozenset(row.marks.split()) | (known.marks if known else frozenset())
        if known and known.since is not None and (not row.state or row.since < known.since):
            # Another system of theirs has said since what they do.
            found[name] = replace(known, marks=marks, owed=owed)
            continue
        of_state = [clock for clock in running if clock.norm not in lasting and clock.paused is None]
        first = min(of_state, key=lambda clock: (clock.due, clock.norm), default=None)
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
            norm=first.norm if first else "",
            warn=first.warn if first else None,
            due=first.due if first else None,
            marks=marks,
            owed=owed,
        )
    return found


def _lasting(rules: Rules) -> frozenset[str]:
    """The norms whose clocks run from what is on record of somebody, whatever they do meanwhile."""
    norms = rules.pack.clocks.get("agent", ())
    return frozenset(of.norm.id for of in norms if RECORD.issuperset(of.timing.start.types))


def _owed(running: Iterable[ClockRow], lasting: Collection[str]) -> Iterator[Owed]:
    for clock in running:
        if clock.norm in lasting:
            yield Owed(clock.norm, clock.started, clock.warn, clock.due)


def _soonest(owed: Iterable[Owed]) -> tuple[Owed, ...]:
    """Of each norm the latest, whichever system told of it; the soonest due first."""
    latest = {one.norm: one for one in sorted(owed, key=lambda one: one.last)}
    return tuple(sorted(latest.values(), key=lambda one: (one.due, one.norm)))


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
