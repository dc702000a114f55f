"""What changed on the floor between two looks, as far as it matters to somebody who only reads along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.place import AT_RISK, BREACHED

if TYPE_CHECKING:
    from console.service.model import FeedState, QueueRow

URGENT = (BREACHED, AT_RISK)
"""The bands whose rows are read along."""


class What(StrEnum):
    """What happened, as the JSON of `rings watch` names it."""

    BREACHED = "breached"
    AT_RISK = "at_risk"
    CALM = "calm"
    OVER = "over"
    ACKNOWLEDGED = "acknowledged"
    OWNER = "owner"
    LOST = "feed_lost"
    BACK = "feed_back"


@frozen
class Change:
    """One change: of the item of `row`, which had `was` as its owner; or of `feed`."""

    what: What
    row: QueueRow | None = None
    feed: FeedState | None = None
    was: str | None = None


def item_changes(
    before: Mapping[str, QueueRow], after: Mapping[str, QueueRow], elsewhere: Mapping[str, QueueRow]
) -> list[Change]:
    """The changes between two looks at the urgent rows, by id. `elsewhere` are the rows of those that are
    urgent no longer but still open; another that is missing is over."""
    found: list[Change] = []
    for row in after.values():
        old = before.get(row.id)
        if old is None or old.band != row.band or (row.band == BREACHED and _clock(old) != _clock(row)):
            found.append(Change(What.BREACHED if row.band == BREACHED else What.AT_RISK, row))
        if old is not None and old.owner != row.owner:
            found.append(Change(What.OWNER, row, was=old.owner))
        if old is not None and row.acknowledged and not old.acknowledged and _clock(old) == _clock(row):
            found.append(Change(What.ACKNOWLEDGED, row))
    for name, old in before.items():
        if name in after:
            continue
        now = elsewhere.get(name)
        if now is None:
            found.append(Change(What.OVER, old))
        elif now.band not in URGENT:
            found.append(Change(What.CALM, now))
    return found


def feed_changes(before: Iterable[FeedState], after: Iterable[FeedState]) -> list[Change]:
    """Feeds that fell silent, and those that came back."""
    known = {feed.name: feed.lost for feed in before}
    return [
        Change(What.LOST if feed.lost else What.BACK, feed=feed)
        for feed in after
        if known.get(feed.name, feed.lost) != feed.lost
    ]


def _clock(row: QueueRow) -> str:
    """The clock that gives the row its place; of a beat that of all its misses."""
    return row.clock.partition("#")[0]
