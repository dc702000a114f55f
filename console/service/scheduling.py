"""Making what time alone calls for: once, whoever ticks first, the daemon or a console."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

from console.domain.event import OURS, Event
from console.domain.instants import DAY, Millis, format_utc
from console.domain.lifecycle import OFF_BOARD
from console.domain.query import Query
from console.domain.schedule import Occasion, occasions, soonest
from console.service.ledger import refold
from console.service.sampling import draw_for

if TYPE_CHECKING:
    from console.domain.rules import RuleBook
    from console.service.ports import Reader, Writer

_MARK = "schedule"
"""The store's note of the moment up to which all was made."""

_SALT = "draw"
"""The store's note of what is drawn with besides the occasion's name, which everybody knows."""

LATE: Millis = DAY
"""What was called for longer ago than this, while nobody looked, is not made any more."""

_LEFT = 1000
"""So many of a kind that nobody has done are looked through, at most."""

_OPEN_FOR: Millis = 7 * DAY
"""A clock that broke longer ago than this is not what a shift leaves behind: it was handed on long since."""


class Scheduler:
    """Knows when to look next; a look before that costs one read of the store's notes."""

    def __init__(self) -> None:
        self._book: RuleBook | None = None
        self._next: Millis = 0

    def wants(self, reader: Reader, now: Millis) -> bool:
        """Whether something may have to be made at `now`."""
        book = reader.rulebook()
        if book is self._book and now < self._next:
            return False
        mark = _mark(reader)
        if mark is None or _called_for(reader, mark, now):
            return True
        self._plan(reader, now)
        return False

    def make(self, writer: Writer, now: Millis) -> int:
        """Make what was called for since anybody last did; answers how much that was.

        A store that nobody ever ticked has missed nothing.
        """
        mark = _mark(writer)
        if not writer.meta(_SALT):
            writer.put_meta(_SALT, token_hex(8))
        made = 0
        for occasion in () if mark is None else _called_for(writer, mark, now):
            if occasion.norm.task is not None and occasion.norm.task.share is not None:
                made += draw_for(writer, occasion, now)
                continue
            _settle(writer, occasion, now)
            if not _due(writer, occasion):
                continue
            event = _event(writer.rulebook(), occasion)
            if writer.add_event(event, now) == "new":
                refold(writer, [event.subject], writer.rulebook(), max(now, event.time))
                made += 1
        writer.put_meta(_MARK, str(max(now, mark or now)))
        self._plan(writer, now)
        return made

    def _plan(self, reader: Reader, now: Millis) -> None:
        book = reader.rulebook()
        rules = book.at(now)
        self._book, self._next = book, soonest(rules.pack.scheduled, rules.site, now, reader.meta(_SALT))


def _mark(reader: Reader) -> Millis | None:
    text = reader.meta(_MARK)
    return int(text) if text else None


def _called_for(reader: Reader, mark: Millis, now: Millis) -> list[Occasion]:
    """By the rules of `now`, as far as they were in force at the moment itself."""
    book = reader.rulebook()
    rules = book.at(now)
    found = occasions(rules.pack.scheduled, rules.site, max(mark, now - LATE), now, reader.meta(_SALT))
    return [occasion for occasion in found if occasion.norm.id in book.at(occasion.moment).pack.by_id]


def _settle(writer: Writer, occasion: Occasion, now: Millis) -> None:
    """End what the norm made there before and nobody has done, where it says by which event."""
    task = occasion.norm.task
    if task is None or not task.settle:
        return
    kind, place = occasion.item.partition("/")[0], occasion.place
    rows = writer.window(Query(terms=(("kind", kind, True),)), _LEFT, None, None).rows
    for row in rows:
        ours = row.reason == occasion.norm.id and (not place or row.id.endswith(f"/{place}"))
        if not ours or row.opened >= occasion.moment or row.id == occasion.item:
            continue
        event = Event(
            source=OURS,
            id=f"{occasion.name}:{row.id}",
            type=task.settle,
            subject=row.id,
            time=max(occasion.moment, row.last + 1),
            data={"period": occasion.period.name},
        )
        writer.add_event(event, now)
        refold(writer, [row.id], writer.rulebook(), max(now, event.time))


def _due(reader: Reader, occasion: Occasion) -> bool:
    schedule = occasion.norm.schedule
    return schedule is None or schedule.only != "breached" or bool(open_breaches(reader, occasion.moment))


def open_breaches(reader: Reader, moment: Millis) -> set[str]:
    """Items of which something was broken and not over at `moment`, as far as is known: a clock that ran
    past its due, or what broke at an event and nobody acknowledged."""
    found = set()
    for clock in reader.broken_clocks(moment - _OPEN_FOR, moment, ()):
        if clock.item in found or clock.item.partition("/")[0] in OFF_BOARD:
            continue
        if clock.broken_at_event:
            row = reader.item(clock.item)
            if row is not None and row.open and clock.name not in row.acknowledged:
                found.add(clock.item)
        elif clock.stopped is None or clock.stopped > moment:
            found.add(clock.item)
    return found


def _event(book: RuleBook, occasion: Occasion) -> Event:
    site, norm, task = book.at(occasion.moment).site, occasion.norm, occasion.norm.task
    assert task is not None
    assert norm.schedule is not None
    data: dict[str, Any] = {"reason": norm.id, "period": occasion.period.name}
    place = occasion.place
    if norm.schedule.each == "upkeep":
        data["note"], _, place = place.partition("/")
        if place:
            data |= {"area": place, "queue": place}
    elif norm.schedule.each and place:
        data[norm.schedule.each] = place
    if occasion.seed:
        data["seed"] = occasion.seed  # all that the draw hangs on: whoever doubts it can draw again
    if occasion.due is not None:
        data["due"] = format_utc(occasion.due)
    if task.owner and (manager := site.managers.get(place)):
        data["agent"] = site.agent(manager)
    return Event(
        source=OURS,
        id=occasion.name,
        type=task.make,
        subject=occasion.item,
        time=occasion.moment,
        data=data,
    )
