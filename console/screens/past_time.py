"""A moment that lies behind, as somebody types it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, to_millis

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.screens.times import Times

_MOMENT = re.compile(
    r"(?:(?:(?P<year>\d{4})-)?(?P<month>\d{1,2})-(?P<day>\d{1,2})[ T]+)?"
    r"(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2}))?",
    re.ASCII,
)
_AGO = re.compile(r"-\s*(?P<number>\d{1,4})\s*(?P<unit>[mhd]?)", re.ASCII)
_UNITS = {"": MINUTE, "m": MINUTE, "h": 60 * MINUTE, "d": 24 * 60 * MINUTE}


def past_moment(text: str, now: Millis, times: Times) -> Millis | None:
    """The moment of `09:12`, `09:12:30`, `03-01 09:12`, `2026-03-01 09:12` on the site's clock, the last time
    that it showed this, or of `-20` (minutes), `-2h`, `-1d` before now; None where it is none of these."""
    text = text.strip().replace("−", "-")
    if ago := _AGO.fullmatch(text):
        return now - int(ago["number"]) * _UNITS[ago["unit"]]
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    here = times.at(now)
    given = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    try:
        when = here.replace(
            year=given.get("year", here.year),
            month=given.get("month", here.month),
            day=given.get("day", here.day),
            hour=given["hour"],
            minute=given["minute"],
            second=given.get("second", 0),
            microsecond=0,
            fold=0,
        )
    except ValueError:
        return None
    if when > here and "month" not in given:
        when -= timedelta(days=1)
    elif when > here and "year" not in given:
        try:
            when = when.replace(year=when.year - 1)
        except ValueError:  # the 29th of February
            return None
    return None if when > here else to_millis(when)
