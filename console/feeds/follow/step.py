"""What one look at something that is followed brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.domain.event import Reading
    from console.service.position import Position


@dataclass(slots=True)
class Step:
    """`readings` were read up to `positions`; `origin` names where, for what is rejected. `dropped` are parts
    of positions that are of no use any more. `more`: there is more to be read at once. `there`: everything
    that there is could be read; else `fault` is the reason, a word for the log."""

    readings: list[Reading] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    origin: str = ""
    more: bool = False
    there: bool = True
    fault: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """(event, reason) for the log."""
