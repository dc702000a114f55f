"""What a console does when something breaks: one bell, one line however much it is,
and one note on the desktop of whoever looks elsewhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from console.screens.foot import NOTICE_S
from console.screens.masks import mask_id
from console.screens.work import start
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.domain.alerts import Alert, Burst
    from console.screens.app import RingsApp
    from console.screens.queue import QueueScreen
    from console.screens.words import Words

MOST_NORMS = 3
"""So many norms are named in the line; the rest are counted."""


def burst_line(words: Words, burst: Burst) -> str:
    """E.g. "12 alerts: 9x hold 1m, 3x pickup"; of one alone, which norm and item."""
    if burst.item:
        return words.say("alarm.one", norm=words.short(burst.norms[0][0]), item=mask_id(burst.item))
    return words.say("alarm.many", n=burst.number, norms=_norms(words, burst))


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
            cast("RingsApp", screen.app).beckon(burst_line(screen.words, folded(sounded.here)))
        self._untold += sounded.here or sounded.elsewhere
        self._older = sounded.older or self._older
        # The answer to a key is not written over: what breaks meanwhile is told with what comes next.
        if self._untold and not screen.edges.telling:
            line = burst_line(screen.words, folded(self._untold))
            screen.tell(screen.words.say("alarm.behind", line=line) if sounded.behind else line, loud=True)
            self._untold.clear()
        elif self._older and not screen.edges.telling:
            screen.tell(older_line(screen.words, self._older), loud=True)
            self._older = None
