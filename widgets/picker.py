"""Choosing one of many by typing a little of its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from widgets.cells import cell_width, explained, plain
from widgets.dialog import Dialog, Submit
from widgets.fuzzy import rank
from widgets.in_view import in_view
from widgets.inputs import PlainInput
from widgets.live_table import Cell, Column, LiveTable, Row, Window

WIDEST = 28
"""No column of a picker is given more cells than this while others need them."""

SHORT, LEAST = 10, 6
"""A column of figures is not cut before the note is, and each keeps so many cells."""

NARROW = 60
"""Below this width a choice takes two lines."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of those to choose from: its name, facts in columns, and why it cannot be chosen, if so."""

    id: str
    label: str
    columns: tuple[str, ...] = ()
    note: str = ""
    disabled_reason: str = ""
    aka: str = ""
    """What else it is called: found like its name, not shown."""
    more: str = ""
    """What else is in it: found like the columns, not shown."""

    @property
    def texts(self) -> tuple[str, ...]:
        """All it can be found by, its name first."""
        return (f"{self.label} {self.aka}", *self.columns, self.note, self.more)


class ChoiceTable(LiveTable, can_focus=False):
    """The list under the line; the keys reach it from there, so its cursor is always at work."""

    DEFAULT_CSS = """
    ChoiceTable {
        & > .live-table--cursor { background: $foreground 20%; }
        &:nocolor > .live-table--cursor, &:ansi > .live-table--cursor {
            background: $background; text-style: reverse;
        }
    }
    """


class PickerScreen(Dialog[str | None]):
    """A line to type in over a list, best first: arrows move while typing, Enter chooses, Escape leaves.

    The cursor holds a choice's id through `update_choices`. A choice that goes while the cursor is on it
    stays in the list, disabled, so that Enter never takes its neighbour instead.
    """

    DEFAULT_CSS = """
    PickerScreen PlainInput { background: $foreground 8%; }
    PickerScreen:ansi PlainInput { text-style: underline; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor(-1)", show=False),
        Binding("down", "cursor(1)", show=False),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        foot: str = "",
        placeholder: str = "",
        nothing: str = "",
        gone: str = "—",
        submit: Submit[str | None] | None = None,
    ) -> None:
        """`nothing` stands where no choice matches; `gone` is the reason of a choice that went."""
        super().__init__(title, foot=foot, submit=submit)
        self._choices = tuple(choices)
        self._placeholder = placeholder
        self._nothing = nothing
        self._gone = gone
        self._widths: list[int] = []

    def body(self) -> Iterable[Widget]:
        """The line and the list."""
        yield PlainInput(placeholder=self._placeholder)
        table = ChoiceTable()
        # Inline, for what an app says of its own tables must not reach in here.
        table.set_styles("width: 1fr; height: auto; max-height: 70vh;")
        yield table

    def on_mount(self) -> None:
        """Show all, the best first, and type."""
        self.query_one(ChoiceTable).set_empty([self._nothing])
        self._show(fresh=True)
        self.query_one(PlainInput).focus()

    def on_resize(self, event: events.Resize) -> None:
        """One line or two for a choice, as the width allows."""
        self._set_columns()

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Show these and no others, with the cursor on the best."""
        self._choices = tuple(choices)
        self._show(fresh=True)

    def update_choices(self, choices: Sequence[Choice]) -> None:
        """Show the choices as they are now; the cursor stays on its own."""
        lost = self._lost(choices)
        self._choices = (*choices[: lost[0]], lost[1], *choices[lost[0] :]) if lost else tuple(choices)
        self._show(fresh=False)

    def _lost(self, choices: Sequence[Choice]) -> tuple[int, Choice] | None:
        """The cursor's choice and its place, if it is not among the new ones."""
        cursor = self.query_one(ChoiceTable).cursor_id
        if any(choice.id == cursor for choice in choices):
            return None
        for place, choice in enumerate(self._choices):
            if choice.id == cursor:
                return place, replace(choice, disabled_reason=self._gone)
        return None

    # --- the list ---------------------------------------------------------------------------------

    def _show(self, *, fresh: bool) -> None:
        """Fill the list with what matches; `fresh` puts the cursor on the best."""
        query = self.query_one(PlainInput).value
        ranked = [(rank(query, choice.texts), choice) for choice in self._choices]
        # Sorting is stable: of equal matches the better choice stays first.
        found = sorted(((r, c) for r, c in ranked if r is not None), key=lambda pair: pair[0])
        self._set_columns()
        table = self.query_one(ChoiceTable)
        if fresh:
            table.set_window(Window(), reset=True)
        table.set_window(Window(tuple(self._row(choice) for _, choice in found)), reset=True)

    def _set_columns(self) -> None:
        """As wide as what is in them, never narrower than they have been: columns must not jump."""
        count = max((len(choice.columns) for choice in self._choices), default=0) + 2
        widths = [*self._widths, *([1] * (count - len(self._widths)))]
        # A name that has nothing but its note beside it needn't be short.
        widest = WIDEST if count > 2 else 2 * WIDEST
        for choice in self._choices:
            for index, text in enumerate(self._texts(choice, count)):
                widths[index] = max(widths[index], min(widest, cell_width(plain(text))))
        two_line = self.app.size.width < NARROW
        layout = (widths, two_line)
        if layout == (self._widths, self._two_line):
            return
        self._widths, self._two_line = layout
        columns = [
            Column(
                str(index),
                "",
                width,
                priority=count - index,
                min_width=min(width, SHORT),
                line=1 + bool(index),
            )
            for index, width in enumerate(widths)
        ]
        longest = max((cell_width(plain(choice.label)) for choice in self._choices), default=0)
        columns[0] = columns[0]._replace(flex=3 * int(two_line or longest > widths[0]))
        columns[-1] = columns[-1]._replace(flex=1, priority=count - 1, min_width=min(widths[-1], LEAST))
        self.query_one(ChoiceTable).set_layout(columns, two_line=two_line, header=False, indent=2)

    _two_line: bool | None = None

    @staticmethod
    def _texts(choice: Choice, count: int) -> Iterable[str]:
        middle = (choice.columns + ("",) * count)[: count - 2]
        return (choice.label, *middle, choice.disabled_reason or choice.note)

    def _row(self, choice: Choice) -> Row:
        texts = self._texts(choice, len(self._widths))
        style = "dim" if choice.disabled_reason else ""
        return Row(choice.id, {str(index): Cell(text) for index, text in enumerate(texts)}, style)

    # --- keys -------------------------------------------------------------------------------------

    def action_cursor(self, by: int) -> None:
        """Move in the list."""
        self.query_one(ChoiceTable).action_cursor(by)

    def action_page(self, by: int) -> None:
        """Move in the list by pages."""
        self.query_one(ChoiceTable).action_page(by)

    @on(Input.Changed)
    def _typed(self) -> None:
        self.show_error("")
        self._show(fresh=True)

    @on(Input.Submitted)
    def _entered(self) -> None:
        table = self.query_one(ChoiceTable)
        if table.cursor_id is None or in_view(table, table.cursor_line):
            table.select()
        else:  # a wheel scrolled away from it
            table.show_cursor()
            self.query_one(PlainInput).scroll_visible(animate=False, top=True)

    @on(LiveTable.Selected)
    def _selected(self, event: LiveTable.Selected) -> None:
        choice = next((choice for choice in self._choices if choice.id == event.row_id), None)
        if choice is None:
            return
        if choice.disabled_reason:
            self.show_error(explained(choice.label, choice.disabled_reason))
        else:
            self.finish(choice.id)
