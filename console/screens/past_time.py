"""A moment that lies behind, as somebody types it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, to_millis

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.screens.times import Times

_MOMENT = re.compile(
    r"(?:(?:(?P<year>\d{4})-)?(?P<month>\d{1,2})-(?P<day>\d{1,2})[ T]+)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?",
    re.ASCII,
)
_AGO = re.compile(r"-\s*(?P<number>\d{1,4})\s*(?P<unit>[mhd]?)", re.ASCII)
_UNITS = {"": MINUTE, "m": MINUTE, "h": 60 * MINUTE, "d": 24 * 60 * MINUTE}


def past_moment(text: str, now: Millis, times: Times) -> Millis | None:
    """The moment of `09:12`, `09:12:30`, `03-01 09:12`, `2026-03-01 09:12` on the site's clock, the last time
    that it showed this, or of `-20` (minutes), `-2h`, `-1d` before now; None where it is none of these."""
    # An input method may have made digits and signs twice as wide.
    text = unicodedata.normalize("NFKC", text).strip().replace("−", "-")
    if ago := _AGO.fullmatch(text):
        return now - int(ago["number"]) * _UNITS[ago["unit"]]
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    here = times.at(now)
    given = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    # Today or yesterday, this year or the last.
    days = (0,) if "month" in given else (0, 1)
    years = (0,) if "year" in given or "month" not in given else (0, 1)
    tried = (
        _last({"year": here.year - year, "month": here.month, "day": here.day} | given, here, day, now)
        for year in years
        for day in days
    )
    return next((moment for moment in tried if moment is not None), None)


def _last(given: dict[str, int], here: datetime, days: int, now: Millis) -> Millis | None:
    """The last moment up to `now` at which the clock `here` showed what was given, so many days before the
    day that is given. A time that the clock jumped over is as much later as it jumped."""
    try:
        when = datetime(**{"second": 0, **given}, tzinfo=here.tzinfo) - timedelta(days=days)
        first, again = to_millis(when), to_millis(when.replace(fold=1))
    except (ValueError, OverflowError):
        return None
    return next((moment for moment in (max(first, again), first) if 0 <= moment <= now), None)
