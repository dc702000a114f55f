"""What the bank's own columns say of its calls, read by the standard library alone: no word of ours in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Jerusalem")

Row = dict[str, str]


def came(row: Row) -> datetime:
    """When the wait for a person began: on entering the queue, else on leaving the machine."""
    entry = _local(row, "vru_entry")
    begun = _local(row, "q_start" if int(row["q_time"]) else "vru_exit")
    # The date is that of the entry: past midnight the time of day is far smaller.
    return begun + timedelta(days=1) if begun < entry - timedelta(hours=12) else begun


def _local(row: Row, column: str) -> datetime:
    # On the bank's wall clock, as the columns are: the fortnight has no change of it.
    return datetime.strptime(f"{row['date']} {row[column]}", "%y%m%d %H:%M:%S")  # noqa: DTZ007


def by_half_hours(rows: Iterable[Row]) -> dict[datetime, Counter[str]]:
    """Per half hour of the wall clock in which calls came: the outcomes and the seconds that they waited."""
    found: dict[datetime, Counter[str]] = defaultdict(Counter)
    for row in rows:
        moment = came(row)
        half = moment.replace(minute=moment.minute // 30 * 30, second=0)
        wait, answered = int(row["q_time"]), row["outcome"] == "AGENT"
        found[half].update(
            offered=1,
            answered=int(answered),
            in_target=int(answered and wait <= 15),
            abandoned=int(row["outcome"] == "HANG"),
            waited=wait if answered else 0,
        )
    return found


def waiting(rows: Iterable[Row]) -> Iterator[tuple[datetime, int]]:
    """Each moment at which the number of waiting customers changed, and what it was from then on."""
    changes: Counter[datetime] = Counter()
    for row in rows:
        begun = came(row)
        changes[begun] += 1
        changes[begun + timedelta(seconds=int(row["q_time"]))] -= 1
    number = 0
    for moment in sorted(changes):
        number += changes[moment]
        yield moment, number
