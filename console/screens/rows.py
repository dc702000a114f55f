"""The board's rows as the table draws them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from console.domain.lengths import coarse
from console.domain.place import AT_RISK, BREACHED, NONE, PAUSED
from console.screens.clocks import band_at, clock_text, reads_until
from console.screens.words import UNCONFIRMED, Words
from widgets.live_table import Cell, Column, LateRows, Row

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.locale.catalogue import Catalogue
    from console.service.model import QueueRow

LOUD = {BREACHED: "breached", AT_RISK: "at-risk"}
"""The styles of the clock column: nothing else on the board has a colour."""


CLOCK = 7
"""Cells of the clock column: its mark and the longest clock; nothing jumps when one gains a digit."""


def columns(say: Catalogue, *, phone: bool) -> tuple[Column, ...]:
    """The columns. A row reads as a sentence: how late, what, who, whose, why."""

    def title(key: str) -> str:
        return say(f"column.{key}")

    if phone:
        return (
            Column("clock", title("clock"), CLOCK, priority=9),
            Column("what", title("what"), 11, priority=8, min_width=6),
            Column("customer", title("customer"), 11, flex=1, priority=7, min_width=6),
            Column("state", title("state"), 10, priority=4, line=2),
            Column("owner", title("owner"), 12, priority=6, line=2),
            Column("why", title("why"), 16, priority=5, line=2),
        )
    return (
        Column("clock", f"  {title('clock')}", CLOCK, priority=9),
        Column("what", title("what"), 13, priority=8, min_width=11),
        Column("customer", title("customer"), 13, flex=1, priority=7, min_width=11),
        Column("queue", title("queue"), 9, flex=1, priority=2),
        Column("owner", title("owner"), 13, flex=1, priority=6, min_width=10),
        Column("state", title("state"), 12, priority=4, min_width=10),
        Column("why", title("why"), 15, flex=1, priority=5, min_width=11),
        Column("age", title("age"), 4, align="right", priority=1),
    )


class _Kept(NamedTuple):
    """A row in words, and what of: it reads the same from `since` up to, but not including, `until`."""

    row: QueueRow
    gone: bool
    since: Millis
    until: Millis
    painted: Row


class Painter:
    """Makes table rows of board rows, for one set of words.

    `lost` are the sources that are silent. With `short` a promise does not say for when. Most rows say for a
    minute what they said: they are kept, for to put all that is seen into words is a third of a look.
    """

    def __init__(self, words: Words, lost: Collection[str] = (), *, short: bool = False) -> None:
        self._words = words
        self._lost = frozenset(lost)
        self._short = short
        self._kept: dict[str, _Kept] = {}

    def mixed(self, words: Words, lost: Collection[str], *, short: bool) -> Painter:
        """The painter for these: itself while they are its own."""
        if words is self._words and self._lost == frozenset(lost) and short == self._short:
            return self
        return Painter(words, lost, short=short)

    def rows(self, rows: Sequence[QueueRow], now: Millis, gone: Collection[str] = ()) -> LateRows:
        """All of `rows` as they are at `now`, put into words when drawn; those in `gone` are over and only
        keep their place."""
        over = frozenset(gone)
        ids = [row.id for row in rows]
        self._kept = {item: self._kept[item] for item in ids if item in self._kept}
        return LateRows(ids, lambda index: self.row(rows[index], now, gone=rows[index].id in over))

    def row(self, row: QueueRow, now: Millis, *, gone: bool = False) -> Row:
        """One row as it is at `now`."""
        if self._words.shown.covers(row.id):
            return self._painted(row, now, gone=gone)  # for so long as somebody looks
        kept = self._kept.get(row.id)
        if kept and kept.since <= now < kept.until and kept.row == row and kept.gone == gone:
            return kept.painted
        painted = self._painted(row, now, gone=gone)
        self._kept[row.id] = _Kept(row, gone, now, reads_until(row, now), painted)
        return painted

    def _painted(self, row: QueueRow, now: Millis, *, gone: bool) -> Row:
        words, band = self._words, band_at(row, now)
        unconfirmed = row.source in self._lost
        loud = "" if gone else LOUD.get(band, "")
        mark = "" if gone else words.marks.bands.get(UNCONFIRMED if unconfirmed else band, "")
        quiet = "dim" if gone or band in (PAUSED, NONE) else ""
        return Row(
            row.id,
            {
                "clock": Cell(f"{mark:1} {'' if gone else clock_text(row, now):>5}".rstrip(), loud),
                "what": Cell(words.what(row, now)),
                "customer": Cell(words.customer(row)),
                "queue": Cell(row.queue or words.marks.nobody),
                "owner": Cell(words.owner(row), tail=" ?" if row.asked else ""),
                "state": Cell(
                    words.say("queue.over") if gone else words.state(row, unconfirmed=unconfirmed, now=now),
                    tail=" ?" if unconfirmed and not gone else "",
                ),
                "why": Cell(words.why(row, now, short=self._short)),
                "age": Cell(coarse(now - row.opened)),
            },
            quiet,
        )
