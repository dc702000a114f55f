"""The line at the bottom that a filter or a command is typed into."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input

if TYPE_CHECKING:
    from widgets.inputs import PlainInput, PlainText


class EntryBar(Horizontal):
    """Hidden until it is opened with a sign: `/` for the filter, `:` for a command."""

    DEFAULT_CSS = """
    EntryBar { height: 1; width: 1fr; display: none; }
    EntryBar PlainText { width: 2; color: $accent; text-style: bold; }
    EntryBar PlainInput { width: 1fr; }
    EntryBar #full { width: auto; color: $warning; text-style: bold; margin: 0 0 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab,shift+tab", "complete", show=False),
    ]

    class Typed(Message):
        """The text is another now."""

        def __init__(self, sign: str, text: str) -> None:
            super().__init__()
            self.sign = sign
            self.text = text

    class Entered(Message):
        """Enter: the text is meant so."""

        def __init__(self, sign: str, text: str) -> None:
            super().__init__()
            self.sign = sign
            self.text = text

    class Left(Message):
        """Escape."""

        def __init__(self, sign: str) -> None:
            super().__init__()
            self.sign = sign

    _sign: PlainText
    _line: PlainInput
    _full: PlainText

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.sign = ""

    def on_mount(self) -> None:
        """Have the line ready before a key asks for it, but not before the first frame."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        if not self.children:
            from widgets.inputs import PlainInput, PlainText

            self._sign, self._line, self._full = PlainText(" "), PlainInput(), PlainText(id="full")
            self.mount(self._sign, self._line, self._full)

    def open(self, sign: str, text: str = "", *, placeholder: str = "", known: Iterable[str] = ()) -> None:
        """Show the line and type in it; Tab or → completes to one of the `known`."""
        self._fill()
        self.sign = sign
        self._sign.say(sign)
        self._full.say("")
        line = self._line
        with self.prevent(Input.Changed):
            line.value = text
        line.placeholder = placeholder
        line.suggester = SuggestFromList(known, case_sensitive=False) if known else None
        line.cursor_position = len(text)
        self.display = True
        line.focus()

    def close(self) -> None:
        """Hide the line; what it holds counts no longer."""
        self.sign = ""
        self.display = False

    def show_full(self, text: str) -> None:
        """Say that the line takes no more, until it does."""
        if not self._full.display:
            self._full.say(text)

    def action_complete(self) -> None:
        """Take what is suggested; the line keeps the keys, for the board under it is held for it."""
        self._line.action_end()
        self._line.action_cursor_right()

    def step_out(self) -> None:
        """Somebody clicked beside the line: a filter holds, as with Enter; anything else was not meant."""
        if self.sign == "/":
            self.post_message(self.Entered(self.sign, self._line.value.strip()))
            self.close()
        elif self.sign:
            self.action_leave()

    def action_leave(self) -> None:
        """Say that nothing of it is wanted."""
        sign = self.sign
        self.close()
        self.post_message(self.Left(sign))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._full.display:
            self._full.say("")
        if self.sign:
            self.post_message(self.Typed(self.sign, event.value))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        sign = self.sign
        self.close()
        self.post_message(self.Entered(sign, event.value.strip()))
