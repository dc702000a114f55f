"""Columns in the space there is, and the cursor's id through any fresh window: no screen needed."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from widget_floor import rows, window

from widgets.live_table_model import Column, Cursor, LateRows, Row, Window, arrange


def keys(columns: list[Column], width: int) -> list[tuple[str, int, int]]:
    return [(placed.column.key, placed.x, placed.width) for placed in arrange(columns, width)]


CLOCK = Column("clock", "clock", 6, priority=9)
WHO = Column("who", "customer", 10, flex=1, min_width=4, priority=5)
WHY = Column("why", "why", 10, flex=2, min_width=6, priority=3)
QUEUE = Column("queue", "queue", 8, priority=1)


def test_spare_cells_go_to_flexible_columns_and_none_is_lost() -> None:
    assert keys([CLOCK, WHO, WHY], 40) == [("clock", 0, 6), ("who", 8, 13), ("why", 23, 17)]


def test_short_space_shrinks_the_least_important_first() -> None:
    assert keys([CLOCK, WHO, WHY], 28) == [("clock", 0, 6), ("who", 8, 10), ("why", 20, 8)]


def test_then_the_least_important_column_goes() -> None:
    assert [key for key, _, _ in keys([CLOCK, QUEUE, WHO, WHY], 25)] == ["clock", "who", "why"]
    assert keys([CLOCK, WHO, WHY], 3) == [("clock", 0, 3)]
    assert keys([CLOCK], 0) == []
    assert keys([], 9) == []


columns = st.lists(
    st.builds(
        Column,
        key=st.text(max_size=3),
        title=st.just(""),
        width=st.integers(4, 20),
        flex=st.integers(0, 3),
        priority=st.integers(0, 3),
        min_width=st.integers(0, 4),
    ),
    max_size=8,
)


@given(columns, st.integers(0, 120), st.integers(0, 3))
def test_columns_never_overlap_nor_leave_the_line(columns: list[Column], width: int, gap: int) -> None:
    placed = arrange(columns, width, gap)
    assert bool(placed) is bool(columns and width)
    for left, right in itertools.pairwise(placed):
        assert left.x + left.width + gap == right.x
    if placed:
        assert placed[-1].x + placed[-1].width <= width
        if any(item.column.flex for item in placed) and sum(c.width for c in columns) + gap * 8 <= width:
            assert placed[-1].x + placed[-1].width == width


def test_the_cursor_follows_its_row() -> None:
    first = Window(rows(5))
    cursor = Cursor().moved_to(3, first)
    turned = Window(tuple(reversed(first.rows)))
    assert cursor.followed(turned) == Cursor("item/3", 1)


def test_the_cursor_stays_in_its_place_when_its_row_leaves() -> None:
    first = Window(rows(5))
    cursor = Cursor().moved_to(3, first)
    assert cursor.followed(Window(first.rows[:3] + first.rows[4:])) == Cursor("item/4", 3)
    assert cursor.followed(Window(first.rows[:2])) == Cursor("item/1", 1)
    assert cursor.followed(Window()) == Cursor(None, 0)


def test_a_row_outside_of_the_window_has_not_left() -> None:
    cursor = Cursor().moved_to(10, window(0, 200, 1000))
    far = window(500, 200, 1000)
    assert cursor.followed(far) == cursor
    told = Window(far.rows, 500, 1000, cursor_at=42)
    assert cursor.followed(told) == Cursor("item/10", 42)
    gone = Window(far.rows, 500, 1000, gone=frozenset({"item/10"}))
    assert cursor.followed(gone) == Cursor(None, 10)


def test_a_place_not_held_gets_its_row_when_that_comes() -> None:
    cursor = Cursor().moved_to(999, window(0, 200, 1000))
    assert cursor == Cursor(None, 999)
    assert cursor.followed(window(800, 200, 1000)) == Cursor("item/999", 999)


def test_a_row_is_made_when_somebody_looks_at_it_and_once() -> None:
    made: list[int] = []

    def make(index: int) -> Row:
        made.append(index)
        return Row(f"item/{index}", {})

    window = Window(LateRows([f"item/{index}" for index in range(100)], make), 50)
    assert (window.length, window.place_of("item/7"), made) == (150, 57, [])
    assert window.at(57) == window.at(57) == Row("item/7", {})
    assert made == [7]
    assert [row.id for row in window.rows[98:]] == ["item/98", "item/99"]
    assert window.rows[-1] == window.at(149)
    assert made == [7, 98, 99]
