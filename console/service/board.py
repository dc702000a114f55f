"""Reading: the board, its counters and one item, fresh as of `now` even when nobody ticks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from console.domain.lifecycle import BOARD_KINDS
from console.domain.place import BAND_WORDS, SEVERITIES
from console.domain.reckoning import reckonings
from console.service.claims import claims
from console.service.fresh import folded, fresh
from console.service.glance import twins
from console.service.model import Counts, ItemView, Place, QueueRow, Window
from console.service.rows import queue_row
from console.service.summary import summarise
from console.service.timeline import timeline

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.query import Query
    from console.service.fresh import Move
    from console.service.ports import Reader
    from console.service.rows import ItemRow


def _present(reader: Reader, moved: Mapping[str, Move], name: str) -> ItemRow | None:
    return moved[name].new if name in moved else reader.item(name)


def window(
    reader: Reader, query: Query, count: int, after: Place | None, before: Place | None, now: Millis
) -> Window:
    """Up to `count` rows of the board, in its order. Where a filter has no index to go by, it looks so far
    and says how far: whoever wants more goes on from there."""
    if query.words or query.barred:
        agents = reader.rulebook().at(now).site.agents.values()
        query = query.knowing({agent.id: agent.name for agent in agents})
    if query.meant:
        # Whom the settings don't name may be called what is part of another one's name.
        owners = reader.open_by_owner()
        query = query.meaning(lambda name: name in owners or reader.item(f"agent/{name}") is not None)
    moved = fresh(reader, now)
    rows, reached = reader.window(query, count + len(moved) + 1, after, before)
    if moved:
        rows = [row for row in rows if row.id not in moved]
        near, far = (reached or after, before) if before is not None else (after, reached or before)
        rows += [
            move.new
            for move in moved.values()
            if move.new.open and move.new.lead and _found(move, query) and _inside(move.new, near, far)
        ]
        rows.sort(key=lambda row: row.place)
    more = len(rows) > count
    rows = rows[-count:] if before is not None else rows[:count]
    return Window(
        rows=tuple(queue_row(row, _twins(reader, row, moved)) for row in rows),
        before=more or reached is not None if before is not None else after is not None,
        after=before is not None or more or reached is not None,
        reached=None if more else reached,
    )


def _found(move: Move, query: Query) -> bool:
    return query.finds(told(move.new, move.severity), move.new.words)


def told(row: ItemRow, severity: int | None) -> dict[str, str | None]:
    """What a filter looks at; `severity` is that of the norm which gives the row its place."""
    return {
        "kind": row.kind,
        "queue": row.queue,
        "owner": row.owner,
        "band": BAND_WORDS[row.band],
        "norm": row.norm,
        "state": row.state,
        "customer": row.customer,
        "severity": None if severity is None else SEVERITIES[severity],
    }


def _inside(row: ItemRow, after: Place | None, before: Place | None) -> bool:
    spot = row.place
    return (after is None or spot > after) and (before is None or spot < before)


def _twins(reader: Reader, row: ItemRow, moved: Mapping[str, Move]) -> tuple[str, ...]:
    return twins(reader, row, [move.new for move in moved.values()]) if row.promises > 1 else ()


def rows(reader: Reader, ids: Collection[str], now: Millis) -> dict[str, QueueRow]:
    """The rows of those items that are open."""
    moved = fresh(reader, now)
    found = [row for row in reader.items(ids) if row.id not in moved]
    found += [moved[name].new for name in ids if name in moved]
    return {row.id: queue_row(row, _twins(reader, row, moved)) for row in found if row.open}


def counts(reader: Reader, now: Millis) -> Counts:
    """The counters, with what time has changed since the last tick put right."""
    total = reader.counts()
    opened, breached, at_risk = total.open, total.breached, total.at_risk
    kinds = dict(total.kinds)
    for old, new, _ in fresh(reader, now).values():
        for row, sign in ((old, -1), (new, +1)):
            if row is not None and row.open:
                opened += sign
                breached += sign * (row.band == 0)
                at_risk += sign * (row.band == 1)
                kinds[row.kind] = kinds.get(row.kind, 0) + sign
    kinds = {kind: number for kind, number in kinds.items() if number}
    return Counts(opened, breached, at_risk, kinds, sum(reader.untold(now).values()))


def view(reader: Reader, item_id: str, now: Millis) -> ItemView | None:
    """All of one item, folded anew so that it is right to the millisecond."""
    moved = fresh(reader, now)
    written = _present(reader, moved, item_id)
    if written is None:
        return None
    # An act may have taken a time a little later than now.
    now = max(now, written.last)
    book = reader.rulebook()
    item = folded(reader, item_id, now, moved)
    row, clocks = summarise(item, written.version, book, now)
    row = row._replace(lead=written.lead, promises=written.promises)
    return ItemView(
        row=queue_row(row, _twins(reader, row, moved)),
        over=item.over,
        withdrawn=item.withdrawn,
        note=item.note,
        timeline=tuple(timeline(reader, item, reader.effects_on, book)),
        clocks=tuple(clocks),
        acknowledged_by=row.acknowledged,
        related=tuple(
            queue_row(other)
            for other in sorted(reader.related(row, 20), key=lambda other: not other.open)
            if other.kind in BOARD_KINDS and (other.version or other.over is not None or not other.withdrawn)
        ),
        repeats=tuple(item.repeats),
        claims=claims(reader, item, now),
        reckonings=reckonings(clocks, book),
    )
