"""The first look: the board as it stands written, which takes next to nothing to read and to understand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.domain.localtime import midnight
from console.service.grouping import grouped
from console.service.model import FeedState, Glance, Window
from console.service.names import kept_names, names_of
from console.service.rows import queue_row

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from console.domain.instants import Millis
    from console.domain.query import Query
    from console.service.names import Names
    from console.service.ports import Reader
    from console.service.rows import ItemRow

SILENCE: Millis = 30_000
"""A feed that gave no sign of life for so long is lost."""


def glance(reader: Reader, query: Query, count: int, now: Millis) -> Glance:
    """The top of the board as it stands written: after a quiet night `fresh` takes seconds, this never."""
    rules = reader.late_rules()
    names = kept_names(reader) or names_of(rules())
    rows, reached = reader.window(query, count + 1, None, None)
    behind = reader.due(now, 1)
    return Glance(
        names,
        rules,
        Window(
            tuple(queue_row(row, twins(reader, row)) for row in rows[:count]),
            before=False,
            after=len(rows) > count or reached is not None,
        ),
        reader.counts(),
        feeds(reader, now),
        reader.service_levels(midnight(now, _zone(reader, names, now))),
        behind[0].next if behind else None,
    )


def _zone(reader: Reader, names: Names, now: Millis) -> tzinfo:
    """The zone in force: not that of settings which are yet to come."""
    versions = reader.site_versions()
    if versions and versions[-1][0] > now:
        return reader.rulebook().at(now).site.tzinfo
    return names.tzinfo


def feeds(reader: Reader, now: Millis) -> tuple[FeedState, ...]:
    """All feeds; one that has been silent too long is lost, whatever it last said."""
    return tuple(replace(feed, lost=feed.lost or abs(now - feed.heard) > SILENCE) for feed in reader.feeds())


def twins(reader: Reader, row: ItemRow, moved: Collection[ItemRow] = ()) -> tuple[str, ...]:
    """The other callbacks that a row stands for, soonest due first. `moved` are rows that are other than
    they are written."""
    if row.promises <= 1:
        return ()
    known = {other.id for other in moved}
    written = [other for other in reader.items(reader.callbacks_of(row.customer)) if other.id not in known]
    others = [*written, *(other for other in moved if other.customer == row.customer)]
    callbacks = grouped(other for other in others if other.kind == "callback")
    return tuple(other.id for other in callbacks if other.id != row.id)
