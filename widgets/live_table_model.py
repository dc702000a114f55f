"""What a live table shows: columns, rows, and the window of rows that it holds.

All of it is immutable, so that what is on the screen, what is cached and what a key acts on are one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, overload

if TYPE_CHECKING:
    from widgets.cells import Align


class Column(NamedTuple):
    """A column: `width` cells of text, down to `min_width` (0: no less than `width`) when space is short.

    Space that is left goes to columns with `flex`, in its proportion; when even the least widths do not
    fit, the column of the lowest `priority` goes first. `line` is where a two-line row shows the column.
    """

    key: str
    title: str
    width: int
    align: Align = "left"
    flex: int = 0
    priority: int = 0
    min_width: int = 0
    line: int = 1


class Cell(NamedTuple):
    """One value. `style` is `breached`, `at-risk`, `strong`, `dim` or empty; `tail` is the end of `text`
    that stays where the rest is cut."""

    text: str
    style: str = ""
    tail: str = ""


class Row(NamedTuple):
    """One row, known by its `id` wherever it stands. `style` holds for cells that name none."""

    id: str
    cells: Mapping[str, Cell]
    style: str = ""


class LateRows(Sequence[Row]):
    """Rows of which each is made when somebody looks at it, and then kept: of a window that is handed over
    every second most are never seen. `ids` are theirs; `make` makes the row of an index."""

    def __init__(self, ids: Sequence[str], make: Callable[[int], Row]) -> None:
        self.ids = ids
        self._make = make
        self._made: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(index, slice):
            return tuple(self[one] for one in range(*index.indices(len(self))))
        row = self._made.get(index)
        if row is None:
            index = range(len(self))[index]
            row = self._made[index] = self._made.get(index) or self._make(index)
        return row


class Window:
    """The part of the list that the table holds: `rows`, the first of them at place `start` of `total`.

    `total` is `None` when nothing follows the rows. `cursor_at` tells the place of the cursor's row when
    that is outside; `gone` names rows that left the list, so that their marks go too.
    """

    __slots__ = ("_places", "cursor_at", "gone", "rows", "start", "total")

    def __init__(
        self,
        rows: Sequence[Row] = (),
        start: int = 0,
        total: int | None = None,
        cursor_at: int | None = None,
        gone: frozenset[str] = frozenset(),
    ) -> None:
        self.rows: Final = rows
        self.start: Final = start
        self.total: Final = total
        self.cursor_at: Final = cursor_at
        self.gone: Final = gone
        ids = rows.ids if isinstance(rows, LateRows) else [row.id for row in rows]
        self._places: Final = {row_id: place for place, row_id in enumerate(ids, start)}

    @property
    def end(self) -> int:
        """The place after the last row held."""
        return self.start + len(self.rows)

    @property
    def length(self) -> int:
        """How many rows the whole list has; never fewer than are held."""
        return self.end if self.total is None else max(self.total, self.end)

    def at(self, place: int) -> Row | None:
        """The row at `place`, or `None` where it is not held."""
        return self.rows[place - self.start] if self.start <= place < self.end else None

    def between(self, first: int, last: int) -> list[Row | None]:
        """The rows at the places from `first` up to but not including `last`; `None` where none is held."""
        rows, start, end = self.rows, self.start, self.end
        return [rows[place - start] if start <= place < end else None for place in range(first, last)]

    def place_of(self, row_id: str | None) -> int | None:
        """Where the row of that id stands, or `None` when it is not held."""
        return None if row_id is None else self._places.get(row_id)

    def holds(self, first: int, last: int) -> bool:
        """Whether every row of the list from `first` up to but not including `last` is held."""
        return self.start <= max(0, first) and min(last, self.length) <= self.end


class Cursor(NamedTuple):
    """Where the cursor is: an id, and the place that id had when last seen.

    `id` is `None` while the cursor stands on a row that is not held yet, and when there are no rows.
    """

    id: str | None = None
    place: int = 0

    def moved_to(self, place: int, window: Window) -> Cursor:
        """The cursor on the row at `place`, held within the list."""
        place = max(0, min(place, window.length - 1))
        row = window.at(place)
        return Cursor(row.id if row else None, place)

    def followed(self, window: Window) -> Cursor:
        """The cursor in a fresh window: on its row wherever that went, or on the one that took its place."""
        if self.id is None:
            return self.moved_to(self.place, window)
        place = window.place_of(self.id)
        if place is not None:
            return self._replace(place=place)
        if self.id not in window.gone:
            if window.cursor_at is not None:
                return self._replace(place=max(0, min(window.cursor_at, window.length - 1)))
            # Scrolled away from its row, the table does not hold it; nothing says that it left.
            if window.at(self.place) is None and self.place < window.length:
                return self
        return self.moved_to(self.place, window)


class Placed(NamedTuple):
    """A column as laid out: it begins at cell `x` and has `width` of them."""

    column: Column
    x: int
    width: int


def arrange(columns: Sequence[Column], width: int, gap: int = 2) -> tuple[Placed, ...]:
    """Fit columns into `width` cells, `gap` between them: drop, then shrink, then share out what is left."""
    shown = list(columns)
    while len(shown) > 1 and _least(shown, gap) > width:
        # Of equals the rightmost goes: a row reads from the left, most important first.
        shown.remove(min(reversed(shown), key=lambda column: column.priority))
    if not shown or width <= 0:
        return ()
    room = width - gap * (len(shown) - 1)
    widths = [column.width for column in shown]
    spare = room - sum(widths)
    if spare < 0:
        _shrink(shown, widths, -spare)
    else:
        for index, extra in _shares(shown, spare):
            widths[index] += extra
    return tuple(_placed(shown, widths, gap, width))


def _least(columns: Sequence[Column], gap: int) -> int:
    return sum(column.min_width or column.width for column in columns) + gap * (len(columns) - 1)


def _shrink(columns: Sequence[Column], widths: list[int], excess: int) -> None:
    """Take `excess` cells from the columns, the least important first, none below its least width."""
    for index in sorted(range(len(columns)), key=lambda index: (columns[index].priority, -index)):
        column = columns[index]
        taken = min(excess, column.width - (column.min_width or column.width))
        widths[index] -= taken
        excess -= taken


def _shares(columns: Sequence[Column], spare: int) -> Iterator[tuple[int, int]]:
    """How many of the `spare` cells each flexible column gets; all are given out."""
    flex = sum(column.flex for column in columns)
    for index, column in enumerate(columns):
        if column.flex:
            extra = spare * column.flex // flex
            yield index, extra
            spare, flex = spare - extra, flex - column.flex


def _placed(columns: Sequence[Column], widths: Sequence[int], gap: int, limit: int) -> Iterator[Placed]:
    x = 0
    for column, width in zip(columns, widths, strict=True):
        yield Placed(column, x, min(width, limit))
        x += width + gap
