"""Times of day in a zone, as moments. One that occurs twice is the earlier one; one that never occurs is
shifted forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo

from console.domain.instants import MINUTE, Millis, to_datetime, to_millis

DAY_MINUTES = 24 * 60

_MOST_DAYS = 3_000
"""No further is looked for days that count."""


def local_day(moment: Millis, zone: tzinfo) -> date:
    """The day that it is in `zone` at `moment`."""
    return to_datetime(moment).astimezone(zone).date()


def midnight(now: Millis, zone: tzinfo, days: int = 0) -> Millis:
    """The moment at which the day began in `zone` that `now` lies in, or one so many days later."""
    return local_moment(local_day(now, zone) + timedelta(days), 0, zone)


def local_moment(day: date, minutes: int, zone: tzinfo) -> Millis:
    """The moment so many minutes of the clock on the wall after the midnight that begins `day`; they may
    reach into other days."""
    days, minute = divmod(minutes, DAY_MINUTES)
    # fold=0 is what the rule asks for: the earlier of two, and past a gap the offset from before it.
    local = datetime.combine(day + timedelta(days), time(minute // 60, minute % 60), zone)
    return to_millis(local)


def days_away(moment: Millis, zone: tzinfo, days: int, counts: Callable[[date], bool]) -> Millis:
    """The same time of day so many days later, before where `days` is less than 0, of those that count."""
    local = to_datetime(moment).astimezone(zone)
    day, left, step = local.date(), abs(days), timedelta(1 if days > 0 else -1)
    for _ in range(_MOST_DAYS):
        if not left:
            break
        day += step
        left -= counts(day)
    return local_moment(day, local.hour * 60 + local.minute, zone) + moment % MINUTE
