"""What all dialogs share: the box, its title, and keeping what was typed when it could not be recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from widgets.inputs import PlainText
from widgets.pane import LinesPane

Result = TypeVar("Result")
Submit = Callable[[Result], Awaitable[str | None]]

BORDERED = 50
"""From so many columns on a dialog has a border (`-wide`)."""
"""Carries out what a dialog was asked for: `None` when it is done, else a line saying why it is not."""


class Dialog(ModalScreen[Result]):
    """A box over the screen. Escape leaves it with nothing done."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        &.-short { align: center top; }
    }
    Dialog > #box {
        width: 100%;
        max-width: 100;
        height: auto;
        max-height: 100%;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        background: $background;
        color: $foreground;
        padding: 0 1;
    }
    Dialog.-wide.-high > #box {
        width: 90%;
        max-height: 90%;
        border: solid $foreground 30%;
    }
    Dialog:ansi > #box { border: solid ansi_default; }
    Dialog #title { text-style: bold; }
    Dialog #foot { color: $text-muted; }
    Dialog #error { color: $warning; text-style: bold; }
    Dialog:ansi #foot { color: ansi_default; text-style: dim; }
    """

    # Textual declares these two as class variables or `None`, in a way that mypy reads as instance variables.
    HORIZONTAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-narrow"), (BORDERED, "-wide")]  # type: ignore[misc]
    VERTICAL_BREAKPOINTS: ClassVar[list[tuple[int, str]]] = [(0, "-short"), (14, "-high")]  # type: ignore[misc]

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    def __init__(self, title: str, *, foot: str = "", submit: Submit[Result] | None = None) -> None:
        super().__init__()
        self._title_text = title
        self._foot = foot
        self._submit = submit
        self._busy = False
        self._full = False

    def compose(self) -> ComposeResult:
        """Title, body, what went wrong, and the footnote, in a box."""
        with Vertical(id="box"):
            yield PlainText(self._title_text, id="title")
            yield from self.body()
            yield PlainText(id="error")
            yield PlainText(self._foot, id="foot")

    def on_resize(self, event: events.Resize) -> None:
        """Keep what has the focus in view on a screen of another size."""
        self.call_after_refresh(self._reveal_focus)

    def scroll_to_center(self, widget: Widget, animate: bool = True, **more: Any) -> None:
        """At once: Textual brings what gets the focus into view so, and by the next refresh, or while it
        glides, something else may have it."""
        super().scroll_to_center(widget, animate=False, **{**more, "immediate": True})

    def on_descendant_focus(self) -> None:
        """Bring it into view, where it was there before the last scrolling and nobody has drawn that yet."""
        self.call_after_refresh(self._reveal_focus)

    def _reveal_focus(self) -> None:
        if self.focused is not None:
            self.focused.scroll_visible(animate=False)

    def body(self) -> Iterable[Widget]:
        """The dialog's own widgets."""
        raise NotImplementedError

    def show_error(self, text: str) -> None:
        """Say why it was not done; the dialog and all that was typed stay."""
        self._full = False
        self.query_one("#error", PlainText).say(text)

    def show_full(self, text: str) -> None:
        """Say that a line takes no more, until it does."""
        if not self._full:
            self.show_error(text)
            self._full = True

    @on(Input.Changed)
    def _has_room(self) -> None:
        if self._full:
            self.show_error("")

    def set_foot(self, text: str) -> None:
        """Change the footnote: what will happen, and its price."""
        self.query_one("#foot", PlainText).say(text)

    def action_leave(self) -> None:
        """Close with nothing done; not while it is being done, when nobody knows yet whether it was."""
        if not self._busy:
            self.dismiss(None)

    def action_page(self, by: int) -> None:
        """Scroll the texts that have more lines than are shown."""
        for pane in self.query(LinesPane):
            pane.scroll_relative(y=by * pane.size.height, animate=False)

    def finish(self, result: Result) -> None:
        """Carry it out, once, and close when it is done."""
        if self._busy:
            return
        if self._submit is None:
            self.dismiss(result)
            return
        self._busy = True
        self.show_error("")
        # A worker, so that the floor goes on living behind the dialog meanwhile.
        self.run_worker(self._carry_out(self._submit, result))

    async def _carry_out(self, submit: Submit[Result], result: Result) -> None:
        try:
            error = await submit(result)
        finally:
            self._busy = False
        if error is None:
            self.dismiss(result)
        else:
            self.show_error(error)
