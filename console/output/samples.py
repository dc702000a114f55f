"""How what is looked into by a share stands, in the report of a shift."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from console.domain.sample import percent
from console.service.sampling import FORMULA

if TYPE_CHECKING:
    from console.service.sampling import Month, Share


def lines_of(months: Iterable[Month]) -> list[Share]:
    """The lines of the report's section."""
    return [share for month in months for share in month.shares]


def cells(line: Share) -> list[str]:
    """Finished, done, open, excused, the share that was reached and the one that is wanted."""
    stands = line.stands
    share = "" if stands.share is None else f"{percent(stands.share)} %"
    numbers = (stands.finished, stands.done, stands.open, stands.excused)
    return [*map(str, numbers), share, f"{line.target:.0%}".replace("%", " %")]


def sample_object(line: Share) -> dict[str, Any]:
    """The JSON of a line."""
    stands = line.stands
    return {
        "norm": line.norm,
        "month": line.month,
        "finished": stands.finished,
        "done": stands.done,
        "open": stands.open,
        "excused": stands.excused,
        "share": stands.share,
        "target": line.target,
        "formula": FORMULA,
    }
