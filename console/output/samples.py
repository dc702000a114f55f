"""How what is looked into by a share stands, in the report of a shift."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from console.service.sampling import FORMULA

if TYPE_CHECKING:
    from console.domain.sample import Standing
    from console.service.sampling import Month


class Sampled(NamedTuple):
    """One line: the `month` as a whole under the norm that wants the share, or what one norm chose of it, all
    of which is wanted."""

    month: str
    norm: str
    stands: Standing
    target: float


def lines_of(months: Iterable[Month]) -> Iterator[Sampled]:
    """The whole first, then what is always looked into."""
    for month in months:
        yield Sampled(month.name, month.norm, month.whole, month.target)
        for norm, stands in month.made_by.items():
            yield Sampled(month.name, norm, stands, 1.0)


def cells(line: Sampled) -> list[str]:
    """Finished, done, open, excused, the share that was reached and the one that is wanted."""
    stands = line.stands
    share = "" if stands.share is None else f"{_floor(stands.share)} %"
    numbers = (stands.finished, stands.done, stands.open, stands.excused)
    return [*map(str, numbers), share, f"{line.target:.0%}".replace("%", " %")]


def _floor(share: float) -> int:
    """In whole percent, never more than it is: 29.7 % is not 30."""
    return int(share * 100 + 1e-9)


def sample_object(line: Sampled) -> dict[str, Any]:
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
