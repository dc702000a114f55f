"""Where `now` comes from: the machine's clock, or a replayed day's that may run faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.instants import Millis


class SystemClock:
    """The time of this machine."""

    def now(self) -> Millis:
        return time.time_ns() // 1_000_000


@frozen
class FloorClock:
    """The time of a floor that began at `began` of this machine's clock with `origin`, and runs `speed`
    times as fast. Both are milliseconds; every process that reads the floor's store works it out alike."""

    began: Millis
    origin: Millis
    speed: float

    def now(self) -> Millis:
        return self.at(time.time_ns() // 1_000_000)

    def at(self, machine: Millis) -> Millis:
        """The floor's time when this machine's clock says `machine`."""
        return self.origin + round((machine - self.began) * self.speed)

    def __str__(self) -> str:
        return f"{self.began} {self.origin} {self.speed}"

    @classmethod
    def parse(cls, text: str) -> FloorClock:
        """Read what `str` wrote."""
        began, origin, speed = text.split()
        return cls(int(began), int(origin), float(speed))
