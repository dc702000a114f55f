"""Small pieces that dialogs are made of: a text, a line to type in, and a row of answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from widgets import ink
from widgets.cells import cell_width, plain
from widgets.in_view import in_view
from widgets.strips import Run, draw

LONGEST_TYPED = 4_000
"""Characters that a line takes; what is told elsewhere of more than that is cut, too."""


class PlainText(Static):
    """A text that wraps and is never markup; an empty one takes no space."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(Content(plain(text)), id=id, classes=classes, markup=False)
        self.display = bool(text)

    def say(self, text: str) -> None:
        """Show another text."""
        self.update(Content(plain(text)))
        self.display = bool(text)


class PlainInput(Input):
    """A line to type in, where a paste cannot bring in more than text. It does not blink."""

    DEFAULT_CSS = """
    PlainInput {
        background: $background;
        border: none;
        height: 1;
        padding: 0;
        &:focus { border: none; background-tint: $foreground 5%; }
        &:nocolor > .input--cursor, &:ansi > .input--cursor { text-style: reverse; }
    }
    """

    # Longer text moves nothing around the line: Textual would lay the screen out anew for each letter.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    class Full(Message):
        """Some of what was typed or pasted was left out: the line takes `most` characters."""

        def __init__(self, line: PlainInput, most: int) -> None:
            super().__init__()
            self.line = line
            self.most = most

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        max_length: int = LONGEST_TYPED,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(
            plain(value),
            plain(placeholder),
            max_length=max_length,
            id=id,
            classes=classes,
            select_on_focus=False,
        )
        self._most = max_length
        self._told_full = False
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """What was typed or pasted, as one plain line."""
        return plain(value)

    def on_resize(self) -> None:
        """Keep the cursor in view: whatever lays the line out anew takes it to have no more than its room."""
        self.virtual_size = Size(self.content_width, 1)
        self.scroll_to_region(Region(self._cursor_offset, 0, 1, 1), force=True, animate=False)

    def on_paste(self, event: events.Paste) -> None:
        """All of its lines in one, where Textual would take the first and lose the others."""
        event.prevent_default()
        event.stop()
        # Of a megabyte only what may have room is looked at, and one more, so that it is said to be too long.
        text = plain(event.text[: 2 * self._most].strip("\r\n"), self._most + 1)
        self.replace(text, *self.selection)

    def replace(self, text: str, start: int, end: int) -> None:
        """Put in as much as there is room for, and say so where that is not all."""
        start, end = sorted((max(0, start), min(len(self.value), end)))
        room = max(0, self._most - len(self.value) + end - start)
        if text[:room] or start < end:
            super().replace(text[:room], start, end)
        if len(text) > room and not self._told_full:
            self._told_full = True  # once: a paste may come as a hundred thousand keys
            self.post_message(self.Full(self, self._most))

    def watch_value(self) -> None:
        """It may take more again."""
        self._told_full = False

    def on_focus(self) -> None:
        """Whoever comes to it is told anew."""
        self._told_full = False


class SecretInput(PlainInput):
    """A line whose letters nobody sees; nor can they be copied out of it."""

    def __init__(self, *, max_length: int = 64, id: str | None = None) -> None:  # noqa: A002
        super().__init__(max_length=max_length, id=id)
        self.password = True

    def action_copy(self) -> None:
        """The clipboard is seen by other programs, and kept by some."""

    def action_cut(self) -> None:
        """As for copying."""


class AnswerBar(Widget, can_focus=True):
    """Answers to choose from: side by side where they fit, else one below the other."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"answer-bar--current"}

    DEFAULT_CSS = """
    AnswerBar {
        height: auto;
        width: 1fr;
        background: $background;
        color: $foreground;
        & > .answer-bar--current { text-style: bold; }
        &:focus > .answer-bar--current { text-style: bold reverse; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up,h,k", "move(-1)", show=False),
        Binding("right,down,l,j", "move(1)", show=False),
        Binding("tab", "next(1)", show=False),
        Binding("shift+tab", "next(-1)", show=False),
        Binding("enter", "choose", show=False),
    ]

    ALLOW_SELECT = False

    class Chosen(Message):
        """Enter, or a click on an answer."""

        def __init__(self, bar: AnswerBar, value: str) -> None:
            super().__init__()
            self.bar = bar
            self.value = value

        @property
        def control(self) -> AnswerBar:
            """The bar that sent the message."""
            return self.bar

    def __init__(
        self,
        answers: Sequence[tuple[str, str]],
        *,
        value: str | None = None,
        choose_on_click: bool = True,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """`answers` are values with their labels; `value` is the one to start on, else the first."""
        super().__init__(id=id)
        self._answers = [(key, f"[{plain(label)}]") for key, label in answers]
        self._choose_on_click = choose_on_click
        values = [key for key, _ in answers]
        self._current = values.index(value) if value in values else 0

    @property
    def value(self) -> str:
        """The answer that the bar is on; empty when there are none."""
        return self._answers[self._current][0] if self._answers else ""

    def action_move(self, by: int) -> None:
        """Go to the next answer; the ends do not meet."""
        self._go(self._current + by)

    def action_next(self, by: int) -> None:
        """Tab goes to the next field of a form; where there is none, to the next answer."""
        if len(self.screen.focus_chain) > 1:
            self.screen.focus_next() if by > 0 else self.screen.focus_previous()
        elif self._answers:
            self._go((self._current + by) % len(self._answers))

    def action_choose(self) -> None:
        """Say that the current answer was chosen; one that can't be seen is shown first."""
        if self._answers and not in_view(self, self._line_of(self._current)):
            self._go(self._current)
        elif self._answers:
            self.post_message(self.Chosen(self, self.value))

    def _go(self, index: int) -> None:
        self._current = max(0, min(index, len(self._answers) - 1))
        self.refresh()
        if isinstance(self.parent, Widget):
            y = self.virtual_region.y + self._line_of(self._current)
            self.parent.scroll_to_region(Region(0, y, self.size.width, 1), animate=False)

    # --- one line or several ----------------------------------------------------------------------

    def _in_one_line(self, width: int) -> bool:
        return sum(cell_width(label) + 2 for _, label in self._answers) - 2 <= width

    def _line_of(self, index: int) -> int:
        return 0 if self._in_one_line(self.size.width) else index

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line, or one for each answer."""
        return 1 if self._in_one_line(width) else len(self._answers)

    def _placed(self, y: int) -> Iterator[tuple[int, int, int, str]]:
        """The answers on line `y`: index, where each begins and ends, and its label."""
        if not self._in_one_line(self.size.width):
            if y < len(self._answers):
                label = self._answers[y][1]
                yield y, 0, cell_width(label), label
            return
        x = 0
        for index, (_, label) in enumerate(self._answers if y == 0 else ()):
            yield index, x, x + cell_width(label), label
            x += cell_width(label) + 2

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        base = self.rich_style
        current = base + ink.part(self, "answer-bar--current")
        runs: list[Run] = []
        for index, x, _, label in self._placed(y):
            runs += [("  " if x else "", base), (label, current if index == self._current else base)]
        return draw(runs, self.size.width, base)

    def on_click(self, event: events.Click) -> None:
        """Go to the answer under the mouse, and choose it where a click does."""
        for index, start, end, _ in self._placed(event.y):
            if start <= event.x < end:
                self._go(index)
                if self._choose_on_click:
                    self.action_choose()
