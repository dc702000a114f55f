"""Moments for one-shot commands that can't afford the engine; the same as `console.domain.instants`."""

from __future__ import annotations

import time


def utc(moment: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1000)) + f".{moment % 1000:03d}Z"


def midnight_of(now: int, zone: str) -> int:
    """The moment at which the day began in `zone` that `now` lies in, in milliseconds."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    local = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    return round(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()) * 1000
