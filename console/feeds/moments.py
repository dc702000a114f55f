"""Named moments: how a row's dates, times of day and durations become points in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from console.domain.instants import DAY, HOUR, Millis, to_datetime
from console.feeds.conditions import Condition, read_number
from console.feeds.envelope import EARLIEST, END
from console.feeds.reasons import InputError, Reason
from console.feeds.sanitise import shown
from console.feeds.timeformat import Stamp, TimeFormat, days_since_epoch

if TYPE_CHECKING:
    from console.feeds.templates import Cells, Template

_MIDNIGHT = time()
_ONE_DAY = timedelta(days=1)

# The same time of day before or after is at least 21 hours off, even where the clocks are changed by three.
_CLEARLY_NEAREST = 10 * HOUR


class Row:
    """One row while it is mapped: its cells, and its moments worked out as they are asked for."""

    def __init__(self, cells: Cells, moments: Mapping[str, Moment]) -> None:
        self.cells = cells
        self._moments = moments
        self._known: dict[str, Millis | None] = {}

    def moment(self, name: str) -> Millis | None:
        """The moment called `name`; None where the row's cells do not say it. Raises InputError."""
        if name not in self._known:
            moment = self._moments[name].at(self)
            if moment is not None and not EARLIEST <= moment < END:
                raise InputError(Reason.TIME_RANGE, f"moment.{name}: {moment} ms")
            self._known[name] = moment
        return self._known[name]


class Moment(Protocol):
    """A way to a point in time."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The moments that it is worked out from."""

    def at(self, row: Row) -> Millis | None:
        """The moment for one row, None where its cells hold nothing. Raises InputError."""


class Zone(Protocol):
    """The time zone of a row."""

    def of(self, cells: Cells) -> ZoneInfo:
        """The zone for one row. Raises InputError."""


@dataclass(frozen=True, slots=True)
class ReadMoment:
    """A date and time as the cells have it, the first format that fits."""

    where: str
    text: Template
    formats: tuple[TimeFormat, ...]
    zone: Zone

    needs: tuple[str, ...] = ()

    def at(self, row: Row) -> Millis | None:
        text = self.text.fill(row.cells)
        if text is None:
            return None
        stamp = read_stamp(self.formats, text, self.where)
        assert stamp.day is not None, "the mapping's reader lets no other format in"
        if stamp.offset is not None:
            return days_since_epoch(stamp.day) * DAY + stamp.clock - stamp.offset
        return local_moment(stamp.day, stamp.clock, self.zone.of(row.cells))


@dataclass(frozen=True, slots=True)
class ClockMoment:
    """A time of day without a day: the first one at or after another moment, or the one nearest to it."""

    where: str
    text: Template
    formats: tuple[TimeFormat, ...]
    zone: Zone
    anchor: str
    nearest: bool

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.anchor,)

    def at(self, row: Row) -> Millis | None:
        text = self.text.fill(row.cells)
        anchor = row.moment(self.anchor)
        if text is None or anchor is None:
            return None
        # A day has one midnight: 24:00 is the 0:00 that the rule finds.
        clock = read_stamp(self.formats, text, self.where).clock % DAY
        zone = self.zone.of(row.cells)
        day = to_datetime(anchor).astimezone(zone).date()
        moment = local_moment(day, clock, zone)
        if not self.nearest:
            return moment if moment >= anchor else local_moment(day + _ONE_DAY, clock, zone)
        if abs(moment - anchor) < _CLEARLY_NEAREST:
            return moment
        others = (local_moment(day + shift, clock, zone) for shift in (-_ONE_DAY, _ONE_DAY))
        return min(moment, *others, key=lambda choice: abs(choice - anchor))


@dataclass(frozen=True, slots=True)
class ShiftedMoment:
    """Another moment, and a duration from a cell (or a fixed one) later or earlier."""

    where: str
    start: str
    by: Template
    unit: Millis
    sign: int

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.start,)

    def at(self, row: Row) -> Millis | None:
        text = self.by.fill(row.cells)
        start = row.moment(self.start)
        if text is None or start is None:
            return None
        return start + self.sign * round(read_number(text, self.where) * self.unit)


@dataclass(frozen=True, slots=True)
class ChosenMoment:
    """One of several moments: the first in the list that the row has, or the latest in time."""

    needs: tuple[str, ...]
    latest: bool

    def at(self, row: Row) -> Millis | None:
        found = [moment for name in self.needs if (moment := row.moment(name)) is not None]
        if not found:
            return None
        return max(found) if self.latest else found[0]


@dataclass(frozen=True, slots=True)
class ConditionalMoment:
    """A moment that only some rows have, whatever their cells hold."""

    inner: Moment
    when: Condition

    @property
    def needs(self) -> tuple[str, ...]:
        return self.inner.needs

    def at(self, row: Row) -> Millis | None:
        return self.inner.at(row) if self.when.holds(row.cells) else None


def read_stamp(formats: tuple[TimeFormat, ...], text: str, where: str) -> Stamp:
    """`text` by the first format that fits. Raises InputError."""
    for each in formats:
        stamp = each.parse(text)
        if stamp is not None:
            return stamp
    raise InputError(Reason.CSV_VALUE, f"{where}: {shown(text)}")


def local_moment(day: date, clock: Millis, zone: ZoneInfo) -> Millis:
    """The moment at which clocks in `zone` show `clock` (milliseconds since midnight) on `day`.

    One that occurs twice is the earlier; one that never occurs is shifted forward by what the clocks skipped:
    both are what a datetime without `fold` means.
    """
    wall = datetime.combine(day, _MIDNIGHT) + timedelta(milliseconds=clock)
    offset = wall.replace(tzinfo=zone).utcoffset() or timedelta()
    since_epoch = days_since_epoch(day) * DAY + clock
    return since_epoch - round(offset.total_seconds() * 1000)
