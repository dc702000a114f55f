"""What it costs to give something to somebody: how soon they can begin, and what of theirs waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, Literal, Protocol, TypeVar

from console.domain.frozen import frozen
from console.domain.instants import MINUTE, Millis
from console.domain.place import AT_RISK, BREACHED, RUNNING, clock_band

MEANWHILE: Millis = 5 * MINUTE
"""Of somebody's other work, what is due so soon waits for a call that they are given now."""

Ready = Literal["now", "busy", "away", "unknown"]

_AWAY = frozenset({"break", "offline"})


class Owed(Protocol):
    """What is on the board, as far as its price goes: see the fields of the same names of a row there."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def place(self) -> tuple[int, int, int, str]: ...
    @property
    def warn(self) -> Millis | None: ...
    @property
    def due(self) -> Millis | None: ...
    @property
    def paused(self) -> Millis | None: ...


Item = TypeVar("Item", bound=Owed)


@frozen
class Price(Generic[Item]):
    """`before`: what of theirs stands higher on the board and comes first, the worst first. `waits`: what of
    theirs is at risk, or soon due, and has to wait for it."""

    ready: Ready
    before: tuple[Item, ...] = ()
    waits: tuple[Item, ...] = ()

    def sooner(self, than: Price[Item]) -> bool | None:
        """Whether it is begun sooner than at another price; None where nobody can say."""
        if "unknown" in (self.ready, than.ready):
            return None
        ranks = ("now", "busy", "away")
        return (ranks.index(self.ready), len(self.before)) < (ranks.index(than.ready), len(than.before))


def ready(state: str, *, unsure: bool = False) -> Ready:
    """How soon somebody in that state can begin; `unsure`: whoever said so is silent."""
    if not state or unsure:
        return "unknown"
    if state == "available":
        return "now"
    return "away" if state in _AWAY else "busy"


def price(given: Sequence[Item], theirs: Iterable[Item], soon: Ready, now: Millis) -> Price[Item]:
    """What it costs to give `given` to somebody who has `theirs` and can begin `soon`.

    A call comes before all else that they have. Of anything else, what stands higher on the board does.
    """
    ours = {row.id for row in given}
    ordered = sorted((row for row in theirs if row.id not in ours), key=lambda row: row.place)
    live = any(row.kind == "call" for row in given)
    highest = min(row.place for row in given)
    before = () if live else tuple(row for row in ordered if _ticks(row, now) and row.place < highest)
    waits = tuple(row for row in ordered if row not in before and _soon(row, now, live=live))
    return Price(soon, before, waits)


def _ticks(row: Owed, now: Millis) -> bool:
    """Whether a clock of it runs, or has run out."""
    return _band(row, now) in (BREACHED, AT_RISK, RUNNING)


def _soon(row: Owed, now: Millis, *, live: bool) -> bool:
    """Whether a clock of it that is not broken yet breaks soon."""
    band = _band(row, now)
    return band == AT_RISK or (
        live and band == RUNNING and row.due is not None and row.due - now <= MEANWHILE
    )


def _band(row: Owed, now: Millis) -> int | None:
    if row.due is None or row.warn is None:
        return None
    return clock_band(now, row.warn, row.due, None, row.paused)
