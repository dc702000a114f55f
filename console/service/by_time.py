"""What the store must find for the board of an earlier moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from console.domain.instants import Millis


class TimeReader(Protocol):
    """What is read of an earlier moment."""

    def stood_otherwise(self, moment: Millis, lost_after: Millis, now: Millis) -> list[str]:
        """Items that may have been open at `moment` and are written otherwise than they stood then: something
        happened to them since, they were lost since (for which a call is silent for `lost_after` at most),
        or time alone has changed them up to `now`. Where they had been over for good by then they are left
        out, and so is all that came later."""
        ...

    def came_after(self, moment: Millis) -> list[tuple[str, str, int, int]]:
        """Open items that came later than `moment`: (queue, kind, band, how many)."""
        ...

    def promised_after(self, moment: Millis) -> list[str]:
        """Customers who were promised a callback later than `moment`."""
        ...
