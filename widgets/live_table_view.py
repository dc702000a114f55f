"""The drawing half of a live table: where rows stand on the screen, and which lines must be drawn again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from widgets import ink
from widgets.bare_lines import draw_bare
from widgets.cells import plain, wrap
from widgets.live_table_model import Column, Cursor, Window
from widgets.live_table_paint import ASCII_GLYPHS, Glyphs, Painter, Palette, Plan
from widgets.scrollbar import EighthsBar
from widgets.wire import seam


class TableView(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws the visible part of a window of rows, line by line, and redraws only whole rows that changed.

    Never less than a whole row: Textual blanks a double-width character that a region's edge cuts.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"live-table--header", "live-table--cursor"}

    DEFAULT_CSS = """
    TableView {
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $foreground 20%;
        & > .live-table--header { color: $text-muted; }
        & > .live-table--cursor { background: $foreground 8%; }
        &:focus > .live-table--cursor { background: $foreground 20%; }
        &.-two-line { scrollbar-size-vertical: 0; }
        &:nocolor > .live-table--cursor, &:ansi > .live-table--cursor {
            background: $background; text-style: underline;
        }
        &:nocolor:focus > .live-table--cursor, &:ansi:focus > .live-table--cursor {
            background: $background; text-style: reverse;
        }
        &:ansi { scrollbar-color: ansi_white; }
        &:ansi > .live-table--header { color: ansi_default; text-style: dim; }
    }
    """

    ALLOW_SELECT = False

    def __init__(
        self,
        columns: Sequence[Column] = (),
        *,
        two_line: bool = False,
        ascii_marks: bool = False,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        draw_bare(self)
        self._window = Window()
        self._cursor = Cursor()
        self._marks: frozenset[str] = frozenset()
        self._empty: tuple[str, ...] = ()
        self._drawn: str | None = None
        self._glyphs = ASCII_GLYPHS if ascii_marks else Glyphs()
        self._kept_painter: Painter | None = None
        self.set_layout(columns, two_line=two_line)

    def set_layout(
        self,
        columns: Sequence[Column],
        *,
        two_line: bool = False,
        header: bool | None = None,
        gap: int | None = None,
        indent: int = 8,
    ) -> None:
        """Choose the columns, and one or two lines a row.

        The header is shown unless rows have two lines; `indent` is where the second line begins.
        """
        first = self.rows_above if self.is_mounted else 0
        self._columns = tuple(columns)
        self._two_line = two_line
        self._row_height = 2 if two_line else 1
        self._header_height = int(not two_line if header is None else header)
        self._gap = gap if gap is not None else (1 if two_line else 2)
        self._indent = indent
        self.set_class(two_line, "-two-line")
        self._forget()
        if self.is_mounted:
            self._fit_virtual_size()
            self._scroll_to_place(first)
            self._reveal_cursor()

    def set_ascii(self, ascii_marks: bool) -> None:
        """Draw the table's own marks in ASCII, for terminals that have no others."""
        self._glyphs = ASCII_GLYPHS if ascii_marks else Glyphs()
        self._forget()

    def set_empty(self, lines: Iterable[str]) -> None:
        """What to say while there are no rows."""
        self._empty = tuple(lines)
        if not self._window.length:
            self.refresh()

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """Textual's, drawn when it looks different: a page of a long list moves it by less than is seen."""
        if self._vertical_scrollbar is None and seam.fits():
            bar = EighthsBar(name="vertical", thickness=self.scrollbar_size_vertical)
            bar.display = False
            self._vertical_scrollbar = bar
            self.app._start_widget(self, bar)
        return super().vertical_scrollbar

    # --- where things are -------------------------------------------------------------------------

    @property
    def rows_above(self) -> int:
        """How many rows of the list are above the first visible one."""
        return self.scroll_offset.y // self._row_height

    @property
    def whole_rows(self) -> int:
        """How many whole rows fit on the screen; at least one."""
        return max(1, (self.size.height - self._header_height) // self._row_height)

    def place_at(self, y: int) -> int | None:
        """The place of the row drawn at line `y` of the table, if there is one."""
        if y < self._header_height:
            return None
        place = self.rows_above + (y - self._header_height) // self._row_height
        return place if place < self._window.length else None

    @property
    def shows_cursor(self) -> bool:
        """Whether the cursor's row is in view, or would be once it is held."""
        return self._shows(self._cursor.place)

    def _shows(self, place: int) -> bool:
        return self.rows_above <= place < self.rows_above + self.whole_rows

    def _fit_virtual_size(self) -> None:
        # The last line lets the view end on a whole row where the height is no multiple of a row's.
        height = self._header_height + self._window.length * self._row_height + self._row_height - 1
        size, before = Size(1, height), self.virtual_size
        if not self.is_mounted or not self.container_size:
            self.virtual_size = size
        elif size != before:
            # Not by the reactive: the screen would be laid out anew for every item that comes or goes. The
            # scrollbar always stands, blank where all rows fit, for the same reason.
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)
            if min(height, before.height) <= self.scroll_offset.y + self.size.height + self._row_height:
                self.refresh()  # the end of the list is in view, or was

    def _scroll_to_place(self, place: int) -> None:
        self.scroll_to(y=max(0, place) * self._row_height, animate=False, force=True)

    def _reveal_cursor(self) -> None:
        """Scroll no further than it takes to see the cursor's row."""
        place, first, count = self._cursor.place, self.rows_above, self.whole_rows
        if place < first:
            self._scroll_to_place(place)
        elif place >= first + count:
            self._scroll_to_place(place - count + 1)

    # --- what must be drawn again -----------------------------------------------------------------

    def _refresh_place(self, place: int | None) -> None:
        """Draw the row at `place` again, if it is visible."""
        if place is None:
            return
        height = self._row_height
        y = self._header_height + (place - self.rows_above) * height
        if self._header_height <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, min(height, self.size.height - y)))

    def _refresh_changed(self, before: Window, cursor_before: int) -> None:
        """Draw those visible rows again that are not what they were, the view not having moved."""
        if not before.length:
            self.refresh()  # all of them: to ask each one would take as long again
            return
        first = self.rows_above
        last = first + self.whole_rows + 1
        rows = zip(before.between(first, last), self._window.between(first, last), strict=True)
        changed = {place for place, (old, new) in enumerate(rows, first) if old is not new and old != new}
        if cursor_before != self._cursor.place:
            changed |= {cursor_before, self._cursor.place}
        for place in changed:
            self._refresh_place(place)

    def _forget(self) -> None:
        """Drop all that was drawn: the columns, the size or the styles are others now."""
        self._kept_painter = None
        self.refresh()

    def notify_style_update(self) -> None:
        """Another theme, or focus gained or lost: nothing drawn so far is right."""
        super().notify_style_update()
        self._kept_painter = None

    def on_resize(self, event: events.Resize) -> None:
        """Lay the columns out again, keeping the cursor in view."""
        # Whatever was in view before: rows may have moved since the size changed, and nobody saw which.
        self._forget()
        self._fit_virtual_size()
        self._reveal_cursor()

    def on_show(self) -> None:
        """What stood in its place is gone: the cursor may have moved meanwhile."""
        self._reveal_cursor()

    # --- drawing ----------------------------------------------------------------------------------

    @property
    def _painter(self) -> Painter:
        width = self.scrollable_size.width  # without the scrollbar, unlike `size`
        if self._kept_painter is None or self._kept_painter.plan.width != width:
            plan = Plan.of(self._columns, width, two_line=self._two_line, gap=self._gap, indent=self._indent)
            self._kept_painter = Painter(plan, self._palette(), self._glyphs)
        return self._kept_painter

    def _palette(self) -> Palette:
        base = self.rich_style
        return Palette(
            base=base,
            cursor=base + ink.part(self, "live-table--cursor", ground=True),
            header=base + ink.part(self, "live-table--header"),
            inks=ink.inks(self),
        )

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        painter = self._painter
        if y < self._header_height:
            return painter.header()
        if not self._window.length:
            width = painter.plan.width - 2
            lines = [part for text in self._empty for part in wrap(plain(text), width) or [""]]
            line = y - self._header_height
            return painter.note(lines[line]) if line < len(lines) else painter.blank()
        place = self.place_at(y)
        if place is None:
            return painter.blank()
        line = (y - self._header_height) % self._row_height
        cursor = place == self._cursor.place
        row = self._window.at(place)
        if cursor:
            self._drawn = row.id if row else None
        if row is None:
            return painter.unread(line, cursor=cursor)
        return painter.row(row, line, cursor=cursor, marked=row.id in self._marks)
