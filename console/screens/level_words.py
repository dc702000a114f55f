"""The figures of a service level in words: shares that never hide which side of their target they are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.lengths import seconds
from console.service.model import ServiceLevel

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.screens.words import Words
    from console.service.levels import DayLevels, HalfHour, QueueLevels

FLOOR = "floor"
"""The id of the row of the whole floor; those of queues begin with `queue/`."""


def row_id(queue: str) -> str:
    """The id of a queue's row."""
    return f"queue/{queue}"


def of_row(day: DayLevels, row: str) -> QueueLevels | None:
    """What a row shows; None where its queue has nothing that day."""
    return day.floor if row == FLOOR else day.queues.get(row.partition("/")[2])


def percent(part: float | None, target: float | None, nothing: str, *, least: bool = True) -> str:
    """`86 %`; with a digit more where rounding would put it on the other side of its target, which is the
    `least` that it should be, or the most."""
    if part is None:
        return nothing
    for digits in (0, 1):
        shown = round(part * 100, digits)
        if target is None or _missed(shown, target * 100, least) == _missed(part, target, least):
            break
    return f"{shown:.{digits}f} %"


def _missed(part: float, target: float, least: bool) -> bool:
    return part < target if least else part > target


def under(level: ServiceLevel, queue: QueueLevels) -> bool:
    """Whether fewer were answered in time than are to be."""
    share, limit = level.share, queue.target.share
    return share is not None and limit is not None and _missed(share, limit, least=True)


def over(level: ServiceLevel, queue: QueueLevels) -> bool:
    """Whether more gave up than may."""
    rate, limit = level.abandon_rate, queue.target.abandon
    return rate is not None and limit is not None and _missed(rate, limit, least=False)


@frozen
class LevelWords:
    """Writes one day's figures as of `now`."""

    words: Words
    day: DayLevels
    now: Millis

    def name(self, row: str) -> str:
        """What a row is of."""
        if row == FLOOR:
            return self.words.say("levels.floor")
        return row.partition("/")[2] or self.words.marks.nobody

    def date(self) -> str:
        """Today, or the day by its name and date."""
        if not self.day.back:
            return self.words.say("levels.today")
        when = self.words.times.at(self.day.start)
        weekday = self.words.say(f"weekday.{when.weekday()}")
        return self.words.say("levels.day", weekday=weekday, date=f"{when:%Y-%m-%d}")

    def time(self, half: HalfHour) -> str:
        """When a half hour begins; the second of two that the clock shows alike says so."""
        local = self.words.times.at(half.start)
        text = f"{local:%H:%M}"
        return self.words.say("levels.twice", time=text) if local.fold else text

    def moment(self, moment: Millis) -> str:
        """A moment of the day, `24:00` at its end."""
        return "24:00" if moment == self.day.end else f"{self.words.times.at(moment):%H:%M}"

    def share(self, level: ServiceLevel, queue: QueueLevels) -> str:
        """The share answered in time."""
        return percent(level.share, queue.target.share, self.words.marks.nobody)

    def rate(self, level: ServiceLevel, queue: QueueLevels) -> str:
        """The abandon rate."""
        return percent(level.abandon_rate, queue.target.abandon, self.words.marks.nobody, least=False)

    def speed(self, level: ServiceLevel) -> str:
        """The average speed of answer."""
        return self.words.marks.nobody if level.speed is None else seconds(round(level.speed))

    def longest(self, queue: QueueLevels) -> str:
        """How long the customer has been here who waits longest."""
        since = queue.open.since
        return self.words.marks.nobody if since is None else seconds(self.now - since)

    def shorts(self) -> str:
        """What becomes of those who gave up soon."""
        site = self.day.site
        if not site.short_abandon:
            return self.words.say("levels.no_short")
        key = "levels.short_in" if site.service_level.short_count else "levels.short_out"
        return self.words.say(key, limit=length(site.short_abandon))

    def busy(self, halves: tuple[ServiceLevel, ...]) -> range:
        """The half hours to show, by number: from the first with calls to now, or to the last with some."""
        with_calls = [number for number, level in enumerate(halves) if level != ServiceLevel()]
        if not with_calls:
            return range(0)
        begun = [number for number, half in enumerate(self.day.halves) if half.start <= self.now]
        last = with_calls[-1] if self.day.back or not begun else max(begun[-1], with_calls[-1])
        return range(with_calls[0], last + 1)


def length(length: Millis) -> str:
    """A length as settings write it: `5s`, `800ms`."""
    return f"{length // 1000}s" if length % 1000 == 0 else f"{length}ms"
