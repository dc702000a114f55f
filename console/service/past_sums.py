"""The counters of an earlier moment: those of now, with all that is other than it was then put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.fold import site_midnight
from console.service.model import MEASURES, Counts, ServiceLevel
from console.service.tally import QUARTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from console.domain.instants import Millis
    from console.service.by_time import Written
    from console.service.ports import Reader
    from console.service.rows import ItemRow, Tally


class Sums:
    """The counters as of `at`. What others write between `begin` and `finish` changes nothing: all that is
    taken from the store is taken in one reading, but for what effects alone make other than written.
    `unchanged`: some of what was open stands as it did."""

    def __init__(self, at: Millis) -> None:
        self._at = at
        self._midnight: Millis = 0
        self._numbers: dict[tuple[str, int], int] = {}
        self._left_out: dict[str, str] = {}
        self.open = True
        self.unchanged = False
        self.counts = Counts()
        self.level = ServiceLevel()

    def begin(self, reader: Reader, other: Iterable[Written]) -> None:
        """The counters as written, without what came later and what is `other` than it was."""
        at = self._at
        self._midnight = site_midnight(reader.rulebook().at(at), at)
        for sign, numbers in ((1, reader.counters()), (-1, reader.came_after(at))):
            for _, kind, band, number in numbers:
                self._add(kind, band, sign * number)
        for _, _, level in reader.quarters(self._midnight, at + 1):
            self.level += level
        # A call counts in the quarter in which it came: those that came later in this one are out.
        for tally in reader.called_after(at, at - at % QUARTER + QUARTER):
            self._share(tally, -1)
        for one in other:
            self._left_out[one.id] = one.kind
            self._share(one.tally, -1)
            if one.open:
                self._add(one.kind, one.band, -1)
        self.unchanged = any(self._numbers.values())

    def leave_out(self, row: ItemRow | None) -> None:
        """Leave one more out, as it is written."""
        if self.open and row is not None and row.opened <= self._at:
            self._left_out[row.id] = row.kind
            self._share(row.tally, -1)
            if row.open:
                self._add(row.kind, row.band, -1)

    def finish(self, found: Mapping[str, ItemRow | None], bands: Mapping[str, int]) -> None:
        """Add what was left out as it was: rows, and the bands of those that are known by these alone."""
        if not self.open:
            return
        self.open = False
        for name, kind in self._left_out.items():
            row = found.get(name)
            if row is not None:
                self._share(row.tally, 1)
                if row.open:
                    self._add(row.kind, row.band, 1)
            elif name in bands:
                self._add(kind, bands[name], 1)
        self.counts = Counts.of(self._numbers)

    def _add(self, kind: str, band: int, number: int) -> None:
        self._numbers[kind, band] = self._numbers.get((kind, band), 0) + number

    def _share(self, tally: Tally, sign: int) -> None:
        """Add what of a tally is part of that day's service level, or take it away."""
        measures = {
            measure: sign * number
            for bucket, _, measure, number in tally
            if measure in MEASURES and self._midnight <= bucket <= self._at
        }
        if measures:
            self.level += ServiceLevel(**measures)
