"""What the store must find of one person, and of what each has to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.event import Event
    from console.domain.instants import Millis


class PersonReader(Protocol):
    """What is read of people."""

    def calls_by_owner(self) -> Mapping[str, int]:
        """How many open calls each owner has."""
        ...

    def told_before_of(self, item_id: str, types: Collection[str], before: Millis) -> list[Event]:
        """An item's own events of those types that happened before a moment, in order of arrival."""
        ...

    def handled(self, owner: str, since: Millis, limit: int) -> list[str]:
        """The items that somebody has, or had last, to which something happened since; the latest first."""
        ...

    def clocks_on(self, items: Collection[str]) -> list[ClockRow]:
        """The clocks of those items."""
        ...

    def told_of(
        self, items: Collection[str], types: Collection[str], since: Millis, until: Millis
    ) -> list[Event]:
        """Events of those types that happened to those items in that time."""
        ...
