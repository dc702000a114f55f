"""An item as it was at an earlier moment: where it stood, the sums of its clocks, what had happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.domain.lengths import lag
from console.screens import explain, timeline
from widgets.pane import Line, heading, line

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.screens.words import Words
    from console.service.model import ItemView


def lines(words: Words, view: ItemView | None, at: Millis) -> Iterator[Line]:
    """All of it as of `at`; None: it was not there yet."""
    say = words.say
    if view is None:
        yield line(say("rewind.not_there"), "dim")
        return
    row = view.row
    state = f"{words.state(row)} {lag(at - row.since)}  {words.owner(row)}"
    yield line(f"{state}  {row.queue or words.marks.nobody}")
    yield line()
    yield heading(say("rewind.sums"))
    yield from explain.lines(words, view, at)
    yield line()
    yield heading(say("rewind.history"))
    yield from timeline.lines(words, view.timeline, at, {}, row.customer)
