"""How often a person had customers shown lately, held to the norm that limits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.ports import Reader

REVEALS = "floor/reveals/"
"""Where the norms keep it, by person."""

CONFIDENTIAL = "floor.confidential"
"""The norm that limits it."""

REVEALED = "floor.revealed"


@frozen
class Looks:
    """So many `times` in the last `within` milliseconds, of which `most` are within the norm."""

    times: int
    most: int
    within: Millis


def looks(reader: Reader, actor: str, now: Millis) -> Looks | None:
    """Those of `actor`; None where no norm limits them."""
    rules = reader.rulebook().at(now)
    norm = rules.pack.by_id.get(CONFIDENTIAL)
    check = norm.check if norm is not None else None
    if check is None or check.within is None:
        return None
    most = rules.site.numbers.get(CONFIDENTIAL, check.at_most)
    if most is None:
        return None
    # As the norm counts: what happened a whole length before the next look is out.
    told = reader.effects_on(f"{REVEALS}{actor}", now - check.within)
    return Looks(sum(effect.type == REVEALED for effect in told), int(most), check.within)
