"""Reading: the board, its counters and one item, fresh as of `now` even when nobody ticks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from console.domain.event import Event
from console.domain.instants import Millis
from console.domain.item import Effect
from console.domain.lifecycle import order_key
from console.domain.norm import SEVERITIES
from console.domain.place import BAND_WORDS
from console.domain.query import Query
from console.service.model import AgentView, Counts, Entry, FeedState, ItemView, Place, QueueRow, Window
from console.service.ports import Reader
from console.service.rows import ItemRow
from console.service.summary import load, queue_row, summarise

STALE_LIMIT = 500
"""Rows that time has changed since the last tick and that a reader moves itself."""

SILENCE: Millis = 30_000
"""A feed that gave no sign of life for so long is lost."""


def fresh(reader: Reader, now: Millis) -> dict[str, tuple[ItemRow, ItemRow]]:
    """Items that time alone has changed since somebody ticked: as written, and as they are at `now`."""
    stale = reader.due(now, STALE_LIMIT)
    if not stale:
        return {}
    book = reader.rulebook()
    found = {}
    for row in stale:
        moved, _ = summarise(load(reader, row.id, book, now), row.version, book, now)
        found[row.id] = (row, replace(moved, lead=row.lead, promises=row.promises))
    return found


def window(
    reader: Reader, query: Query, count: int, after: Place | None, before: Place | None, now: Millis
) -> Window:
    """Up to `count` rows of the board, in its order."""
    moved = fresh(reader, now)
    rows = reader.window(query, count + len(moved) + 1, after, before)
    if moved:
        rows = [row for row in rows if row.id not in moved]
        rows += [
            new
            for _, new in moved.values()
            if new.open and new.lead and _found(new, query) and _inside(new, after, before)
        ]
        rows.sort(key=_place)
    more = len(rows) > count
    rows = rows[-count:] if before is not None else rows[:count]
    return Window(
        rows=tuple(queue_row(row, _twins(reader, row)) for row in rows),
        before=more if before is not None else after is not None,
        after=before is not None or more,
    )


def _found(row: ItemRow, query: Query) -> bool:
    values = {
        "kind": row.kind,
        "queue": row.queue,
        "owner": row.owner,
        "band": BAND_WORDS[row.band],
        "norm": row.norm,
        "state": row.state,
        "customer": row.customer,
        "severity": SEVERITIES[row.severity],
    }
    return query.finds(values, row.words)


def _inside(row: ItemRow, after: Place | None, before: Place | None) -> bool:
    spot = _place(row)
    return (after is None or spot > after) and (before is None or spot < before)


def _place(row: ItemRow) -> Place:
    return (row.band, row.severity, row.at, row.id)


def _twins(reader: Reader, row: ItemRow) -> tuple[str, ...]:
    if row.promises <= 1:
        return ()
    others = reader.items(reader.callbacks_of(row.customer))
    return tuple(other.id for other in others if other.open and other.id != row.id)


def rows(reader: Reader, ids: Collection[str], now: Millis) -> dict[str, QueueRow]:
    """The rows of those items that are open."""
    moved = fresh(reader, now)
    found = [moved[row.id][1] if row.id in moved else row for row in reader.items(ids)]
    return {row.id: queue_row(row, _twins(reader, row)) for row in found if row.open}


def counts(reader: Reader, now: Millis) -> Counts:
    """The counters, with what time has changed since the last tick put right."""
    total = reader.counts()
    opened, breached, at_risk = total.open, total.breached, total.at_risk
    kinds = dict(total.kinds)
    for old, new in fresh(reader, now).values():
        for row, sign in ((old, -1), (new, +1)):
            if row.open:
                opened += sign
                breached += sign * (row.band == 0)
                at_risk += sign * (row.band == 1)
                kinds[row.kind] = kinds.get(row.kind, 0) + sign
    return Counts(opened, breached, at_risk, {kind: number for kind, number in kinds.items() if number})


def feeds(reader: Reader, now: Millis) -> tuple[FeedState, ...]:
    """All feeds; one that has been silent too long is lost, whatever it last said."""
    return tuple(replace(feed, lost=feed.lost or feed.lag(now) > SILENCE) for feed in reader.feeds())


def agents(reader: Reader) -> tuple[AgentView, ...]:
    """Everybody whom the settings or the feeds name, with their state and open work."""
    site = reader.rulebook().latest.site
    work = reader.open_by_owner()
    found: dict[str, AgentView] = {
        agent.id: AgentView(
            id=agent.id,
            name=agent.name,
            state="",
            since=None,
            reason="",
            queues=agent.queues,
            languages=agent.languages,
            open=work.get(agent.id, 0),
        )
        for agent in site.agents.values()
    }
    for row in reader.agents():
        name = site.agent(row.id.partition("/")[2])
        known = found.get(name)
        found[name] = AgentView(
            id=name,
            name=known.name if known else (row.name or name),
            state=row.state,
            since=row.since if row.state else None,
            reason=row.reason,
            queues=known.queues if known else ((row.queue,) if row.queue else ()),
            languages=known.languages if known else (),
            open=work.get(name, 0),
        )
    for owner, number in work.items():
        if owner not in found:
            found[owner] = AgentView(owner, site.agent_name(owner), "", None, "", (), (), number)
    return tuple(found.values())


def view(reader: Reader, item_id: str, now: Millis) -> ItemView | None:
    """All of one item, folded anew so that it is right to the millisecond."""
    written = reader.item(item_id)
    if written is None:
        return None
    book = reader.rulebook()
    item = load(reader, item_id, book, now)
    row, clocks = summarise(item, written.version, book, now)
    row = replace(row, lead=written.lead, promises=written.promises)
    own = [
        Entry(event, item.ignored.get(event.name, ""), event.name in item.undone)
        for event in reader.events_of(item_id)
    ]
    effects: list[Effect] = reader.effects_on(item_id)
    if item.kind == "callback" and item.customer and item.begun:
        effects += reader.effects_on(f"customer/{item.customer}", item.opened)
    caused = [Entry(effect.as_event(item_id), effect=True) for effect in effects]
    return ItemView(
        row=queue_row(row, _twins(reader, row)),
        over=item.over,
        withdrawn=item.withdrawn,
        note=item.note,
        timeline=tuple(sorted([*own, *caused], key=_entry_order)),
        clocks=tuple(clocks),
        acknowledged_by=row.acknowledged,
        related=tuple(queue_row(other) for other in reader.related(row, 20)),
    )


def _entry_order(entry: Entry) -> tuple[int, str, bool, int, int, str]:
    event: Event = entry.event
    return order_key(event)
