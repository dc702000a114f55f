"""The floor in numbers, as one look at it found them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.service.model import Counts, FeedState, ServiceLevel

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.rules import Rules
    from console.service.desk import Desk


@frozen
class Floor:
    """What the head of the screen tells; `at` is when it was read, `rules` what held then."""

    at: Millis
    counts: Counts = field(default_factory=Counts)
    feeds: tuple[FeedState, ...] = ()
    levels: Mapping[str, ServiceLevel] = field(default_factory=dict)
    rules: Rules | None = None

    @property
    def lost(self) -> frozenset[str]:
        """The sources whose feeds are silent."""
        return frozenset(feed.source for feed in self.feeds if feed.lost)

    @property
    def service(self) -> float | None:
        """The share of calls answered in target, over all queues."""
        return sum(self.levels.values(), ServiceLevel()).share

    @classmethod
    async def read(cls, desk: Desk) -> Floor:
        """Look at the floor."""
        at, standing = desk.now(), await desk.standing()
        return cls(at, standing.counts, standing.feeds, standing.levels, standing.rules)
