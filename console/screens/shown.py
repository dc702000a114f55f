"""Whose number and name stand open on this screen: one item's, for a while."""

from __future__ import annotations

import time

from console.domain.frozen import slotted


@slotted
class Shown:
    """At most one item at a time; the next one masks it. Nothing has to happen for it to end."""

    item: str = ""
    until: float = 0.0

    def show(self, item: str, seconds: float) -> None:
        """Show the customer of `item` for so long."""
        self.item, self.until = item, time.monotonic() + seconds

    def hide(self) -> None:
        """Mask them again."""
        self.item = ""

    @property
    def left(self) -> float:
        """For how many seconds more, where anybody is shown."""
        return max(0.0, self.until - time.monotonic())

    def covers(self, item: str) -> bool:
        """Whether the customer of `item` stands open now."""
        return bool(self.item) and self.item == item and time.monotonic() < self.until
