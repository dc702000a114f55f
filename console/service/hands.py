"""What the store must find for a hand-over: what people did of late, what comes due, who has what."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.instants import Millis


class HandReader(Protocol):
    """What is read of acts, of clocks that run, and of owners."""

    def acts_since(self, moment: Millis, types: Collection[str], limit: int) -> list[Event]:
        """What people did at `moment` or later, of these types, the latest first."""
        ...

    def due_between(self, since: Millis, until: Millis, limit: int) -> list[str]:
        """Items with a clock that runs and is due from `since` on and before `until`, the soonest first."""
        ...

    def owned_by(self, owner: str, limit: int) -> list[str]:
        """The open items that somebody has, the worst first; also those that stand behind another one on the
        board."""
        ...
