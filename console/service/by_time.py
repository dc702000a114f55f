"""What the store must find for the board of an earlier moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.rows import Tally


class Written(NamedTuple):
    """An item as it is written: its place's band, whether it counts among the open items that had come by
    the moment, and what a call adds to the counters."""

    id: str
    kind: str
    band: int
    open: bool
    tally: Tally


class TimeReader(Protocol):
    """What is read of an earlier moment."""

    def touched_after(self, moment: Millis, lost_after: Millis) -> list[Written]:
        """Items that may have been open at `moment` and to which something happened since, which were lost
        since (for which a call is silent for `lost_after` at most), or which time alone had changed by then,
        unwritten. Where they had been over for good by then they are left out, and so is what came later."""
        ...

    def turned_after(self, moment: Millis) -> list[Written]:
        """Open items to which nothing has happened since, and which time alone has made worse."""
        ...

    def came_after(self, moment: Millis) -> list[tuple[str, str, int, int]]:
        """Open items that came later than `moment`: (queue, kind, band, how many)."""
        ...

    def called_after(self, moment: Millis, until: Millis) -> list[Tally]:
        """What the inbound calls that came later than `moment` and before `until`, and are over, add to the
        counters."""
        ...

    def promised_after(self, moment: Millis) -> list[str]:
        """Customers who were promised a callback later than `moment`."""
        ...

    def first_told(self) -> Millis:
        """When that happened which was told first; 0 where nothing was."""
        ...

    def noted_by(self, feed: str, moment: Millis) -> bool:
        """Whether it was noted by `moment` when a feed is heard."""
        ...

    def next_silence(self, feed: str, moment: Millis) -> tuple[Millis, Millis] | None:
        """Of the first silence of a feed that ended later than `moment`: when the feed had been heard before,
        and from when on it counted as lost."""
        ...
