"""A row's clock in a few cells: `+1:12` over, `0:08` left, minutes alone where seconds would only flicker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, SECOND, Millis
from console.domain.lengths import COARSE_OVER, coarse, late, left
from console.domain.place import AT_RISK, BREACHED, PAUSED, RUNNING, clock_band

if TYPE_CHECKING:
    from console.service.model import QueueRow

_NEW_DAY = 15 * MINUTE
"""Every zone's days begin at such a moment of UTC."""


def band_at(row: QueueRow, now: Millis) -> int:
    """The band of the clock that gives the row its place, at this very moment."""
    if row.due is None or row.warn is None:
        return row.band
    return clock_band(now, row.warn, row.due, None, row.paused)


def clock_text(row: QueueRow, now: Millis) -> str:
    """What stands in the clock column at `now`; empty for a row without a clock."""
    if row.due is None:
        return ""
    band = band_at(row, now)
    if band == BREACHED:
        return late(now - row.due)
    if band == PAUSED and row.paused is not None:
        return coarse(row.due - row.paused)
    return left(row.due - now, soon=band == AT_RISK) if band in (AT_RISK, RUNNING) else ""


def reads_until(row: QueueRow, now: Millis) -> Millis:
    """The moment up to which, but not including it, a row says of time what it says at `now`: its clock, its
    age, whether it is snoozed, and whether what it promises is for today."""
    moments = [_after(now, row.opened, MINUTE), _after(now, 0, _NEW_DAY)]
    if row.snoozed is not None and row.snoozed > now:
        moments.append(row.snoozed)
    band = band_at(row, now)
    if row.due is not None and band != PAUSED:
        if band == RUNNING:
            # What is left is rounded up to seconds before it is rounded down to minutes.
            moments += [_after(now, row.due + SECOND, MINUTE), row.due + 1]
            if row.warn is not None and row.warn > now:
                moments.append(row.warn)
        elif band == BREACHED and now - row.due >= COARSE_OVER:
            moments.append(_after(now, row.due, MINUTE))
        else:
            moments.append(_after(now, row.due, SECOND))
            if now <= row.due:
                moments.append(row.due + 1)
    return min(moments)


def _after(now: Millis, origin: Millis, step: Millis) -> Millis:
    """The first moment after `now` that is whole steps away from `origin`."""
    return now + step - (now - origin) % step
