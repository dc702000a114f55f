"""The picker of `r`: under the list stands what it costs to give it to whom the cursor is on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from console.screens.work import start
from widgets.dialog import BORDERED
from widgets.in_view import in_view
from widgets.inputs import PlainText
from widgets.live_table import LiveTable
from widgets.picker import Choice, ChoiceTable, PickerScreen

Price = Callable[[str, bool], Awaitable[str]]
"""Says in a line or two what one choice costs, perhaps with what is given along; it may have to read for
that."""


class GivePicker(PickerScreen):
    """Asks `price` of whatever choice the cursor comes to, and again when the choices are looked at anew.
    Where `more` could be given along, `+` turns that on and off."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("plus", "along", show=False, priority=True)]

    DEFAULT_CSS: ClassVar[str] = """
    GivePicker #price { min-height: 2; }
    GivePicker.-narrow #price { min-height: 4; }
    """

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        price: Price | None = None,
        more: Callable[[], bool] = bool,
        **rest: Any,
    ) -> None:
        super().__init__(title, choices, **rest)
        self._price = price
        self._more = more
        self.along = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is nothing to give along, `+` is a letter like any other."""
        return self._more() if action == "along" else super().check_action(action, parameters)

    def action_along(self) -> None:
        """Give the rest along, or not after all."""
        self.along = not self.along
        self._ask(self.query_one(ChoiceTable).cursor_id)

    def body(self) -> Iterable[Widget]:
        """The line, a list that leaves room for it, and the price."""
        yield from super().body()
        yield PlainText(" ", id="price")

    def on_resize(self, event: events.Resize) -> None:
        """Leave the price its lines: the list has what is left of the box, which never scrolls them away."""
        width, height = event.size
        # Above it and below: the title, the line, the price, the foot; and the border where there is one.
        rows = height - 10 if width < BORDERED else height * 9 // 10 - 8
        self.query_one(ChoiceTable).styles.max_height = max(4, rows)
        super().on_resize(event)

    def update_choices(self, choices: Sequence[Choice]) -> None:
        """Show the choices, and the price, as they are now; a list that was scrolled stays where it is."""
        table = self.query_one(ChoiceTable)
        left, at = not in_view(table, table.cursor_line), table.scroll_y
        super().update_choices(choices)
        if left:
            table.scroll_to(y=at, animate=False, immediate=True)
        self._ask(table.cursor_id)

    @on(LiveTable.Highlighted)
    def _came_to(self, event: LiveTable.Highlighted) -> None:
        self._ask(event.row_id)

    def _ask(self, choice: str | None) -> None:
        """Say what that choice costs; of several asked for in haste the last one's is said."""
        if self._price is not None:
            start(self, partial(self._tell, choice, self._price), group="price", exclusive=True)

    async def _tell(self, choice: str | None, price: Price) -> None:
        text = await price(choice, self.along) if choice else ""
        if self.query_one(ChoiceTable).cursor_id == choice:
            self.query_one("#price", PlainText).say(text or " ")
