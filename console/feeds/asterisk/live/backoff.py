"""How long to wait before something that failed is tried again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.domain.instants import Millis


class Backoff:
    """Twice as long each time, up to a limit, and never for all alike: each wait is cut by up to a half."""

    def __init__(self, first: Millis, most: Millis, rng: random.Random | None = None) -> None:
        self._first = first
        self._most = most
        self._rng = rng or random.Random()
        self._next = first

    def wait(self) -> Millis:
        """How long to wait this time."""
        length, self._next = self._next, min(self._most, self._next * 2)
        return length // 2 + self._rng.randint(0, length - length // 2)

    def reset(self) -> None:
        """It has worked: begin anew."""
        self._next = self._first
