"""A search that takes long: what it found so far is shown, and the next key ends it."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from fakes import Shelf, made_row

from console.domain.query import Query, parse_query
from console.screens.board import Board
from console.service.model import Place, Window

WHOLE = [
    made_row(number, id=f"ticket/{'x' if number % 100 == 7 else 'y'}{number:04}") for number in range(1_000)
]


class SlowShelf(Shelf):
    """Looks at fifty rows a reading, as a store does where nothing is indexed."""

    def __init__(self) -> None:
        super().__init__(*WHOLE)
        self.readings = 0
        self.meanwhile: Callable[[], None] = lambda: None

    async def window(
        self, query: Query, count: int, *, after: Place | None = None, before: Place | None = None
    ) -> Window:
        """As the desk."""
        self.readings += 1
        self.meanwhile()
        looked = await super().window(Query(), 50, after=after, before=before)
        rows = tuple(row for row in looked.rows if all(word in row.id for word in query.words))
        edge = looked.rows[0 if before is not None else -1].place
        on = looked.before if before is not None else looked.after
        return Window(rows[:count], looked.before, looked.after, edge if on and len(rows) < count else None)


async def test_a_new_filter_shows_what_it_found_so_far() -> None:
    shelf, seen = SlowShelf(), []
    ticks = itertools.count()
    partly = lambda: seen.append((len(board.shown.rows), board.looking))  # noqa: E731
    board = Board(shelf, monotonic=lambda: float(next(ticks)), partly=partly)
    board.reset(parse_query("x"))
    await board.refresh(0, 200, guess=None, hold=False, cursor=None)
    assert [row.at for row in board.shown.rows] == list(range(7, 1_000, 100))
    assert seen == [(reading // 2, True) for reading in range(2, 21)]
    assert (board.shown.more, board.looking, shelf.readings) == (False, False, 20)


async def test_one_that_is_shown_stays_until_the_next_is_whole() -> None:
    shelf, seen = SlowShelf(), []
    board = Board(shelf, partly=lambda: seen.append(len(board.shown.rows)))
    board.reset(parse_query("x"))
    await board.refresh(0, 200, guess=None, hold=False, cursor=None)
    seen.clear()
    assert board.resting
    await board.refresh(0, 200, guess=None, hold=False, cursor=None)
    assert set(seen) == {10}


async def test_another_filter_ends_it() -> None:
    shelf = SlowShelf()
    board = Board(shelf)
    board.reset(parse_query("x"))

    def typed() -> None:
        if shelf.readings == 3:
            board.reset(parse_query("y"))

    shelf.meanwhile = typed
    await board.refresh(0, 200, guess=None, hold=False, cursor=None)
    assert (shelf.readings, board.looking, board.shown.rows) == (3, False, ())


async def test_the_end_of_a_list_that_is_looked_for() -> None:
    shelf = SlowShelf()
    board = Board(shelf)
    board.reset(parse_query("x"))
    await board.refresh(0, 4, guess=None, hold=False, cursor=None)
    await board.refresh(4, 4, guess=None, hold=False, cursor=None)
    assert [row.at for row in board.shown.rows] == [407, 507, 607, 707]
    await board.refresh(50, 4, guess=10, hold=False, cursor=None)
    assert [row.at for row in board.shown.rows] == [607, 707, 807, 907]
