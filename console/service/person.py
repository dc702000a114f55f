"""What the store must find of one person, and of what each has to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
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
