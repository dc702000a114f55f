"""How a wall is laid out: bands of large figures, and below them what is worst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from console.screens.layout import PHONE
from console.screens.wall_figures import Figure, Teller
from console.screens.wall_worst import Spans, Worst, side_by_side
from widgets.big import drawable, height, width, within
from widgets.cells import cell_width, cut
from widgets.pane import Line, Span, line

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.screens.words import Words
    from console.service.wall import Figures, Wall

COLUMN = 78
"""Cells that the bands of a queue have side by side, at least."""

LARGE = 150, 40
"""From so many columns and lines on the first band is drawn twice as large."""

NAME = 16
"""Cells at the left of a band: whose it is, and what has no large figure."""

WORTH = ("breached", "at_risk", "wait", "share", "free", "open")
"""Which figures are large where not all have room."""

SLOTS: Mapping[str, str] = {
    "breached": "888", "at_risk": "888", "wait": "9:59", "open": "888", "share": "88%", "free": "88",
}  # fmt: skip
"""What a figure has room for at least: nothing jumps when one gains a digit."""

AIRY = 32
"""From so many lines on the bands have a blank one between them."""


def worst_first(one: Figures) -> tuple[int, int, bool, str]:
    """Where a queue stands among the others: by how much of it is broken, then at risk, then by its name."""
    return -one.breached, -one.at_risk, not one.queue, one.queue or ""


class Band(NamedTuple):
    """How the bands of a page are drawn: which figures have how many cells, and how large they are."""

    slots: Mapping[str, int]
    large: bool
    lines: int


class Page:
    """A wall as it is at `now` on a screen of that size: how many `pages` it has, and what stands on each."""

    def __init__(self, words: Words, wall: Wall, now: Millis, size: tuple[int, int], *, plain: bool) -> None:
        self._words, self._say, self._wall, self._now = words, words.say, wall, now
        self._width, self._height = size
        self._plain = plain
        self._phone = self._width < PHONE
        self._tell = Teller(words, wall, now)

    # --- which queues -----------------------------------------------------------------------------

    @property
    def _alone(self) -> bool:
        """Whether there is one band to show: a single queue, or a floor without any."""
        return len(self._wall.queues) <= 1

    @property
    def _scope(self) -> Figures:
        """What stands above all: the floor, or the one queue there is."""
        return self._wall.queues[0] if len(self._wall.queues) == 1 else self._wall.floor

    @property
    def _across(self) -> int:
        return 1 if self._phone else max(1, self._width // COLUMN)

    @property
    def _band_lines(self) -> int:
        """The lines of a queue's band, with a blank one after it where there is room."""
        return height(ascii_marks=self._plain) + 2 + self._airy

    @property
    def _airy(self) -> bool:
        return self._height >= AIRY

    @property
    def _large(self) -> bool:
        return self._width >= LARGE[0] and self._height >= LARGE[1]

    @property
    def single(self) -> bool:
        """Whether each queue has a page of its own."""
        return not self._alone and not self._fit

    @property
    def _fit(self) -> int:
        """How many queues have room below the floor; 0: each has a page of its own."""
        if self._phone:
            return 0
        first = height(large=self._large, ascii_marks=self._plain) + 3
        left = self._height - first - max(4, self._height // 4)
        return max(0, left) // self._band_lines * self._across

    def pages(self) -> list[tuple[Figures, ...]]:
        """The queues of each page; without room below the floor it has the first page for itself."""
        queues = self._wall.queues
        if self._alone:
            return [()]
        if not (fit := self._fit):
            return [(), *((queue,) for queue in queues)]
        count = -(-len(queues) // fit)
        each = -(-len(queues) // count)  # as many on each as can be: the last one is not left almost empty
        return [queues[start : start + each] for start in range(0, len(queues), each)]

    def elsewhere(self, number: int) -> int:
        """How many are broken in queues that stand on other pages."""
        pages = self.pages()
        return sum(one.breached for page in pages[:number] + pages[number + 1 :] for one in page)

    # --- its lines --------------------------------------------------------------------------------

    def lines(self, number: int, notices: Sequence[str] = ()) -> list[Line]:
        """As many lines as the page is high, first of all the `notices`."""
        page = self.pages()[number]
        top = page[0] if page and not self._fit else self._scope
        rest = page if self._fit else ()
        lost = self._tell.lost(short=self._phone)
        found = [self._line(text, "at-risk") for text in (*notices, *lost)]
        found += self._bands([top], 1, large=self._large)
        names = top.staff.free
        if names and self._airy:
            found.append(self._line(self._say("wall.names", names=self._tell.dot.join(names)), "dim"))
        found.append(line())
        found += self._bands(rest, self._across, large=False, blank=self._airy)
        room = self._height - len(found)
        found += self._worst(room, top)
        return (found + [line()] * self._height)[: self._height]

    def _line(self, text: str, style: str) -> Line:
        """A line that never takes two."""
        return Line((Span(text, style, self._width),))

    def _worst(self, room: int, top: Figures) -> Iterator[Line]:
        rows = top.worst if self.single and top.queue is not None else self._wall.worst
        worst = Worst(self._words, self._tell, self._now, self._width, self._across, plain=self._plain)
        quiet = worst.nothing_late(top)
        if quiet is not None:
            yield quiet
        yield from worst.lines(rows, room - (quiet is not None), top.breached)

    def _bands(
        self, queues: Sequence[Figures], across: int, *, large: bool, blank: bool = False
    ) -> Iterator[Line]:
        """Bands side by side, their figures below one another."""
        if not queues:
            return
        room = self._width // across
        told = [list(self._tell.figures(one)) for one in queues]
        band = self._fitted(told, room - 1, large=large)
        drawn = [self._band(one, figures, band, room) for one, figures in zip(queues, told, strict=True)]
        yield from side_by_side(drawn, across, blank=blank)

    def _fitted(self, told: Sequence[Sequence[Figure]], room: int, *, large: bool) -> Band:
        """The figures that all bands have room for, and the cells of each."""
        name = 0 if self._phone else NAME
        needs: dict[str, int] = {}
        for figure in (figure for figures in told for figure in figures):
            least = width(SLOTS[figure.key], large=large)
            drawn = width(figure.text, large=large) if drawable(figure.text) else cell_width(figure.text)
            needs[figure.key] = max(needs.get(figure.key, 0), least, drawn, cell_width(figure.label))
        gap = 1 if self._phone else 2
        chosen: dict[str, int] = {}
        for key in WORTH:
            if key in needs and name + sum(chosen.values()) + needs[key] + gap <= room + 1:
                chosen[key] = needs[key] + gap
        spare = max(0, room - name - sum(chosen.values())) // max(1, len(chosen))
        slots = {key: chosen[key] + spare for key in SLOTS if key in chosen}
        return Band(slots, large, height(large=large, ascii_marks=self._plain))

    def _band(self, one: Figures, figures: Sequence[Figure], band: Band, room: int) -> list[Spans]:
        shown = {figure.key: figure for figure in figures if figure.key in band.slots}
        rest = [figure.short for figure in figures if figure.key not in band.slots and figure.short]
        doubt = self._tell.doubt(one)
        side = [*([Span(doubt, "at-risk")] if doubt else []), *(Span(text, "dim") for text in rest)]
        keys = [key for key in band.slots if key in shown]
        drawn = {
            key: within(shown[key].text, band.slots[key], large=band.large, ascii_marks=self._plain)
            for key in keys
        }
        rows: list[Spans] = []
        head = Span(self._tell.name(one), "strong")
        labels = [Span(shown[k].label, self._label_style(shown[k]), band.slots[k]) for k in keys]
        for number in range(band.lines):
            figure_row = [Span(drawn[k][number], shown[k].style, band.slots[k]) for k in keys]
            rows.append(figure_row)
        notes = [Span(self._note(shown[k], band), self._note_style(shown[k]), band.slots[k]) for k in keys]
        if self._phone:
            below = [figure.notes[0] for figure in shown.values() if figure.notes]
            told = Span(
                self._tell.dot.join([*([doubt] if doubt else []), self._tell.name(one)]),
                "strong",
                self._width,
            )
            under = [[Span(text, "dim", self._width)] for text in (*below, *rest)]
            return [[told], labels, *rows, *under]
        rows = [labels, *rows, notes]
        left = [head, *side]
        return [
            self._padded([Span(*(left[index][:2] if index < len(left) else ("", "")), NAME), *row], room)
            for index, row in enumerate(rows)
        ]

    @staticmethod
    def _padded(spans: Spans, room: int) -> Spans:
        used = sum(span.width for span in spans)
        return [*spans, Span("", "", room - used)] if room > used else spans

    @staticmethod
    def _label_style(figure: Figure) -> str:
        return figure.style if figure.style in ("breached", "at-risk") else "dim"

    @staticmethod
    def _note(figure: Figure, band: Band) -> str:
        """The first note that fits; with a blank after it where none does."""
        room = band.slots[figure.key]
        fitting = (note for note in figure.notes if cell_width(note) < room)
        last = figure.notes[-1] if figure.notes else ""
        return next(fitting, f"{cut(last, room - 2)}…" if last else "")

    def _note_style(self, figure: Figure) -> str:
        return self._label_style(figure) if figure.key in ("share", "free") else "dim"
