"""Stretches of the board by number, from a desk that only knows "after this row" and "before this row".

A table asks for rows 5,000 to 5,200; a keyset has no numbers. Next to what is held the answer is exact;
far from it the pager walks there, or starts at the end, and numbers count from what it walked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from console.domain.frozen import frozen
from console.domain.place import NONE
from console.service.model import Place, QueueRow, Window

if TYPE_CHECKING:
    from console.domain.query import Query

STEP = 2_000
"""Rows read at a time on the way to a far place."""

Rows = tuple[QueueRow, ...]

END: Place = (NONE + 1, 0, 0, "")
"""After every row there is."""


class Windows(Protocol):
    """The part of a desk that a pager needs."""

    async def window(
        self, query: Query, count: int, *, after: Place | None = None, before: Place | None = None
    ) -> Window:
        """Up to `count` rows from the top, after a place, or before one."""
        ...


@frozen
class Stretch:
    """Rows of the board, the first of them at number `start`; `more`: others follow."""

    rows: tuple[QueueRow, ...] = ()
    start: int = 0
    more: bool = False

    @property
    def end(self) -> int:
        """The number after the last row."""
        return self.start + len(self.rows)

    def total(self, guess: int | None) -> int:
        """How many rows the board has: exact at its end, else the guess, else a page more than is held."""
        if not self.more:
            return self.end
        return max(self.end + 1, guess) if guess is not None else self.end + max(50, len(self.rows) // 4)

    def covers(self, row: QueueRow) -> bool:
        """Whether a row of the board standing at that place would be among these."""
        if not self.rows:
            return not self.more
        below = not self.more or row.place <= self.rows[-1].place
        return below and (self.start == 0 or row.place >= self.rows[0].place)


class Pager:
    """Reads stretches for one query."""

    def __init__(self, desk: Windows, told: Callable[[Query, Rows], bool] = lambda query, rows: True) -> None:
        """`told` hears of what was found so far where a search takes long, and says whether to go on."""
        self._desk = desk
        self._told = told

    async def read(
        self, query: Query, start: int, count: int, held: Stretch, guess: int | None = None
    ) -> Stretch:
        """About `count` rows from number `start`, reckoned from `held`. `guess`: how many there may be."""
        if start <= 0 or not held.rows:
            return await self._from_top(query, count)
        if start > held.end and guess is not None and start + count >= guess:
            return await self._last(query, count, guess)
        if start <= held.start:
            return await self._up_to(query, start, count, held)
        after, number = (held.rows[min(start, held.end) - held.start - 1].place, min(start, held.end))
        while number < start:
            step = await self._window(query, min(STEP, start - number), after=after)
            if not step.rows:
                return await self._last(query, count, number)
            after, number = step.rows[-1].place, number + len(step.rows)
        window = await self._window(query, count, after=after)
        if not window.rows:
            return await self._last(query, count, number)
        return Stretch(window.rows, start, window.after)

    async def around(
        self, query: Query, place: Place, count: int, known: Stretch, guess: int | None = None
    ) -> Stretch:
        """About `count` rows with `place` in their midst. Their numbers go on from `known` where both meet;
        elsewhere they are reckoned, for to count so far would be to walk there."""
        above = await self._window(query, count // 2, before=place)
        below = await self._window(query, count - len(above.rows), after=_just_before(place))
        rows = _once(above.rows, below.rows)
        numbers = {row.id: number for number, row in enumerate(known.rows, known.start)}
        met = next((numbers[row.id] - index for index, row in enumerate(rows) if row.id in numbers), None)
        if not above.before:
            start = 0
        elif met is not None:
            start = met
        elif known.rows and place < known.rows[0].place:
            start = known.start // 2
        elif guess is not None and guess > known.end:
            start = (known.end + guess) // 2 if below.after else guess - len(rows)
        else:
            start = known.end
        return Stretch(rows, max(start, int(above.before)), below.after)

    async def _window(
        self, query: Query, count: int, *, after: Place | None = None, before: Place | None = None
    ) -> Window:
        """A window, however far along the board its rows have to be looked for."""
        window = await self._desk.window(query, count, after=after, before=before)
        while window.reached is not None and self._told(query, window.rows):
            rest = count - len(window.rows)
            if before is not None:
                more = await self._desk.window(query, rest, before=window.reached)
                window = replace(more, rows=_once(more.rows, window.rows), after=window.after)
            else:
                more = await self._desk.window(query, rest, after=window.reached)
                window = replace(more, rows=_once(window.rows, more.rows), before=window.before)
        return window

    async def _from_top(self, query: Query, count: int) -> Stretch:
        window = await self._window(query, count)
        return Stretch(window.rows, 0, window.after)

    async def _last(self, query: Query, count: int, guess: int) -> Stretch:
        window = await self._window(query, count, before=END)
        start = max(0, guess - len(window.rows)) if window.before else 0
        return Stretch(window.rows, start)

    async def _up_to(self, query: Query, start: int, count: int, held: Stretch) -> Stretch:
        """Rows that begin before what is held, or with it."""
        above: tuple[QueueRow, ...] = ()
        before, number = held.rows[0].place, held.start
        while number > start:
            step = await self._window(query, min(STEP, number - start), before=before)
            above = (step.rows + above)[:count]
            number -= len(step.rows)
            if not step.before or not step.rows:
                return await self._from_top(query, count)
            before = step.rows[0].place
        after = above[-1].place if above else _just_before(held.rows[0].place)
        if len(above) >= count:
            return Stretch(above, start, True)
        rest = await self._window(query, count - len(above), after=after)
        return Stretch(above + rest.rows, start, rest.after)


def _once(above: Rows, below: Rows) -> Rows:
    """Rows that were read one after the other: one that moved in between is where it was read last."""
    later = {row.id for row in below}
    return tuple(row for row in above if row.id not in later) + below


def _just_before(place: Place) -> Place:
    """A place that sorts right before that one."""
    band, severity, at, item = place
    return (band, severity, at, item[:-1])
