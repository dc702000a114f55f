"""A pane of styled lines: an item's story, a sum, help. Long lines wrap; only changed lines are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from widgets import ink
from widgets.cells import Align, cell_width, fit, plain, wrap
from widgets.strips import draw


class Span(NamedTuple):
    """A piece of a line. With a `width` it fills exactly so many cells, else it wraps."""

    text: str
    style: str = ""
    width: int = 0
    align: Align = "left"


class Line(NamedTuple):
    """One line, perhaps shown as several: what wraps goes on at `indent`."""

    spans: tuple[Span, ...] = ()
    indent: int = 0


def line(text: str = "", style: str = "", indent: int = 0) -> Line:
    """A line of one style."""
    return Line((Span(text, style),), indent)


def heading(text: str) -> Line:
    """A line that names what follows."""
    return line(text, "heading")


_Shown = tuple[tuple[str, str], ...]
"""One line as shown: texts, each with the name of its style."""


def lay_out(source: Line, width: int) -> list[_Shown]:
    """A line as the lines it takes in `width` cells."""
    indent = min(source.indent, width // 2)
    shown: list[_Shown] = []
    current: list[tuple[str, str]] = []
    used = 0

    def turn() -> None:
        nonlocal current, used
        shown.append(tuple(current))
        current, used = [(" " * indent, "")], indent

    for span in source.spans:
        if span.width:
            size = min(span.width, width - indent)
            if used + size > width:
                turn()
            current.append((fit(span.text, size, align=span.align), span.style))
            used += size
            continue
        for number, text in enumerate(wrap(plain(span.text), width - indent, width - used)):
            if number:
                turn()
            current.append((text, span.style))
            used += cell_width(text)
    shown.append(tuple(current))
    return shown


class LinesPane(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines to read and to scroll through."""

    DEFAULT_CSS = """
    LinesPane {
        background: $background;
        color: $foreground;
        border-left: solid $foreground 20%;
        padding: 0 0 0 1;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
        scrollbar-color: $foreground 20%;
        &:focus { border-left: heavy $foreground; }
        &:ansi { border-left: solid ansi_default; scrollbar-color: ansi_white; }
        &:ansi:focus { border-left: heavy ansi_default; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", show=False),
        Binding("down,j", "scroll_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown,space", "page_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]

    ALLOW_SELECT = False

    def __init__(
        self,
        lines: Iterable[Line] = (),
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = tuple(lines)
        self._shown: Sequence[_Shown] = ()
        self._inks: dict[str, Style] | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines it holds."""
        return self._lines

    def set_lines(self, lines: Iterable[Line], *, top: bool = False) -> None:
        """Replace the lines; with `top` go to the first, else stay where the reader is."""
        self._lines = tuple(lines)
        self._lay_out()
        if top:
            self.scroll_to(y=0, animate=False, force=True)

    def _lay_out(self) -> None:
        width = self.scrollable_size.width
        before = self._shown
        self._shown = [shown for source in self._lines for shown in lay_out(source, width)] if width else []
        if len(self._shown) != len(before):
            self.virtual_size = Size(1, len(self._shown))
            self.refresh(layout=True)  # the height may follow from the lines
            return
        first = self.scroll_offset.y
        for y, (old, new) in enumerate(zip(before[first:], self._shown[first:], strict=True)):
            if y >= self.size.height:
                break
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def watch_show_vertical_scrollbar(self) -> None:
        """The bar takes a column that the lines were laid out for, or gives it back."""
        self.call_after_refresh(self._lay_out)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the text takes in that width."""
        return sum(len(lay_out(source, width)) for source in self._lines) if width else 0

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew."""
        self._lay_out()
        self.refresh()

    def notify_style_update(self) -> None:
        """The theme's colours may be others now."""
        super().notify_style_update()
        self._inks = None

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        if self._inks is None:
            self._inks = ink.inks(self)
        base, number = self.rich_style, self.scroll_offset.y + y
        shown = self._shown[number] if number < len(self._shown) else ()
        runs = [(text, base + self._inks.get(style, Style.null())) for text, style in shown]
        return draw(runs, self.scrollable_size.width, base)
