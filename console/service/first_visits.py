"""First visits: of the visits that somebody made, how many were the only one about their matter so far."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.ports import Reader

FIRST_VISIT = "job.first-visit-fix"

FORMULA = "first visits / visits"

_MOST = 100_000


def first_visits(reader: Reader, since: Millis, until: Millis) -> tuple[tuple[str, int, int], ...]:
    """Who has the job ("" for nobody), how many second visits they made and how many first ones, in whole
    quarters of an hour from `since` until `until`; empty where there was no second visit at all."""
    first: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for row in reader.items_under("job/", _MOST):
        if row.last < since:
            continue
        for quarter, _, measure, number in row.tally:
            if since <= quarter < until and measure.endswith(f":{FIRST_VISIT}"):
                (again if measure.startswith("broken:") else first)[row.owner or ""] += number
    if not again:
        return ()  # most feeds never say which jobs are about one matter
    people = sorted({*first, *again}, key=lambda agent: (-again[agent], agent))
    return tuple((agent, again[agent], first[agent]) for agent in people)
