"""Counts what goes out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_MINUTE = 60.0


class Meter:
    """Bytes and frames since the start, and bytes of the last minute."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.sent = 0
        self.frames = 0
        self._recent: deque[tuple[float, int]] = deque()
        self._minute = 0

    def count(self, size: int) -> None:
        """A frame of so many bytes was sent."""
        self.sent += size
        self.frames += 1
        self._minute += size
        self._recent.append((self._clock(), size))
        self._drop_old()

    @property
    def last_minute(self) -> int:
        """Bytes sent within the last sixty seconds."""
        self._drop_old()
        return self._minute

    def _drop_old(self) -> None:
        horizon = self._clock() - _MINUTE
        while self._recent and self._recent[0][0] < horizon:
            self._minute -= self._recent.popleft()[1]
