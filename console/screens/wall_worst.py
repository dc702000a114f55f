"""What is worst, as a wall tells it: in large where there is room; what finds none is told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from console.domain.place import BREACHED, NONE, PAUSED
from console.screens.clocks import band_at, clock_text
from console.screens.layout import PHONE, WIDE
from console.screens.wall_figures import LOUD, Teller
from console.screens.words import UNCONFIRMED
from widgets.big import height, width, within
from widgets.pane import Line, Span, line

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.screens.words import Words
    from console.service.model import QueueRow
    from console.service.wall import Figures

TALL = 4
"""Where so many of what is worst find room, each is told in three lines, with its clock in large figures."""

CLOCK = 9
"""Cells of a mark and a clock."""

Spans = list[Span]


def side_by_side(blocks: Sequence[Sequence[Spans]], across: int, *, blank: bool) -> Iterator[Line]:
    """Blocks of lines, so many beside one another, with a `blank` line after each row of them."""
    for start in range(0, len(blocks), across):
        for spans in zip_longest(*blocks[start : start + across]):
            yield Line(tuple(span for row in spans for span in row or ()))
        if blank:
            yield line()


class Worst:
    """Writes rows of the board as they are at `now`, `across` beside one another where they are large."""

    def __init__(
        self, words: Words, tell: Teller, now: Millis, width: int, across: int, *, plain: bool
    ) -> None:
        self._words, self._tell, self._now = words, tell, now
        self._width, self._across = width, across
        self._plain = plain
        self._phone = width < PHONE

    def nothing_late(self, top: Figures) -> Line | None:
        """That nothing is late, as far as anybody knows; None where something is."""
        if top.breached:
            return None
        say = self._words.say
        if names := self._tell.silent(top):
            return self._line(say("wall.nothing_known", names=" ".join(names)), "at-risk")
        return self._line(say("head.nothing_late" if top.open else "wall.quiet"), "dim")

    def lines(self, rows: Sequence[QueueRow], room: int, breached: int) -> Iterator[Line]:
        """The first of `rows` in so many lines; the last says so where more of the `breached` find none."""
        rows = [row for row in rows if band_at(row, self._now) not in (PAUSED, NONE)]
        lines, across = height(ascii_marks=self._plain) + 1, self._across
        tall = not self._phone and (room + 1) // lines * across >= TALL
        if not tall:
            lines, across = 2 if self._phone else 1, 1
        fit = max(0, room + tall) // lines * across
        more = any(band_at(row, self._now) == BREACHED for row in rows[fit:])
        if more and room - fit // across * lines < 1:
            fit -= across
        tell = self._phone_row if self._phone else self._large_row if tall else self._row
        yield from side_by_side([tell(row) for row in rows[: max(0, fit)]], across, blank=tall)
        if more:
            mark = self._words.marks.bands[BREACHED]
            yield self._line(self._words.say("wall.more", mark=mark, n=breached), "breached")

    def _line(self, text: str, style: str) -> Line:
        return Line((Span(text, style, self._width),))

    def _mark(self, row: QueueRow) -> str:
        band = UNCONFIRMED if self._tell.unconfirmed(row) else band_at(row, self._now)
        return self._words.marks.bands.get(band, "")

    def _loud(self, row: QueueRow) -> tuple[str, str]:
        """The styles of its clock, and of what it is."""
        band = band_at(row, self._now)
        return LOUD.get(band, ""), "strong" if band == BREACHED else ""

    def _state(self, row: QueueRow) -> str:
        return self._words.state(row, unconfirmed=self._tell.unconfirmed(row), now=self._now)

    def _why(self, row: QueueRow) -> str:
        return self._words.why(row, self._now, short=self._width < WIDE)

    def _phone_row(self, row: QueueRow) -> list[Spans]:
        words, (loud, strong) = self._words, self._loud(row)
        clock = f"{self._mark(row):1} {clock_text(row, self._now):>5} "
        below = self._tell.dot.join((self._state(row), words.owner(row), self._why(row)))
        return [
            [
                Span(clock, loud, CLOCK),
                Span(words.what(row, self._now), strong, 12),
                Span(words.customer(row), strong, self._width - CLOCK - 12),
            ],
            [Span("", "", CLOCK), Span(below, "dim", self._width - CLOCK)],
        ]

    def _row(self, row: QueueRow) -> list[Spans]:
        words, (loud, strong) = self._words, self._loud(row)
        cells = (12, 13, 9, 11, 10) if self._width < WIDE else (16, 20, 14, 18, 16)
        queue = row.queue or words.marks.nobody
        texts = (words.what(row, self._now), words.customer(row), queue, words.owner(row), self._state(row))
        spans = [Span(f"{self._mark(row):1} {clock_text(row, self._now):>5}", loud, CLOCK)]
        for number, (text, size) in enumerate(zip(texts, cells, strict=True)):
            spans.append(Span(f"{text} ", strong if number < 2 else "", size))
        return [[*spans, Span(self._why(row), strong, max(1, self._width - CLOCK - sum(cells)))]]

    def _large_row(self, row: QueueRow) -> list[Spans]:
        words, (loud, _), dot = self._words, self._loud(row), self._tell.dot
        size = width("+9:59") + 3
        style, room = loud or "dim", self._width // self._across - size - 3
        told = [
            (f"{words.what(row, self._now)}  {words.customer(row)}", "strong"),
            (dot.join((self._why(row), self._state(row))), ""),
            (dot.join((words.owner(row), row.queue or words.marks.nobody)), "dim"),
        ]
        clock = within(clock_text(row, self._now), size, ascii_marks=self._plain)
        return [
            [
                Span("" if number else self._mark(row), style, 2),
                Span(figure, style, size),
                Span(*(told[number] if number < len(told) else ("", "")), room),
                Span("", "", 1),
            ]
            for number, figure in enumerate(clock)
        ]
