"""What an item adds to the counters of the service level and of norms kept and broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, Millis

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.item import Item
    from console.domain.rules import RuleBook
    from console.domain.site import Site
    from console.service.rows import Tally

QUARTER: Millis = 15 * MINUTE
"""The length of a bucket of the counters."""


def tally(item: Item, clocks: list[ClockRow], book: RuleBook, now: Millis) -> Tally:
    """What the item adds to the counters: its norms kept and broken, and its share in the service level.

    A verdict counts in the quarter of an hour in which it fell, a call in the one in which it came.
    """
    counts: dict[tuple[Millis, str, str], int] = {}
    queue = item.queue

    def add(moment: Millis, measure: str, number: int = 1) -> None:
        key = (moment - moment % QUARTER, queue, measure)
        counts[key] = counts.get(key, 0) + number

    made_by = item.given.get("reason")
    task = book.at(item.opened).pack.by_id.get(made_by) if isinstance(made_by, str) else None
    for clock in clocks:
        for verdict, moment in clock.verdicts(now):
            add(moment, f"{verdict}:{clock.norm}")
            if task is not None and task.task is not None:
                add(moment, f"{verdict}:{task.id}")
    for norm, moment in item.passed:
        add(moment, f"kept:{norm}")
    for measure, number in _measures(item, clocks, book):
        if number:
            add(item.opened, measure, number)
    return tuple([(*key, number) for key, number in sorted(counts.items())])


def _measures(item: Item, clocks: list[ClockRow], book: RuleBook) -> Iterator[tuple[str, int]]:
    """A call's share in the service level, as fields of `ServiceLevel`. One that is open has none yet."""
    if item.kind != "call" or item.direction != "in" or item.over is None:
        return
    if item.state == "lost":
        yield "lost", 1
        return
    yield "offered", 1
    site = book.at(item.opened).site
    if item.answered_at is not None:
        yield "answered", 1
        after = _answered_after(item, clocks)
        in_target = _in_target(item, clocks, site, after)
        if in_target is None:
            yield "unknown", 1
        elif in_target:
            yield "answered_in_target", 1
        if after is None:
            yield "timed", 1
            yield "waited", item.answered_at - item.opened
    elif item.state == "abandoned":
        waited = item.over - item.opened
        short = waited < site.short_abandon
        if short:
            yield "short_abandoned", 1
        if short and not site.service_level.short_count:
            yield "left_out", 1
        else:
            yield "abandoned", 1
            yield "abandoned_waited", waited


def _answered_after(item: Item, clocks: list[ClockRow]) -> Millis | None:
    """The last moment at which it was known to wait, where nobody was listening when it was answered."""
    stops = (clock for clock in clocks if clock.stopped == item.answered_at)
    return next((clock.not_before for clock in stops if clock.not_before is not None), None)


def _in_target(item: Item, clocks: list[ClockRow], site: Site, after: Millis | None) -> bool | None:
    """Within three rings where the feed tells of ringing, else within as many seconds of being offered.
    None where that can't be known: it was answered while nobody was listening."""
    for clock in clocks:
        if clock.norm == "call.pickup.three-rings" and clock.period == 1:
            return None if clock.unknown else clock.stopped is not None and clock.stopped <= clock.due
    due = item.opened + 3 * site.ring_cycle
    if item.answered_at is None or item.answered_at <= due:
        return item.answered_at is not None
    return None if after is not None and after <= due else False
