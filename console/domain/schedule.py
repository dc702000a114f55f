"""Tasks that time alone calls for: every shift, day, week, month, quarter or year, for the floor, each area,
each queue or each kind of equipment.

Pure: the same settings give the same occasions to whoever asks, each with a name of its own, so that
several consoles and the daemon make what is due once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from console.domain.frozen import frozen
from console.domain.instants import DAY, Millis
from console.domain.localtime import local_day, local_moment

if TYPE_CHECKING:
    from console.domain.calendar import Calendar
    from console.domain.norm import Norm
    from console.domain.site import Site
    from console.domain.span import Span
    from console.domain.tables import Table

Every = Literal["shift", "day", "week", "month", "quarter", "year"]
At = Literal["start", "end", "random"]
Each = Literal["", "area", "queue", "upkeep"]

EVERY: tuple[Every, ...] = ("shift", "day", "week", "month", "quarter", "year")
AT: tuple[At, ...] = ("start", "end", "random")
EACH: tuple[Each, ...] = ("", "area", "queue", "upkeep")
ONLY = ("", "breached")

KEYS = frozenset({"every", "at", "each", "times", "only"})
"""The keys of a norm that make its schedule."""

HORIZON: Millis = 9 * DAY
"""So far ahead is looked for what comes next."""

_BACK_DAYS = {"shift": 2, "day": 2, "week": 8, "month": 32, "quarter": 93, "year": 367}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MOST_TIMES = 50


@frozen
class Schedule:
    """When a task is called for: at the start or the end of `every` shift, day, week … year of the site's
    calendar, or at a moment within it that is drawn; so many `times` in each (drawn, they are apart by
    chance alone), for `each` area or queue that the settings name, or for what they have looked at regularly
    ("upkeep"), which says how often itself. `only` "breached": only where something
    is broken and open at that moment.
    """

    every: Every
    at: At = "start"
    each: Each = ""
    times: int = 1
    only: str = ""


class Period(NamedTuple):
    """One shift, day … or year. What is due counts from `due_from`: for a shift's end from when the next
    one begins."""

    name: str
    start: Millis
    end: Millis
    due_from: Millis


class Occasion(NamedTuple):
    """One time that a norm's task is called for. `name` is the same for everybody for ever; `item` is what is
    made, `due` until when it is to be done (None: the norm of what is made says so). `seed` is what the
    moment was drawn by, empty where it was not."""

    norm: Norm
    name: str
    moment: Millis
    period: Period
    place: str
    item: str
    due: Millis | None
    seed: str


def parse_schedule(table: Table, *, drawn: bool = False) -> Schedule | None:
    """The schedule that a norm's table holds; problems go to the table. `drawn`: `on` says of what."""
    if "every" not in table.entry:
        for key in sorted(KEYS & table.entry.keys()):
            table.complain(key, f"{key} goes with 'every'")
        return None
    if "on" in table.entry and not drawn:
        table.complain("every", "a task is called for by 'every' or 'on', not by both")
    return Schedule(
        every=cast(Every, table.one_of("every", EVERY, "day")),
        at=cast(At, table.one_of("at", AT, "start")),
        each=cast(Each, table.one_of("each", EACH, "")),
        times=table.number("times", 1, 1, _MOST_TIMES),
        only=table.one_of("only", ONLY, ""),
    )


def occasions(
    norms: Iterable[Norm], site: Site, after: Millis, until: Millis, salt: str = ""
) -> list[Occasion]:
    """What is called for later than `after`, by `until`; in that order. Without the `salt` nobody can tell
    beforehand what will be drawn."""
    found = [
        occasion
        for norm in norms
        if norm.schedule is not None and norm.task is not None
        for schedule, places in _planned(norm.schedule, site)
        for occasion in _of(norm, schedule, places, site, after, until, salt)
    ]
    return sorted(found, key=lambda occasion: (occasion.moment, occasion.name))


def soonest(norms: Iterable[Norm], site: Site, after: Millis, salt: str = "") -> Millis:
    """When to look again: at the next occasion later than `after`, at the latest after HORIZON."""
    found = occasions(norms, site, after, after + HORIZON, salt)
    return found[0].moment if found else after + HORIZON


def _planned(schedule: Schedule, site: Site) -> Iterator[tuple[Schedule, tuple[str, ...]]]:
    """How often, and for which places: each kind of equipment has its own period, and without any there is
    nothing to look at."""
    if schedule.each == "upkeep":
        for upkeep in site.upkeep:
            yield replace(schedule, every=cast(Every, upkeep.every)), upkeep.places
    else:
        yield schedule, {"": (), "area": site.areas, "queue": site.queues}[schedule.each] or ("",)


def _of(
    norm: Norm,
    schedule: Schedule,
    places: Iterable[str],
    site: Site,
    after: Millis,
    until: Millis,
    salt: str,
) -> Iterator[Occasion]:
    task = norm.task
    assert task is not None
    calendar = site.calendar(norm.id, norm.calendar)
    times = int(site.numbers.get(norm.id, schedule.times)) if task.share is None else 1
    delay = task.delay.millis or 0 if task.delay else 0
    # Business time may take its time.
    back = _BACK_DAYS[schedule.every] + 7 * (delay // DAY + 1) * bool(delay)
    for period in _periods(schedule, site, after - back * DAY, until):
        for place in places:
            for number in range(1, min(times, _MOST_TIMES) + 1):
                name = _name(norm, period, place, number)
                seed = seed_of(salt, name) if schedule.at == "random" else ""
                moment = _moment(schedule, period, seed, calendar)
                if task.delay:
                    moment = _end(task.delay, moment, site, calendar) or moment
                if after < moment <= until:
                    due = site.limits.get(norm.id, task.due)
                    since = max(moment, period.due_from)
                    yield Occasion(
                        norm=norm,
                        name=name,
                        moment=moment,
                        period=period,
                        place=place,
                        item=_item(task.item, period, place, number),
                        due=_end(due, since, site, calendar) if due else None,
                        seed=seed,
                    )


def _name(norm: Norm, period: Period, place: str, number: int) -> str:
    more = f"@{place}" if place else ""
    return f"{norm.id}:{period.name}{more}" + (f"#{number}" if number > 1 else "")


def _item(template: str, period: Period, place: str, number: int) -> str:
    """Where what is made stands. Several of one period are told apart, whether the pack does or not."""
    if place and "{place}" not in template:
        template += "/{place}"
    if number > 1 and "{number}" not in template:
        template += "/{number}"
    for word, value in (("period", period.name), ("place", place), ("number", str(number))):
        template = template.replace(f"{{{word}}}", value)
    return template.rstrip("/")


def _moment(schedule: Schedule, period: Period, seed: str, calendar: Calendar | None) -> Millis:
    if schedule.at == "end":
        return period.end
    first = period.start if calendar is None else calendar.next_opening(period.start)
    if schedule.at == "start":
        return first
    part = drawn(seed)
    if calendar is None:
        return period.start + int(part * (period.end - period.start))
    open_time = calendar.between(period.start, period.end)
    return calendar.add(period.start, int(part * open_time) + 1) - 1 if open_time else first


def seed_of(salt: str, name: str) -> str:
    """What the draw called `name` hangs on. It may be told: nobody gets from it to the salt or others."""
    return blake2b(f"{salt}:{name}".encode(), digest_size=8).hexdigest()


def drawn(seed: str) -> float:
    """What is drawn by a seed, from 0 until before 1: by chance, and the same chance for everybody."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=6).digest()) / 2**48


def _end(span: Span, start: Millis, site: Site, calendar: Calendar | None) -> Millis | None:
    return span.end(start, ring_cycle=site.ring_cycle, zone=site.tzinfo, given={}, calendar=calendar)


def _periods(schedule: Schedule, site: Site, since: Millis, until: Millis) -> Iterator[Period]:
    if schedule.every == "shift":
        shifts = site.shifts
        for shift in shifts.between(since, until):
            taker = shifts.after(shift) if schedule.at == "end" else None
            yield Period(shift.id, shift.start, shift.end, taker.start if taker else shift.start)
        return
    zone = site.tzinfo
    day = _first_day(schedule.every, local_day(since, zone))
    while (start := local_moment(day, 0, zone)) <= until:
        after = _next_day(schedule.every, day)
        yield Period(_called(schedule.every, day), start, local_moment(after, 0, zone), start)
        day = after


def _first_day(every: Every, day: date) -> date:
    if every == "week":
        return day - timedelta(day.weekday())
    months = _MONTHS.get(every)
    return day.replace(month=(day.month - 1) // months * months + 1, day=1) if months else day


def _next_day(every: Every, day: date) -> date:
    for _ in range(_MONTHS.get(every, 0)):
        day = (day + timedelta(31)).replace(day=1)
    if every in _MONTHS:
        return day
    return day + timedelta(7 if every == "week" else 1)


def _called(every: Every, day: date) -> str:
    if every == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    if every == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return day.isoformat()[: {"year": 4, "month": 7}.get(every, 10)]
