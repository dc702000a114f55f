"""What the store must find of one person, and of what each has to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class PersonReader(Protocol):
    """What is read of people."""

    def calls_by_owner(self) -> Mapping[str, int]:
        """How many open calls each owner has."""
        ...
