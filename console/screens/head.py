"""The head of the queue screen: whose floor, whether it can be trusted, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.lengths import lag
from console.domain.lifecycle import BOARD_KINDS
from console.domain.place import AT_RISK, BREACHED
from console.domain.roles import Roles
from console.service.names import Names
from widgets.bars import Part

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.screens.floor import Floor
    from console.screens.words import Words
    from console.service.model import FeedState

Parts = tuple[list[Part], list[Part]]
"""What stands at the left of a line, and at its right."""


@frozen
class Head:
    """Writes the head's lines. `stale` is why the numbers are old, as a catalogue key."""

    words: Words
    floor: Floor
    actor: str
    badge: str = ""
    read_only: bool = False
    stale: str = ""

    def first(self, now: Millis) -> Parts:
        """Whose floor, which badges, how the feeds are, what time it is."""
        say, times, names = self.words.say, self.words.times, self.words.names
        left = [
            Part(say("head.product"), "strong", 2),
            *self._badges(),
            *self._untold(),
            Part("" if names.site == Names().site else names.site, "", 3),  # else the product's name, twice
        ]
        when = times.at(now)
        clock = f"{say(f'weekday.{when.weekday()}')} {when:%H:%M:%S} {times.zone_mark(now)}".rstrip()
        return left, [*(self._feed(feed, now) for feed in self.floor.feeds), Part(clock, "", 8)]

    def second(self, now: Millis, *, short: bool) -> Parts:
        """How many are late, open, of which kind, how calls are answered, and who is sitting here."""
        say, counts, marks = self.words.say, self.floor.counts, self.words.marks.bands
        late = f"{marks[BREACHED]} {counts.breached}"
        risk = f"{marks[AT_RISK]} {counts.at_risk}"
        if not short:
            late, risk = say("head.breached", mark=late), say("head.at_risk", mark=risk)
        left = [Part(late, "breached", 9) if counts.breached else Part(say("head.nothing_late"), "", 9)]
        if counts.breached or counts.at_risk:
            left.append(Part(risk, "at-risk" if counts.at_risk else "dim", 8))
        left.append(Part(say("head.open", n=counts.open), "", 7))
        kinds = [
            f"{say(f'kinds.{kind}')} {counts.kinds[kind]}" for kind in BOARD_KINDS if counts.kinds.get(kind)
        ]
        left.append(Part((" " if short else f" {self._dot} ").join(kinds), "dim", 2))
        if self.floor.service is not None:
            left.append(Part(say("head.service", share=round(self.floor.service * 100)), "dim", 3))
        return [*self._old(now), *left], [Part(self._who(), "dim", 5)]

    def phone(self, now: Millis) -> Parts:
        """All of it in one line of forty cells: what is late, what can't be trusted, the time."""
        counts, marks = self.floor.counts, self.words.marks.bands
        left = [
            Part(f"{marks[BREACHED]}{counts.breached}", "breached" if counts.breached else "dim", 9),
            Part(f"{marks[AT_RISK]}{counts.at_risk}", "at-risk" if counts.at_risk else "dim", 8),
            Part(str(counts.open), "", 6),
        ]
        lost = [self._feed(feed, now) for feed in self.floor.feeds if feed.lost]
        clock = self.words.times.at(now).strftime("%H:%M")
        return [*self._old(now), *self._badges(), *self._untold(), *left], [*lost, Part(clock, "", 5)]

    def _badges(self) -> list[Part]:
        badges = [Part(self.badge, "at-risk", 9)] if self.badge else []
        return [*badges, Part(self.words.say("head.read_only"), "at-risk", 9)] if self.read_only else badges

    def _untold(self) -> list[Part]:
        """Messages that nobody may have got: whoever sits here may be the only one to know."""
        number = self.floor.counts.untold
        return [Part(self.words.say("head.untold", n=number), "at-risk", 9)] if number else []

    def _old(self, now: Millis) -> list[Part]:
        if not self.stale:
            return []
        since = self.words.times.second(self.floor.at, now)
        return [Part(self.words.say("head.as_of", time=since, why=self.words.say(self.stale)), "at-risk", 10)]

    def _feed(self, feed: FeedState, now: Millis) -> Part:
        mark = "~" if feed.lost else self.words.marks.alive
        return Part(
            f"{feed.name} {mark} {lag(feed.lag(now))}",
            "at-risk" if feed.lost else "dim",
            6 if feed.lost else 4,
            mark if feed.lost else "",
        )

    def _who(self) -> str:
        """Who sits here; and as what, where the settings tell people apart."""
        names, who = self.words.names, self.words.person(self.actor)
        if names.roles == Roles():
            return who
        return f"{who} {self._dot} {self.words.say.word('role', names.role(self.actor))}"

    @property
    def _dot(self) -> str:
        return self.words.marks.bands[2]
