"""What the store must find for a wall: each queue by itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from console.domain.instants import Millis


class QueueReader(Protocol):
    """What is read queue by queue. `without` are items that are other than they are written."""

    def counters(self) -> list[tuple[str, str, int, int]]:
        """How many items are open: (queue, kind, band, how many), as of the last tick."""
        ...

    def first_waiting(self, queue: str, states: Collection[str], without: Collection[str]) -> list[str]:
        """The open inbound call of a queue that came first, of those in one of these states; none or one."""
        ...

    def longest_over(self, queue: str, without: Collection[str]) -> list[str]:
        """Of each severity the broken open item of a queue that has been over for longest."""
        ...

    def told_before(self, moment: Millis, limit: int) -> list[tuple[str, str, str]]:
        """(source, kind, queue) of the items of which something was told last up to a moment, the last
        `limit`."""
        ...

    def sources_of(self, queue: str, limit: int) -> set[str]:
        """The sources of the first `limit` open items of a queue, in the board's order."""
        ...
