"""What a writer keeps of an open item from one transaction to the next, for as long as nobody else writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.fold import Folding
    from console.domain.item import Effect
    from console.service.rows import ItemRow


@frozen
class Held:
    """The item's fold, which can go on, and what stands written of it."""

    folding: Folding
    row: ItemRow
    clocks: Sequence[ClockRow]
    effects: Sequence[Effect]
