"""The sum of a clock that runs on business hours, as one would do it on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.hours import ALWAYS
from console.domain.norm import may_beat
from console.domain.running import calendar_of

if TYPE_CHECKING:
    from console.domain.calendar import Calendar, Left
    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.domain.norm import Norm
    from console.domain.rules import RuleBook, Rules


@frozen
class Reckoning:
    """started + `limit` + the `pauses` + `left_out` = due.

    `limit` and `pauses` are business time, `left_out` the hours of `calendar` that are none, `days` the days
    among them that a holiday or a day off took out of the week. `known`: the holidays of all those days are
    known; else some were counted by the week alone, and due may come out later one day.
    """

    calendar: Calendar
    limit: Millis
    pauses: tuple[Millis, ...]
    left_out: Millis
    left: Millis
    days: tuple[Left, ...]
    known: bool

    def told(self) -> list[str]:
        """The days off, with those of one holiday together: `2026-10-01..2026-10-07 国庆节`."""
        found: list[tuple[Left, Left]] = []
        for one in self.days:
            if found and found[-1][1].name == one.name and not self._worked(found[-1][1].day, one.day):
                found[-1] = (found[-1][0], one)
            else:
                found.append((one, one))
        return [
            f"{first.day}{f'..{last.day}' if last != first else ''} {first.name}".rstrip()
            for first, last in found
        ]

    def _worked(self, first: date, last: date) -> bool:
        """Whether somebody works between two days."""
        between = (first + timedelta(days) for days in range(1, (last - first).days))
        return any(self.calendar.week[day.weekday()] for day in between)


def reckon(clock: ClockRow, calendar: Calendar) -> Reckoning:
    """The sum of a clock that runs on `calendar`. `left` is what was left when it came to stand still."""
    pauses = tuple(calendar.between(start, end) for start, end in clock.pauses)
    worked = calendar.between(clock.started, clock.due)
    return Reckoning(
        calendar=calendar,
        limit=max(0, worked - sum(pauses)),
        pauses=pauses,
        left_out=max(0, clock.due - clock.started - worked),
        left=calendar.between(clock.paused, clock.due) if clock.paused is not None else 0,
        days=tuple(calendar.left_out(clock.started, clock.due)),
        known=calendar.knows(clock.started, clock.due),
    )


def reckonings(clocks: Iterable[ClockRow], book: RuleBook) -> dict[str, Reckoning]:
    """The sums, by the names of the clocks, of those that run on business hours."""
    found = {}
    for clock in clocks:
        rules = book.at(clock.started)
        norm = rules.pack.by_id.get(clock.norm)
        calendar = calendar_of(norm, rules.site) if norm and norm.timing else None
        if calendar is not None and clock.rule in ("most", "least"):
            found[clock.name] = reckon(clock, calendar)
    return found


def _has_length(norm: Norm) -> bool:
    task = norm.task
    if task is None or task.share is not None:
        return norm.timing is not None
    return bool(task.delay or task.due or norm.schedule)


def _counts(norm: Norm) -> bool:
    """Whether a number can be its limit; a count without a check is one that the console keeps itself."""
    return bool(norm.schedule) or (norm.check.measure != "" if norm.check else norm.form == "count")


def misfits(rules: Rules) -> Iterator[str]:
    """What norms and settings say of each other's limits and hours that can't be so: a line each."""
    pack, site = rules.pack, rules.site
    for norm in pack.norms:
        if norm.id in site.limits and not _has_length(norm):
            yield f"limits.{norm.id}: this norm has no length that could be another one here"
        if norm.id in site.numbers and not _counts(norm):
            yield f"limits.{norm.id}: this norm counts nothing; a length is written as '45s'"
        wants_share = norm.task is not None and norm.task.share is not None
        if wants_share and not 0 <= site.numbers.get(norm.id, 0) <= 1:
            yield f"limits.{norm.id}: a part of the whole from 0 to 1, e.g. 0.3"
        if norm.calendar not in ("", ALWAYS, *site.calendars) and norm.id not in site.hours:
            yield f"the norm {norm.id!r} runs on {norm.calendar!r}, a calendar that the settings don't have"
    beats = {norm.id for norm in pack.norms if norm.timing is not None and norm.timing.rule == "every"}
    for name, limit in site.limits.items():
        if name in beats and not may_beat(limit):
            yield f"limits.{name}: a beat has a fixed length of a second or more, e.g. '30s'"
    for name, calendar in site.hours.items():
        named = pack.by_id.get(name)
        if named is None or calendar == ALWAYS:
            continue
        if name in beats or not (named.timing or named.task):
            yield f"hours.{name}: this norm has no length that could run in business time"
