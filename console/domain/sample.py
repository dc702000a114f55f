"""A sample: of what was done a share is looked into again. Who is drawn, and how the share stands."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from console.domain.frozen import frozen
from console.domain.schedule import drawn

_DIGITS = 9


@frozen
class Standing:
    """Of what was `finished`: what was looked into (`done`), what is to be (`open`), and who would not have
    it, which is `excused`."""

    finished: int = 0
    done: int = 0
    open: int = 0
    excused: int = 0

    @property
    def base(self) -> int:
        """What the share is of."""
        return self.finished - self.excused

    @property
    def share(self) -> float | None:
        """Done ÷ (finished − excused); None where that is nothing."""
        return self.done / self.base if self.base else None

    def lacks(self, share: float) -> int:
        """How many more must be drawn for that share, if all that is open gets done."""
        return max(0, ceil(round(share * self.base, _DIGITS)) - self.done - self.open)


def draw(names: Iterable[str], number: int, seed: str) -> list[str]:
    """So many of the names, by chance: the same for everybody who knows the seed, in whatever order they
    stand."""
    return sorted(set(names), key=lambda name: (drawn(f"{seed}:{name}"), name))[: max(0, number)]


def percent(share: float) -> int:
    """In whole percent, never more than it is: 29.7 % is not 30."""
    return int(round(share * 100, _DIGITS))
