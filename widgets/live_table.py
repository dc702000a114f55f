"""A table of live rows: it draws only what is visible, and its cursor stays with a row, not with a place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message

from widgets.live_table_model import Cell, Column, Cursor, LateRows, Row, Window
from widgets.live_table_view import TableView

__all__ = ["Cell", "Column", "LateRows", "LiveTable", "Row", "Window"]


class LiveTable(TableView):
    """Rows of a list that may be far longer than the window of it that the table holds.

    The host hands over a `Window` whenever rows change and again when asked by `WindowWanted`; it may do so
    every second, for only rows that differ are drawn. Rows keep their identity by id: the cursor and the
    marks follow it through any new order.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", show=False),
        Binding("down,j", "cursor(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "first", show=False),
        Binding("end", "last", show=False),
        Binding("enter", "select", show=False),
        Binding("space", "mark", show=False),
    ]

    LEAST_WINDOW = 60
    """Rows asked for at least; four pages when that is more."""

    class _Of(Message):
        def __init__(self, table: LiveTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> LiveTable:
            """The table that sent the message."""
            return self.table

    class Highlighted(_Of):
        """The cursor is now on another row; `None` when there is none, or it is not read yet."""

        def __init__(self, table: LiveTable, row_id: str | None) -> None:
            super().__init__(table)
            self.row_id = row_id

    class Selected(_Of):
        """Enter on the cursor's row, or a click on it."""

        def __init__(self, table: LiveTable, row_id: str) -> None:
            super().__init__(table)
            self.row_id = row_id

    class Marked(_Of):
        """Space put a mark on a row, or took it off."""

        def __init__(self, table: LiveTable, row_id: str, marked: bool) -> None:
            super().__init__(table)
            self.row_id = row_id
            self.marked = marked

    class CursorLeft(_Of):
        """The cursor's row left the list; the cursor stays in its place, on a neighbour."""

        def __init__(self, table: LiveTable, old_id: str, new_id: str | None) -> None:
            super().__init__(table)
            self.old_id = old_id
            self.new_id = new_id

    class WindowWanted(_Of):
        """The view nears the edge of what is held: the host should hand over these rows."""

        def __init__(self, table: LiveTable, start: int, count: int) -> None:
            super().__init__(table)
            self.start = start
            self.count = count

        def can_replace(self, message: Message) -> bool:
            """Only the newest wish matters when the host is slow."""
            return isinstance(message, LiveTable.WindowWanted)

    _asked: tuple[int, int] | None = None

    # --- what the host tells it -------------------------------------------------------------------

    def set_marks(self, ids: Iterable[str]) -> None:
        """Replace the marks."""
        before, self._marks = self._marks, frozenset(ids)
        for row_id in before ^ self._marks:
            self._refresh_place(self._window.place_of(row_id))

    def set_window(self, window: Window, *, reset: bool = False, keep_top: bool = False) -> None:
        """Show a fresh window of the list.

        The cursor follows its row. With `reset` (another filter, another list) a cursor whose row is not
        there goes to the top, and nothing is said of its leaving. With `keep_top` a row that goes from the
        first page is not followed: the cursor stays on the row that takes its place.
        """
        before, cursor, first = self._window, self._cursor, self.rows_above
        was_shown = self._shows(cursor.place)
        self._window = window
        self._marks -= window.gone
        self._cursor = cursor.followed(window)
        left = cursor.id is not None and self._cursor.id != cursor.id
        if reset and left:
            self._cursor = Cursor().moved_to(0, window)
        elif keep_top and was_shown and not first and not self._shows(self._cursor.place):
            self._cursor = Cursor().moved_to(cursor.place, window)
        if window.length != before.length:
            self._fit_virtual_size()
        if was_shown and first and not (reset and left):
            # Hold the row where the eye is; at the top stay there, where the late ones come in.
            self._scroll_to_place(first + self._cursor.place - cursor.place)
        if was_shown or reset:
            self._reveal_cursor()
        if self.rows_above == first:
            self._refresh_changed(before, cursor.place)
        if left and not reset and cursor.id is not None:
            self.post_message(self.CursorLeft(self, cursor.id, self._cursor.id))
        self._tell(cursor)

    def move_to(self, row_id: str) -> bool:
        """Put the cursor on a row that is held; whether it was."""
        place = self._window.place_of(row_id)
        if place is None:
            return False
        self._move(place)
        return True

    def show_cursor(self) -> None:
        """Scroll to the cursor's row, from which a wheel may have scrolled away."""
        self._reveal_cursor()
        self._ask()

    def select(self) -> bool:
        """Choose the cursor's row; whether there was one."""
        if self._cursor.id is None:
            return False
        self.post_message(self.Selected(self, self._cursor.id))
        return True

    # --- what the host may ask --------------------------------------------------------------------

    @property
    def window(self) -> Window:
        """The window shown."""
        return self._window

    @property
    def cursor_id(self) -> str | None:
        """The id of the cursor's row, or `None` where there is no row or it is not read yet."""
        return self._cursor.id

    @property
    def drawn_id(self) -> str | None:
        """The id of the row that was drawn under the cursor last, whatever it stands on by now."""
        return self._drawn

    @property
    def cursor_line(self) -> int:
        """The line of the table on which the cursor's row begins; -1 while it is out of view."""
        place = self._cursor.place - self.rows_above
        shown = 0 <= place < self.whole_rows
        return self._header_height + place * self._row_height if shown else -1

    def draw_cursor_anew(self) -> None:
        """Draw the cursor's row again; until that was done, `drawn_id` is None."""
        self._drawn = None
        self._refresh_place(self._cursor.place)

    @property
    def cursor_row(self) -> Row | None:
        """The cursor's row as it is shown, if it is held."""
        place = self._window.place_of(self._cursor.id)
        return None if place is None else self._window.at(place)

    @property
    def marks(self) -> frozenset[str]:
        """The ids of marked rows."""
        return self._marks

    @property
    def wanted(self) -> tuple[int, int]:
        """Start and count of the window that suits the present view: what to read at the next refresh."""
        page = self.whole_rows
        count = max(self.LEAST_WINDOW, 4 * page)
        start = self.rows_above - (count - page) // 2
        return max(0, min(start, self._window.length - count)), count

    # --- keys and mouse ---------------------------------------------------------------------------

    def action_cursor(self, by: int) -> None:
        """Move the cursor by rows."""
        self._move(self._cursor.place + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self._move(self._cursor.place + by * self.whole_rows)

    def action_first(self) -> None:
        """Go to the first row."""
        self._move(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self._move(self._window.length - 1)

    def action_select(self) -> None:
        """Say that the cursor's row was chosen. Where there is none, the key is the screen's."""
        if not self.select():
            raise SkipAction

    def action_mark(self) -> None:
        """Mark the cursor's row, or unmark it."""
        row_id = self._cursor.id
        if row_id is not None:
            self.set_marks(self._marks ^ {row_id})
            self.post_message(self.Marked(self, row_id, row_id in self._marks))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; on the cursor's row it chooses."""
        offset = event.get_content_offset(self)
        place = None if offset is None else self.place_at(offset.y)
        if place is None:
            return
        if place == self._cursor.place:
            self.select()
        else:
            self._move(place)

    # --- moving -----------------------------------------------------------------------------------

    def _move(self, place: int) -> None:
        """Put the cursor at `place`, or as near as the list goes."""
        before, first = self._cursor, self.rows_above
        self._cursor = before.moved_to(place, self._window)
        self._reveal_cursor()
        if self.rows_above == first:
            self._refresh_place(before.place)
            self._refresh_place(self._cursor.place)
        self._tell(before)

    def _tell(self, before: Cursor) -> None:
        """Say what a move or a fresh window changed, and what is wanted now."""
        if self._cursor.id != before.id:
            self.post_message(self.Highlighted(self, self._cursor.id))
        self._ask()

    def _ask(self) -> None:
        """Ask for rows when less than a page is held on either side of the view."""
        first, page = self.rows_above, self.whole_rows
        if self._window.holds(first - page, first + 2 * page):
            self._asked = None
        elif self._asked != self.wanted:
            # Once for each place: a host that cannot answer is not asked again until the view moves.
            self._asked = self.wanted
            self.post_message(self.WindowWanted(self, *self._asked))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Rows came into view that may not be held."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def on_resize(self, event: events.Resize) -> None:
        """A higher table shows more rows than were asked for (the drawing half has its own handler)."""
        self._ask()
