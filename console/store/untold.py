"""Messages that nobody may have got, by channel. For `rings status` it loads nothing but sqlite3."""

from __future__ import annotations

import sqlite3

DAY_MS = 86_400_000
"""What failed longer ago than that is no news: whoever was to be told knows by other ways."""

LATE_MS = 300_000
"""What has not got out for so long may never do."""

# What was acknowledged or is over since has been heard of: all that such a message was for.
_UNTOLD = """
SELECT channel, count(*) FROM (
    SELECT channel, data FROM notices WHERE state IN ('failed', 'unknown') AND changed >= :day
    UNION ALL
    SELECT channel, data FROM notices WHERE state IN ('waiting', 'sending') AND made < :late
) notice WHERE coalesce(json_array_length(data, '$.clocks'), 0) = 0 OR EXISTS (
    SELECT 1 FROM json_each(notice.data, '$.clocks') told
    LEFT JOIN climbs ON climbs.item = told.value ->> 0 AND climbs.clock = told.value ->> 1
    WHERE climbs.state IS NULL OR climbs.state NOT IN ('acknowledged', 'over')
) GROUP BY channel ORDER BY channel
"""


def untold(db: sqlite3.Connection, now: int) -> dict[str, int]:
    """Messages of the last day that failed, or of which nobody knows, and those that have not got out for
    long, by channel; without those whose breaches have all been acknowledged or are over. `now` is in
    milliseconds."""
    return dict(db.execute(_UNTOLD, {"day": now - DAY_MS, "late": now - LATE_MS}).fetchall())
