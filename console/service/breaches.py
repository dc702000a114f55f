"""Every broken norm, as of any moment: what `rings breaches` prints."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.place import SEVERITIES
from console.service import answer_level, sampling
from console.service.history import AsOf

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.service.ports import Reader


@frozen
class Breach:
    """One broken clock with what the item was as of `until`. Moments are milliseconds; `over` too."""

    clock: ClockRow
    kind: str
    over: Millis
    owner: str | None
    queue: str
    severity: str
    acknowledged_by: str | None


def breaches(
    reader: Reader, until: Millis, since: Millis | None = None, norms: Collection[str] = ()
) -> list[Breach]:
    """All that was broken by `until`, running or stopped, in the order of (due, item, clock)."""
    past = AsOf(reader, until)
    clocks = [
        breach
        for clock in past.clocks(reader.broken_clocks(since, until, norms))
        if not norms or clock.norm in norms
        for breach in clock.breaches(until)
        if since is None or breach.broke >= since
    ]
    found = []
    # Each row once, however many beats of its clocks were missed.
    rows = {item: past.row(item) for item in {clock.item for clock in clocks}}
    for clock in clocks:
        row = rows[clock.item]
        if row is None:
            continue
        found.append(
            Breach(
                clock=clock,
                kind=row.kind,
                over=clock.over(until),
                owner=row.owner,
                queue=row.queue,
                severity=SEVERITIES[clock.severity],
                acknowledged_by=row.acknowledged.get(clock.name),
            )
        )
    if not norms or answer_level.NORM in norms:
        for half in answer_level.half_hours_judged(reader, until, since):
            if half.missing and (since is None or half.broke >= since):
                queue = half.item.partition("/")[2]
                found.append(Breach(half, "floor", 0, None, queue, SEVERITIES[half.severity], None))
    found += [
        Breach(month, "floor", 0, None, "", SEVERITIES[month.severity], None)
        for month in sampling.months_judged(reader, until, since)
        if month.missing and (not norms or month.norm in norms)
    ]
    return sorted(found, key=lambda breach: (breach.clock.due, breach.clock.item, breach.clock.name))
