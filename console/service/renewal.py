"""The renewal rate of each area: of the accounts whose term ended, how many run on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.instants import Millis, moment_of

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.service.ports import Reader

FORMULA = "renewed / accounts whose term ended in the time; renewed: a later end is known"

_MOST = 1_000_000


@frozen
class Renewals:
    """Accounts of an area ("" where none was told) whose term ended, and how many of these run on."""

    area: str
    ended: int
    renewed: int

    @property
    def share(self) -> float:
        """Renewed ÷ ended."""
        return self.renewed / self.ended


def renewals(reader: Reader, since: Millis, until: Millis) -> tuple[Renewals, ...]:
    """By area, of terms that ended at or after `since` and before `until`, as known by `until`."""
    ended: Counter[str] = Counter()
    renewed: Counter[str] = Counter()
    for row in reader.items_under("customer/", _MOST):
        told = [event for event in reader.events_of(row.id) if event.type == "customer.account"]
        told = sorted((event for event in told if event.time <= until), key=lambda event: event.time)
        area = next((str(event.data["area"]) for event in reversed(told) if event.data.get("area")), "")
        for end, runs_on in _terms(told):
            if since <= end < until:
                ended[area] += 1
                renewed[area] += runs_on
    return tuple(Renewals(area, ended[area], renewed[area]) for area in sorted(ended))


def _terms(told: Iterable[Event]) -> list[tuple[Millis, bool]]:
    """The ends of an account's terms, and whether it runs on after each. An end that was put earlier before
    it came was a mistake, and no end."""
    ends: list[Millis] = []
    for event in told:
        end = moment_of(event.data.get("expires"))
        if end is None or (ends and end == ends[-1]):
            continue
        while ends and end < ends[-1] and event.time < ends[-1]:
            ends.pop()
        if not ends or end != ends[-1]:
            ends.append(end)
    return [(end, any(later > end for later in ends)) for end in dict.fromkeys(ends)]
