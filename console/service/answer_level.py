"""The norm of how calls are answered: every half hour of a queue that is over, held to the queue's target.

It turns on no item but on the counters, so it is worked out when it is asked for: a late event mends the half
hour in which its call came, and what was said of it. A queue without a target is held to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.domain.clock import ClockRow
from console.domain.fold import site_midnight
from console.domain.instants import HOUR, Millis
from console.service.levels import DayLevels, day_levels
from console.service.model import ServiceLevel

if TYPE_CHECKING:
    from console.service.ports import Reader

NORM = "call.answer-level"


def watched(reader: Reader, now: Millis) -> bool:
    """Whether the norm is in force and anything is held to it."""
    rules = reader.rulebook().at(now)
    targets = rules.site.service_level
    aims = (targets.floor, *targets.queues.values())
    return NORM in rules.pack.by_id and any(aim.share is not None or aim.abandon is not None for aim in aims)


def half_hours_judged(reader: Reader, until: Millis, since: Millis | None = None) -> Iterator[ClockRow]:
    """A row for each half hour that was over by `until` and is held to a target, those that are kept too
    (nothing is `missing`). From the day of `since` on, else from the first call on; as known now."""
    if not watched(reader, until):
        return
    first = since
    if first is None:
        first = min((start for start, _, _ in reader.quarters(0, until)), default=until)
    rules = reader.rulebook().at(until)
    severity = rules.pack.by_id[NORM].severity
    back = 0
    while True:
        day = day_levels(reader, until, back)
        yield from _of_day(day, until, severity)
        if site_midnight(rules, until, -back) <= first or back * 24 * HOUR > until - first:
            return
        back += 1


def _of_day(day: DayLevels, until: Millis, severity: int) -> Iterator[ClockRow]:
    for name, queue in day.queues.items():
        for number, (half, level) in enumerate(zip(day.halves, queue.halves, strict=True), start=1):
            if half.end > until or level == ServiceLevel():
                continue
            share, rate, aim = level.share, level.abandon_rate, queue.target
            missing = []
            if share is not None and aim.share is not None and share < aim.share:
                missing.append(f"share {share:.2f} < {aim.share:g}")
            if rate is not None and aim.abandon is not None and rate > aim.abandon:
                missing.append(f"abandon_rate {rate:.2f} > {aim.abandon:g}")
            if aim.share is None and aim.abandon is None:
                continue
            yield ClockRow(
                item=f"floor/{name}",
                norm=NORM,
                period=number,
                name=f"{NORM}@floor/{name}/{half.start}",
                severity=severity,
                started=half.end,
                warn=half.end,
                due=half.end,
                stopped=half.end,
                rule="count",
                missing=tuple(missing),
            )
