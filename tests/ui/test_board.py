"""The board behind the table: numbers over a keyset, and an order that holds still."""

from __future__ import annotations

import pytest
from fakes import Shelf, made_row

from console.domain.query import Query, parse_query
from console.screens.board import Board, Change
from console.screens.pager import Pager, Stretch

ALL = Query()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(*(made_row(number) for number in range(10_000)))


def numbers(stretch: Stretch) -> tuple[int, int]:
    return stretch.rows[0].at, stretch.rows[-1].at


async def test_from_the_top_and_on(shelf: Shelf) -> None:
    pager = Pager(shelf)
    top = await pager.read(ALL, 0, 200, Stretch(), 10_000)
    assert (top.start, numbers(top), top.total(10_000)) == (0, (0, 199), 10_000)
    on = await pager.read(ALL, 120, 200, top, 10_000)
    assert (on.start, numbers(on)) == (120, (120, 319))
    again = await pager.read(ALL, 120, 200, on, 10_000)
    assert again == on
    back = await pager.read(ALL, 40, 200, on, 10_000)
    assert (back.start, numbers(back)) == (40, (40, 239))
    assert (await pager.read(ALL, 0, 200, back, 10_000)) == top


async def test_the_end_is_read_from_the_end(shelf: Shelf) -> None:
    pager = Pager(shelf)
    top = await pager.read(ALL, 0, 200, Stretch(), 10_000)
    shelf.read = 0
    end = await pager.read(ALL, 9_800, 200, top, 10_000)
    assert (end.start, numbers(end), end.more) == (9_800, (9_800, 9_999), False)
    assert shelf.read == 200
    before = await pager.read(ALL, 9_700, 200, end, 10_000)
    assert (before.start, numbers(before)) == (9_700, (9_700, 9_899))


@pytest.mark.parametrize("start", [3_333, 9_000, 150])
async def test_a_far_place_is_walked_to(shelf: Shelf, start: int) -> None:
    pager = Pager(shelf)
    top = await pager.read(ALL, 0, 100, Stretch(), 10_000)
    far = await pager.read(ALL, start, 100, top, 10_000)
    assert (far.start, numbers(far)) == (start, (start, start + 99))
    nearer = await pager.read(ALL, 110, 100, far, 10_000)
    assert (nearer.start, numbers(nearer)) == (110, (110, 209))


async def test_a_guess_that_is_too_high_ends_where_the_rows_end(shelf: Shelf) -> None:
    pager = Pager(shelf)
    top = await pager.read(ALL, 0, 200, Stretch(), 12_000)
    walked = await pager.read(ALL, 11_000, 200, top, 12_000)
    assert numbers(walked) == (9_800, 9_999)
    assert walked.total(12_000) == walked.end


async def test_without_a_guess_the_list_grows_as_it_is_read(shelf: Shelf) -> None:
    top = await Pager(shelf).read(ALL, 0, 200, Stretch())
    assert top.total(None) == 250
    assert Stretch(top.rows, 0, False).total(None) == 200


async def test_rows_that_left_above_renumber_from_the_top() -> None:
    shelf = Shelf(*(made_row(number) for number in range(400)))
    pager = Pager(shelf)
    held = await pager.read(ALL, 100, 100, await pager.read(ALL, 0, 150, Stretch(), 400), 400)
    for number in range(90):
        del shelf.items[f"ticket/{number:06}"]
    again = await pager.read(ALL, 50, 100, held, 400)
    assert (again.start, numbers(again)) == (0, (90, 189))


async def refresh(board: Board, **more: object) -> Change:
    given = {"start": 0, "count": 200, "guess": None, "hold": False, "cursor": None} | more
    return await board.refresh(**given)  # type: ignore[arg-type]


def shown(board: Board) -> list[int]:
    return [int(row.id.partition("/")[2]) for row in board.shown.rows]


async def test_while_held_the_order_stays_and_the_rows_are_renewed() -> None:
    shelf = Shelf(*(made_row(number) for number in range(1, 6)))
    board = Board(shelf)
    await refresh(board)
    shelf.put(made_row(9, at=0), made_row(2, at=99, owner="li"))
    del shelf.items["ticket/000003"]
    await refresh(board, hold=True, cursor="ticket/000004")
    assert shown(board) == [1, 2, 3, 4, 5]
    assert board.row("ticket/000002").owner == "li"  # type: ignore[union-attr]
    assert board.over == {"ticket/000003"}
    assert (board.above, board.held_back) == (1, True)
    change = await refresh(board, cursor="ticket/000003")
    assert shown(board) == [9, 1, 4, 5, 2]
    assert (board.over, board.above, change.gone) == (frozenset(), 0, {"ticket/000003"})


async def test_what_came_in_above_is_counted_though_the_cursor_s_row_has_gone() -> None:
    shelf = Shelf(*(made_row(number) for number in range(1, 6)))
    board = Board(shelf)
    await refresh(board)
    del shelf.items["ticket/000003"]
    await refresh(board, hold=True, cursor="ticket/000003")
    assert board.above == 0
    shelf.put(made_row(9, at=0))
    await refresh(board, hold=True, cursor="ticket/000003")
    assert board.above == 1


async def test_a_row_that_just_changed_is_known_for_half_a_second() -> None:
    moment = [100.0]
    shelf = Shelf(made_row(1), made_row(2))
    board = Board(shelf, lambda: moment[0])
    await refresh(board)
    assert not board.just_changed("ticket/000001")
    shelf.put(made_row(1, owner="li"))
    await refresh(board)
    assert board.just_changed("ticket/000001")
    assert not board.just_changed("ticket/000002")
    moment[0] += 0.5
    assert not board.just_changed("ticket/000001")


async def test_one_s_own_act_is_no_surprise() -> None:
    shelf = Shelf(made_row(1))
    board = Board(shelf)
    await refresh(board)
    mine = made_row(1)._replace(owner="li", hand=1)
    shelf.put(mine)
    board.accept([mine])
    await refresh(board)
    assert board.row("ticket/000001") == mine
    assert not board.just_changed("ticket/000001")


async def test_a_cursor_out_of_sight_is_not_gone() -> None:
    shelf = Shelf(*(made_row(number) for number in range(1, 400)))
    board = Board(shelf)
    await refresh(board)
    shelf.put(made_row(5, at=390))
    change = await refresh(board, cursor="ticket/000005")
    assert change == Change(frozenset(), 200)
    assert board.row("ticket/000005") is not None


async def test_a_row_that_no_longer_fits_the_filter_left_the_list() -> None:
    shelf = Shelf(made_row(11), made_row(12), made_row(21))
    board = Board(shelf)
    await refresh(board)
    board.reset(parse_query("00001"))
    change = await refresh(board, cursor="ticket/000021", marks=["ticket/000021"])
    assert shown(board) == [11, 12]
    assert change.gone == {"ticket/000021"}


async def test_the_cursor_s_row_is_there_wherever_it_has_gone(shelf: Shelf) -> None:
    board = Board(shelf)
    await refresh(board, count=60, guess=10_000)
    shelf.put(made_row(3, at=7_000))
    shelf.read = 0
    change = await refresh(board, count=60, guess=10_000, cursor="ticket/000003", follow=True)
    assert "ticket/000003" in [row.id for row in board.shown.rows][20:40]
    assert (change.gone, change.cursor_at) == (frozenset(), None)
    assert shelf.read == 120  # two windows, not the way there
    up = await refresh(board, start=board.shown.start - 50, count=60, guess=10_000)
    assert (up.gone, numbers(board.shown)[1]) == (frozenset(), 6_979)


async def test_a_row_that_moves_a_little_keeps_the_numbers_right(shelf: Shelf) -> None:
    board = Board(shelf)
    await refresh(board, count=60, guess=10_000)
    shelf.put(made_row(3, at=70))
    await refresh(board, count=60, guess=10_000, cursor="ticket/000003", follow=True)
    assert [row.at for row in board.shown.rows[:2]] == [board.shown.start + 1, board.shown.start + 2]
    assert "ticket/000003" in shown_ids(board)


async def test_a_view_that_was_scrolled_away_does_not_follow(shelf: Shelf) -> None:
    board = Board(shelf)
    await refresh(board, count=60, guess=10_000)
    shelf.put(made_row(3, at=7_000))
    change = await refresh(board, count=60, guess=10_000, cursor="ticket/000003")
    assert (numbers(board.shown), change.cursor_at) == ((0, 60), 60)


async def test_nothing_follows_a_row_that_the_filter_lets_through_no_more(shelf: Shelf) -> None:
    board = Board(shelf)
    board.reset(Query(words=("00000",)))
    await refresh(board, count=5)
    moved = made_row(3, at=7_000)
    del shelf.items[moved.id]
    shelf.put(moved._replace(id="ticket/changed"))

    async def rows(ids: object) -> dict[str, object]:
        return {"ticket/000003": moved}

    shelf.rows = rows  # type: ignore[method-assign,assignment]
    change = await refresh(board, count=5, cursor="ticket/000003", follow=True)
    assert change.gone == {"ticket/000003"}
    assert shown(board) == [0, 1, 2, 4, 5]


def shown_ids(board: Board) -> list[str]:
    return [row.id for row in board.shown.rows]
