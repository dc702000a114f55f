"""What an item adds to the counters of the service level and of norms kept and broken."""

from __future__ import annotations

from console.domain.clock import ClockRow
from console.domain.instants import MINUTE, Millis
from console.domain.item import Item
from console.domain.rules import RuleBook
from console.service.rows import Tally

QUARTER: Millis = 15 * MINUTE
"""The length of a bucket of the counters."""


def tally(item: Item, clocks: list[ClockRow], book: RuleBook, now: Millis) -> Tally:
    """What the item adds to the counters: its norms kept and broken, and its share in the service level.

    A verdict counts in the quarter of an hour in which it fell, a call in the one in which it came. Calls
    that are open or lost are left out.
    """
    counts: dict[tuple[Millis, str, str], int] = {}

    def add(moment: Millis, measure: str) -> None:
        key = (moment - moment % QUARTER, item.queue, measure)
        counts[key] = counts.get(key, 0) + 1

    for clock in clocks:
        if clock.broken(now):
            add(clock.due, f"broken:{clock.norm}")
        elif clock.unknown:
            add(clock.stopped or clock.due, f"unknown:{clock.norm}")
        elif clock.stopped is not None:
            add(clock.stopped, f"kept:{clock.norm}")
    if item.kind == "call" and item.direction == "in" and item.over is not None and item.state != "lost":
        add(item.opened, "offered")
        if item.answered_at is not None:
            add(item.opened, "answered")
            if _in_target(item, clocks, book):
                add(item.opened, "answered_in_target")
        elif item.state == "abandoned" and item.over - item.opened >= book.at(item.opened).site.short_abandon:
            add(item.opened, "abandoned")
    return tuple(
        (bucket, queue, measure, number) for (bucket, queue, measure), number in sorted(counts.items())
    )


def _in_target(item: Item, clocks: list[ClockRow], book: RuleBook) -> bool:
    """Within three rings where the feed tells of ringing, else within as many seconds of being offered."""
    for clock in clocks:
        if clock.norm == "call.pickup.three-rings" and clock.period == 1:
            return clock.stopped is not None and clock.stopped <= clock.due
    target = 3 * book.at(item.opened).site.ring_cycle
    return item.answered_at is not None and item.answered_at - item.opened <= target
