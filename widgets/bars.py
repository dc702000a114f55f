"""The lines at the screen's edges: what stands, and which keys there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from widgets import ink
from widgets.bare_lines import draw_bare
from widgets.cells import cell_width, plain, wrap
from widgets.strips import Run, draw


class Part(NamedTuple):
    """A piece of a bar. Parts of the lowest `priority` go first when the bar is narrow. Where one goes that
    must not go unseen, `counted` stands for it with the number of its like: "~ +3"."""

    text: str
    style: str = ""
    priority: int = 0
    counted: str = ""


class Hint(NamedTuple):
    """A key and what it does; one that cannot be used now stays, dim."""

    key: str
    label: str
    enabled: bool = True


class Bar(Widget):
    """One line that fits itself into the width there is."""

    DEFAULT_CSS = """
    Bar {
        height: 1;
        width: 1fr;
        background: $background;
        color: $foreground;
    }
    """

    ALLOW_SELECT = False

    _inks: dict[str, Style] | None = None

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        draw_bare(self)

    def notify_style_update(self) -> None:
        """The theme's colours may be others now."""
        super().notify_style_update()
        self._inks = None

    def ink(self, name: str) -> Style:
        """The style of that name over the bar's own."""
        if self._inks is None:
            self._inks = ink.inks(self)
        return self.rich_style + self._inks.get(name, Style.null())

    def render_line(self, y: int) -> Strip:
        """The line, or a blank one below it."""
        return draw(self.runs(self.size.width) if y == 0 else (), self.size.width, self.rich_style)

    def runs(self, width: int) -> Iterable[Run]:
        """The texts and styles for that width."""
        raise NotImplementedError


class StatusBar(Bar):
    """Facts from the left and from the right; the less important ones give way."""

    GAP = 3

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()

    def set_parts(self, left: Iterable[Part], right: Iterable[Part] = ()) -> None:
        """Replace what is said; nothing is drawn when it is the same."""
        parts = tuple(left), tuple(right)
        if parts != (self._left, self._right):
            self._left, self._right = parts
            self.refresh(Region(0, 0, self.size.width, 1))

    def runs(self, width: int) -> Iterator[Run]:
        """The parts that fit, the right ones at the right edge."""
        return self._side_by_side(self._left, self._right, width)

    def _side_by_side(self, left: Sequence[Part], right: Sequence[Part], width: int) -> Iterator[Run]:
        gap = " " * self.GAP
        left, right = self._fitting(left, right, width)
        yield from self._joined(left, gap)
        if right:
            ends = [sum(cell_width(plain(part.text)) + self.GAP for part in side) for side in (left, right)]
            yield (
                " " * max(self.GAP if left else 0, width - sum(ends) + self.GAP * (1 + bool(left))),
                self.rich_style,
            )
            yield from self._joined(right, gap)

    def _joined(self, parts: Sequence[Part], gap: str) -> Iterator[Run]:
        for number, part in enumerate(parts):
            if number:
                yield gap, self.rich_style
            yield part.text, self.ink(part.style)

    def _fitting(
        self, left: Sequence[Part], right: Sequence[Part], width: int
    ) -> tuple[list[Part], list[Part]]:
        left = [part for part in left if part.text]
        right = [part for part in right if part.text]
        gone: list[Part] = []
        while len(left) + len(right) > 1:
            if self._need(*left, *self._counted(gone), *right) <= width:
                break
            least = min(part.priority for part in (*left, *right))
            # From the middle outwards: the ends are where the eye goes.
            side = left if any(part.priority == least for part in left) else right
            index = [number for number, part in enumerate(side) if part.priority == least]
            gone.append(side.pop(index[-1] if side is left else index[0]))
        return left, [*self._counted(gone), *right]

    def _need(self, *parts: Part) -> int:
        """The cells of parts beside each other."""
        return sum(cell_width(plain(part.text)) + self.GAP for part in parts) - self.GAP

    @staticmethod
    def _counted(gone: Sequence[Part]) -> list[Part]:
        """What stands for the parts that gave way and must not go unseen."""
        numbers = Counter(part.counted for part in gone if part.counted)
        styles = {part.counted: part.style for part in gone}
        return [Part(f"{sign} +{number}", styles[sign]) for sign, number in numbers.items()]


class NoticeBar(StatusBar):
    """A status bar for what is to be read to its end: one part alone at the left goes on in more lines where
    it finds no room. Of several the less important ones give way."""

    DEFAULT_CSS = """
    NoticeBar { height: auto; }
    """

    MOST = 4
    """Lines of a notice, and two in five of the screen's: what is longer than that is cut."""

    def set_parts(self, left: Iterable[Part], right: Iterable[Part] = ()) -> None:
        """Replace the notice, `left`, and what stands beside it; nothing is drawn when it is the same."""
        parts = tuple(left), tuple(right)
        if parts != (self._left, self._right):
            before = len(self._lines(self.size.width))
            self._left, self._right = parts
            self.refresh(layout=len(self._lines(self.size.width)) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there is something to say for."""
        return len(self._lines(width))

    @property
    def _most(self) -> int:
        """On a low screen it leaves room for the line that is typed into, and for the keys."""
        return max(1, min(self.MOST, self.app.size.height * 2 // 5))

    def render_line(self, y: int) -> Strip:
        """One of the lines, or a blank one below them."""
        width, lines = self.size.width, self._lines(self.size.width)
        runs = self._side_by_side(*lines[y], width) if y < len(lines) else ()
        return draw(runs, width, self.rich_style)

    def _lines(self, width: int) -> list[tuple[Sequence[Part], Sequence[Part]]]:
        """What stands at the left and at the right of each line."""
        if width <= 0 or len(self._left) != 1 or self._need(*self._left, *self._right) <= width:
            return [(self._left, self._right)]
        text, style, *_ = self._left[0]
        lines: list[tuple[Sequence[Part], Sequence[Part]]] = [
            ((Part(piece, style),), ()) for piece in wrap(plain(text), width)
        ]
        if len(lines) > (most := self._most):
            rest = " ".join(part.text for each, _ in lines[most - 1 :] for part in each)
            lines[most - 1 :] = [((Part(rest, style),), ())]
        if self._right:
            beside = self._need(*lines[-1][0], *self._right) <= width
            lines.append((lines.pop()[0] if beside else (), self._right))
        return lines


class HintBar(Bar):
    """The keys of the moment, as many as the width has room for, and a note at the right. A tap is a key."""

    GAP = 2

    class Pressed(Message):
        """A hint was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._hints: tuple[Hint, ...] = ()
        self._note = ""

    def set_hints(self, hints: Iterable[Hint], note: str = "") -> None:
        """Replace the hints, most useful first, and the note; nothing is drawn when they are the same."""
        fresh = tuple(hints)
        if (fresh, note) != (self._hints, self._note):
            self._hints, self._note = fresh, note
            self.refresh(Region(0, 0, self.size.width, 1))

    def placed(self, width: int) -> list[tuple[int, int, Hint]]:
        """The hints that fit beside the note: where each begins and ends, and which it is."""
        room = width - (cell_width(plain(self._note)) + self.GAP if self._note else 0)
        x, placed = 0, []
        for hint in self._hints:
            end = x + cell_width(plain(hint.key)) + 1 + cell_width(plain(hint.label))
            if end > room:
                continue  # a shorter one may still fit
            placed.append((x, end, hint))
            x = end + self.GAP
        return placed

    def runs(self, width: int) -> Iterator[Run]:
        """Keys strong, labels plain, what cannot be used dim."""
        x = 0
        for start, end, hint in self.placed(width):
            yield " " * (start - x), self.rich_style
            yield hint.key, self.ink("strong" if hint.enabled else "dim")
            yield " " + hint.label, self.ink("" if hint.enabled else "dim")
            x = end
        if self._note:
            yield " " * (width - x - cell_width(plain(self._note))), self.rich_style
            yield self._note, self.ink("strong")

    def on_click(self, event: events.Click) -> None:
        """Say which hint was tapped."""
        for start, end, hint in self.placed(self.size.width):
            if start <= event.x < end and hint.enabled:
                self.post_message(self.Pressed(hint.key))
