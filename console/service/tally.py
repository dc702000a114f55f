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


def tally(item: Item, book: RuleBook, now: Millis) -> Tally:
    """What the item adds to the counters: its norms kept and broken, and its share in the service level.

    A verdict counts in the quarter of an hour in which it fell, a call in the one in which it came.
    """
    queue = item.queue
    made_by = item.given.get("reason")
    task = book.at(item.opened).pack.by_id.get(made_by) if isinstance(made_by, str) else None
    found = [(f"kept:{norm}", moment, 1) for norm, moment in item.passed]
    for clock in item.clocks:
        for verdict, moment in clock.verdicts(now):
            found.append((f"{verdict}:{clock.norm.id}", moment, 1))
            if task is not None and task.form == "task":
                found.append((f"{verdict}:{task.id}", moment, 1))
    if item.over is not None:
        found += [(measure, item.opened, number) for measure, number in _measures(item, book) if number]
    counts: dict[tuple[Millis, str, str], int] = {}
    for measure, moment, number in found:
        key = (moment - moment % QUARTER, queue, measure)
        counts[key] = counts.get(key, 0) + number
    return tuple([(*key, counts[key]) for key in sorted(counts)])


def _measures(item: Item, book: RuleBook) -> Iterator[tuple[str, int]]:
    """A call's share in the service level, as fields of `ServiceLevel`. One that is open has none yet."""
    if item.over is None or item.kind != "call" or item.direction != "in":
        return
    if item.state == "lost":
        yield "lost", 1
        return
    yield "offered", 1
    clocks = [clock.row() for clock in item.clocks]
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
