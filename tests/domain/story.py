"""Short stories: events by seconds after one moment, and the floor that follows from them in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from console.bootstrap import standard_pack
from console.domain.causes import CONTACTED, MATTER
from console.domain.clock import ClockRow
from console.domain.event import Event
from console.domain.instants import Millis, format_utc, parse_rfc3339
from console.domain.item import Effect, Item
from console.domain.lifecycle import LIVES
from console.domain.pack_file import parse_pack
from console.domain.rules import RuleBook, Rules
from console.domain.site import Site, parse_site
from console.numbers import normalise
from console.service.summary import fold_whole

PACK_TEXT = standard_pack()
PACK = parse_pack(PACK_TEXT)
BOOK = RuleBook([(0, Rules(PACK, Site()))], normalise)

START = parse_rfc3339("2026-03-02T09:00:00+08:00")
"""The moment that stories count from: a Monday, nine in the morning in Shanghai."""

_numbers = count(1)


def at(seconds: float) -> Millis:
    """The moment so many seconds into the story."""
    return START + round(seconds * 1000)


def told(seconds: float) -> str:
    """The same, as events' data has it."""
    return format_utc(at(seconds))


def event(
    seconds: float, type_: str, subject: str, *, source: str = "feed", id_: str = "", **data: Any
) -> Event:
    """One event; `sequence` may be among the data. Ids are counted."""
    number = next(_numbers)
    sequence = data.pop("sequence", number)
    return Event(
        source=source,
        id=id_ or f"e{number}",
        type=type_,
        subject=subject,
        time=at(seconds),
        data=data,
        sequence=sequence,
    )


def hand(seconds: float, type_: str, subject: str, **data: Any) -> Event:
    """What a person did here."""
    return event(seconds, type_, subject, source="console", **({"actor": "wang"} | data))


def story(subject: str, *lines: tuple[float, str] | tuple[float, str, dict[str, Any]]) -> list[Event]:
    """Events of one item: (seconds, verb) or (seconds, verb, data)."""
    kind = subject.partition("/")[0]
    events = []
    for seconds, verb, *rest in lines:
        data: dict[str, Any] = rest[0] if rest else {}
        events.append(event(seconds, verb if "." in verb else f"{kind}.{verb}", subject, **data))
    return events


def site(text: str) -> RuleBook:
    """The standard norms with settings of one's own."""
    return RuleBook([(0, Rules(PACK, parse_site(text)))], normalise)


def floor(events: Iterable[Event], now: Millis, book: RuleBook = BOOK) -> dict[str, Item]:
    """All items as of `now`, with what they cause in each other: no store, nothing incremental."""
    own: dict[str, list[Event]] = {}
    for one in events:
        if one.kind in LIVES:
            own.setdefault(one.subject, []).append(one)
    items: dict[str, Item] = {}
    effects: list[Effect] = []
    while True:  # what an item causes may cause more; it is all worked out anew until nothing changes

        def effects_on(target: str, after: Millis | None, known: list[Effect] = effects) -> list[Effect]:
            return [
                effect
                for effect in known
                if effect.target == target and (after is None or effect.time > after)
            ]

        made = {effect.target for effect in effects if effect.type not in (CONTACTED, MATTER)}
        items = {name: fold_whole(name, own.get(name, []), effects_on, book, now) for name in {*own, *made}}
        found = [effect for item in items.values() for effect in item.effects]
        if sorted(map(repr, found)) == sorted(map(repr, effects)):
            return items
        effects = found


def folded(events: Iterable[Event], subject: str, seconds: float, book: RuleBook = BOOK) -> Item:
    """One item as of so many seconds into the story."""
    return floor(events, at(seconds), book)[subject]


def clocks(item: Item, norm: str) -> list[ClockRow]:
    """The clocks of one norm."""
    return [clock.row() for clock in item.clocks if clock.norm.id == norm]


def clock(item: Item, norm: str) -> ClockRow:
    """The only clock of one norm."""
    (row,) = clocks(item, norm)
    return row


def verdicts(items: Mapping[str, Item], until: Millis) -> set[tuple[str, str, int, Millis]]:
    """(item, norm, period, due) of all that is broken."""
    rows = [clock.row() for item in items.values() for clock in item.clocks]
    return {(row.item, row.norm, row.period, row.due) for row in rows if row.broken(until)}
