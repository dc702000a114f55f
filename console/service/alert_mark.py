"""How far alerts have been looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from console.domain.instants import Millis


class Mark(NamedTuple):
    """Events up to the number `seq`, and what was due before `due`, have been looked at; `at` is when whoever
    looked told the others."""

    seq: int = 0
    due: Millis = 0
    at: Millis = 0
