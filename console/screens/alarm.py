"""What a console does when something breaks: one bell, one line however much it is,
and one note on the desktop of whoever looks elsewhere."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from console.screens.foot import NOTICE_S
from console.screens.masks import mask_id
from console.screens.shown import Shown
from console.screens.work import start
from console.service.problem import StoreProblem
from widgets.cells import plain

if TYPE_CHECKING:
    from console.domain.alerts import Alert, Burst
    from console.screens.app import RingsApp
    from console.screens.queue import QueueScreen
    from console.screens.words import Words
    from console.service.model import QueueRow

MOST_NORMS = 3
"""So many norms are named in the line; the rest are counted."""


def burst_line(words: Words, burst: Burst, row: QueueRow | None = None) -> str:
    """E.g. "12 alerts: 9x hold 1m, 3x pickup"; of one alone, which norm and item, as its `row` on the board
    says it where it has one."""
    if burst.item:
        item = mask_id(burst.item) if row is None else _item(words, row)
        return words.say("alarm.one", norm=words.short(burst.norms[0][0]), item=item)
    return words.say("alarm.many", n=burst.number, norms=_norms(words, burst))


def _item(words: Words, row: QueueRow) -> str:
    """What to look for on the board, e.g. `call 138****0042 in support`; masked, as others may read it."""
    known = row.name or row.customer or row.kind == "handover"
    phrase = replace(words, shown=Shown()).phrase(row) if known else mask_id(row.id)
    return words.say("alarm.in_queue", item=phrase, queue=plain(row.queue)) if row.queue else phrase


def older_line(words: Words, burst: Burst) -> str:
    """E.g. "and 3975 more from before: 3900x callback, 75x reply"."""
    return words.say("alarm.older", n=burst.number, norms=_norms(words, burst))


def _norms(words: Words, burst: Burst) -> str:
    told = [
        words.say("alarm.of_norm", n=number, norm=words.short(norm))
        for norm, number in burst.norms[:MOST_NORMS]
    ]
    rest = sum(number for _, number in burst.norms[MOST_NORMS:])
    if rest:
        told.append(words.say("alarm.others", n=rest))
    return words.say("alarm.comma").join(told)


class Alarm:
    """Looks for alerts once a second on behalf of the queue screen, whatever screen is in front of it."""

    def __init__(self, screen: QueueScreen) -> None:
        self._screen = screen
        self._busy = False
        self._untold: list[Alert] = []
        self._older: Burst | None = None
        self._rang = -NOTICE_S

    def beat(self) -> None:
        """Look, unless the last look still goes on."""
        if not self._busy:
            self._busy = True
            start(self._screen, self._look, group="alarm")

    async def _look(self) -> None:
        screen = self._screen
        try:
            sounded = await screen.desk.sound()
        except StoreProblem:
            return  # the pulse meets it too, and says so
        finally:
            self._busy = False
        from console.domain.alerts import folded  # loaded by the sounding

        # A burst may take several looks: one bell for as long as a line stands.
        if sounded.here and time.monotonic() - self._rang >= NOTICE_S:
            self._rang = time.monotonic()
            screen.app.bell()
            cast("RingsApp", screen.app).beckon(await self._line(folded(sounded.here)))
        self._untold += sounded.here or sounded.elsewhere
        self._older = sounded.older or self._older
        # The answer to a key is not written over: what breaks meanwhile is told with what comes next.
        if self._untold and not screen.edges.telling:
            untold, self._untold = self._untold, []
            line = await self._line(folded(untold))
            screen.tell(screen.words.say("alarm.behind", line=line) if sounded.behind else line, loud=True)
        elif self._older and not screen.edges.telling:
            screen.tell(older_line(screen.words, self._older), loud=True)
            self._older = None

    async def _line(self, burst: Burst) -> str:
        """The line on a burst; what stands alone is named as the board names it."""
        row = None
        if burst.item:
            with contextlib.suppress(StoreProblem):
                row = (await self._screen.desk.rows([burst.item])).get(burst.item)
        return burst_line(self._screen.words, burst, row)
