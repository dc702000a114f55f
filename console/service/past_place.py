"""Where an item stood that time alone has made worse since, by its clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.place import clock_place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.service.rows import ItemRow

Spot = tuple[int, int, int]
"""(band, severity, key time)."""


def leading(clocks: Iterable[ClockRow], at: Millis) -> tuple[Spot, ClockRow] | None:
    """The place that clocks gave an item at `at` when all of them are as they were then, and the clock that
    gave it. None where it takes the fold to know: something holds it that broke at an event, or a beat."""
    found: list[tuple[Spot, str, ClockRow]] = []
    for clock in clocks:
        if clock.broken_at_event or clock.rule == "every":
            return None
        if clock.timed and (clock.stopped is None or clock.stopped > at):
            spot = clock_place(clock.band(at), clock.severity, clock.due, clock.paused)
            found.append((spot, clock.norm, clock))
    spot, _, lead = min(found, key=lambda one: one[:2], default=((0, 0, 0), "", None))
    return None if lead is None else (spot, lead)


def stood(row: ItemRow, spot: Spot, lead: ClockRow) -> ItemRow:
    """A row in another place, which another clock or another moment gives it."""
    band, severity, key = spot
    return row._replace(
        band=band, severity=severity, at=key, norm=lead.norm, clock=lead.name, warn=lead.warn, due=lead.due,
        paused=lead.paused,
    )  # fmt: skip
