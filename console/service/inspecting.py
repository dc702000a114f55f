"""Going through checklists: which there are for which place, item or person and how old their last check is,
and what comes of one: an inspection on record, its findings as open tasks with an owner, a round made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from console.domain.checklists import ROUND, TOLD, Checklist
from console.domain.command import Refusal
from console.domain.event import OURS, Event
from console.domain.frozen import frozen
from console.domain.instants import DAY, Millis, format_utc
from console.service.ledger import refold
from console.service.model import Done
from console.service.revealed import REVEALS
from console.service.summary import load

if TYPE_CHECKING:
    from console.domain.rules import Rules
    from console.service.ports import Reader, Writer

WHOLE = "all"
"""The place of what is about the whole floor: its item is `floor/all`."""

OK, NOT_OK, NOT_HERE = "ok", "not", "na"
"""What was seen of one thing: it is well, it is not, it is no matter here."""

_MOST_PLACES = 500
_MOST_ROUNDS = 100
_MOST_ITEMS = 500

_LATELY: Millis = 90 * DAY
"""So far back it is looked for when a person was inspected last: all day their telephone tells of them."""

_FAILED = {"floor.inspected": "found"}
"""The field with what was not well; of all but places it is `failed`."""


@frozen
class Finding:
    """What was not well, whose it is to correct, and until when (None: by the norm)."""

    item: str
    text: str
    owner: str
    due: Millis | None = None


@frozen
class Inspection:
    """One checklist gone through. `id` names it once and for ever. `place` is an area, WHOLE, or the id of an
    item. `marks` are OK, NOT_OK or NOT_HERE by item; each that is NOT_OK has its finding."""

    id: str
    checklist: str
    place: str
    marks: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


@frozen
class Seen:
    """The last that was seen of one thing on a list."""

    mark: str
    time: Millis


@frozen
class CheckState:
    """A list at a place. `last` is when it was gone through, None where it never was, or not `since` a
    moment before which nobody looked; `by` whom, with so many findings; `open` of all its findings are not
    corrected. `seen` is by item. `called` are the open rounds that it would settle, the soonest due first;
    `guests` how many of what it is offered for are there."""

    checklist: Checklist
    place: str
    owner: str = ""
    last: Millis | None = None
    by: str = ""
    found: int = 0
    open: int = 0
    seen: Mapping[str, Seen] = field(default_factory=dict)
    called: tuple[tuple[str, Millis | None], ...] = ()
    guests: int = 0
    since: Millis | None = None


def checks(reader: Reader, now: Millis, item: str = "") -> tuple[CheckState, ...]:
    """Every list that is for `item`, then every list for every place it is for, those that are called for now
    first."""
    rules = reader.rulebook().at(now)
    kinds = reader.counts().kinds
    offered = [one for one in rules.checklists.all if not one.during or kinds.get(one.during)]
    whole = list(reader.events_of(f"floor/{WHOLE}"))
    own = list(
        _of_item(reader, rules, item, [one for one in offered if one.about == _kind(item)], whole, now)
    )
    events = {
        place: whole if place == WHOLE else list(reader.events_of(f"floor/{place}"))
        for place in _places(reader, rules.site.areas)
    }
    areas = [place for place in events if place != WHOLE] or [WHOLE]
    found = []
    for checklist in offered:
        for place in () if checklist.of_item else areas if checklist.about == "area" else [WHOLE]:
            manager = rules.site.agent(rules.site.managers.get(place, ""))
            state = _state(reader, checklist, place, manager, events.get(place, []))
            guests, called = kinds.get(checklist.during, 0), _rounds(reader, checklist)
            found.append(replace(state, guests=guests, called=called))
    return (*own, *sorted(found, key=lambda state: not (state.called or state.guests)))


def _kind(place: str) -> str:
    """The kind of item that is looked at; none where it is an area."""
    kind, sign, _ = place.partition("/")
    return kind if sign and kind in TOLD else ""


def _of_item(
    reader: Reader,
    rules: Rules,
    item: str,
    lists: list[Checklist],
    whole: list[Event],
    now: Millis,
) -> Iterator[CheckState]:
    """The lists that are for an item or a person. What was found of them stands on record of the floor."""
    if not lists:
        return
    person = _kind(item) == "agent"
    folded = load(reader, item, reader.rulebook(), now)
    owner = rules.site.agent(item.partition("/")[2]) if person else folded.owner or ""
    since = now - _LATELY if person else None
    events = list(reader.events_of(item, since))
    events += [event for event in whole if event.data.get("about") == item]
    for checklist in lists if person or folded.begun else ():
        if checklist.fits(folded.value):
            yield replace(_state(reader, checklist, item, owner, events), since=since)


def _places(reader: Reader, areas: Iterable[str]) -> list[str]:
    """The areas that the settings name, those that something is on record of, and the whole floor."""
    rows = reader.items_under("floor/", _MOST_PLACES)
    known = [row.id.partition("/")[2] for row in rows if not row.id.startswith(REVEALS)]
    return list(dict.fromkeys([*areas, *sorted(known), WHOLE]))


def _rounds(reader: Reader, checklist: Checklist) -> tuple[tuple[str, Millis | None], ...]:
    if checklist.id != ROUND:
        return ()
    rows = [row for row in reader.items_under("round/", _MOST_ROUNDS) if row.open]
    rows.sort(key=lambda row: (row.due is None, row.due or 0, row.id))
    return tuple((row.id, row.due) for row in rows)


def _state(reader: Reader, checklist: Checklist, place: str, owner: str, events: list[Event]) -> CheckState:
    seen: dict[str, Seen] = {}
    last: Event | None = None
    found: list[str] = []
    tasks = []
    for event in sorted(events, key=lambda event: event.time):
        if event.type == "floor.found":
            if event.data.get("checklist") == checklist.id:
                tasks.append(f"report/finding/{event.id}")
            continue
        seen |= _seen(checklist, event)
        if event.type not in TOLD.values() or event.data.get("checklist") != checklist.id:
            continue
        listed = event.data.get(_FAILED.get(event.type, "failed"))
        # One that holds to several norms is an event for each of them, all of one moment.
        again = last is not None and last.time == event.time
        found = [*(found if again else ()), *(listed if isinstance(listed, list) else ())]
        last = event
    return CheckState(
        checklist,
        place,
        owner,
        last=last.time if last else None,
        by=str(last.data.get("actor") or last.data.get("agent") or "") if last else "",
        found=len(found),
        open=sum(row.open for row in reader.items(tasks)) if tasks else 0,
        seen=seen,
    )


def _seen(checklist: Checklist, event: Event) -> dict[str, Seen]:
    """What an event says of single things on a list. A feed that tells of a norm marks what is held to it."""
    marks, norm = event.data.get("marks"), event.data.get("norm")
    if event.data.get("checklist") == checklist.id:
        return (
            {str(name): Seen(str(mark), event.time) for name, mark in marks.items()}
            if isinstance(marks, dict)
            else {}
        )
    if not norm or "checklist" in event.data or event.type != TOLD.get(checklist.about):
        return {}
    mark = NOT_OK if event.data.get("failed") else OK
    return {item.id: Seen(mark, event.time) for item in checklist.items if item.norm == norm}


@frozen
class OnRecord:
    """What the record has of one thing in an area: how often it happened since, and when last."""

    times: int
    last: Millis


def on_record(reader: Reader, checklist: Checklist, place: str, since: Millis) -> dict[str, OnRecord]:
    """By item of a list, what happened since then in an area, or to the item that it is about; of each kind
    the newest items alone are looked through, _MOST_ITEMS at most."""
    if checklist.of_item:
        return _recorded(checklist, (event for event in reader.events_of(place) if event.time >= since))
    told: list[Event] = []
    for kind in sorted({name.partition(".")[0] for item in checklist.items for name in item.record.types}):
        for row in reader.items_under(f"{kind}/", _MOST_ITEMS):
            if row.last < since:
                continue
            events = reader.events_of(row.id)
            areas = [event.data.get("area") for event in events if event.data.get("area")]
            if place == WHOLE or (areas and areas[-1] == place):
                told += [event for event in events if event.time >= since]
    return _recorded(checklist, told)


def _recorded(checklist: Checklist, events: Iterable[Event]) -> dict[str, OnRecord]:
    found: dict[str, OnRecord] = {}
    for event in events:
        for item in checklist.items:
            if item.record.met_by(event, {}):
                before = found.get(item.id, OnRecord(0, event.time))
                found[item.id] = OnRecord(before.times + 1, max(before.last, event.time))
    return found


def inspect(writer: Writer, what: Inspection, actor: str, now: Millis) -> Done | Refusal:
    """Put an inspection on record, with all that comes of it. The same one twice is written once."""
    before = writer.event(OURS, what.id)
    if before is not None:
        return Done(before.subject, before, None)
    rules = writer.rulebook().at(now)
    if barred := rules.site.barred("inspect", actor):
        return Refusal(what.place, barred)
    checklist = rules.checklists.named(what.checklist)
    if checklist is None:
        return Refusal(what.place, "no_checklist")
    if {item.id for item in checklist.items} - what.marks.keys():
        return Refusal(what.place, "not_all_seen")
    if any(item.must and what.marks[item.id] == NOT_HERE for item in checklist.items):
        return Refusal(what.place, "must_be")
    failed = {item for item, mark in what.marks.items() if mark == NOT_OK}
    if failed - {finding.item for finding in what.findings if finding.owner and finding.text.strip()}:
        return Refusal(what.place, "no_finder")
    # Of a person something may be seen before any feed has told of them.
    known = checklist.about == "agent" or writer.item(what.place) is not None
    if checklist.of_item and (_kind(what.place) != checklist.about or not known):
        return Refusal(what.place, "no_item")
    events = list(_events(writer, checklist, what, actor, now))
    for event in events:
        writer.add_event(event, now)
    last = max(event.time for event in events)
    refold(writer, list(dict.fromkeys(event.subject for event in events)), writer.rulebook(), last)
    return Done(events[0].subject, events[0], None)


def _events(
    writer: Writer, checklist: Checklist, what: Inspection, actor: str, now: Millis
) -> Iterator[Event]:
    site = writer.rulebook().at(now).site

    def event(name: object, kind: str, subject: str, **data: Any) -> Event:
        row = writer.item(subject)
        return Event(
            source=OURS,
            # The first has the bare name: by it the same inspection is known again.
            id=f"{what.id}.{name}" if name else what.id,
            type=kind,
            subject=subject,
            time=max(now, row.last + 1) if row is not None else now,
            data={"checklist": checklist.id, "actor": actor, **data},
        )

    place, called = what.place, _rounds(writer, checklist)
    if checklist.of_item:
        for norm, marks, failed in _held(checklist, what):
            name = "" if norm == checklist.norm else norm
            yield event(name, TOLD[checklist.about], place, norm=norm, failed=failed, marks=marks)
    else:
        failed = [finding.text for finding in what.findings]
        data: dict[str, Any] = {"area": place, "found": failed, "marks": dict(what.marks)}
        if manager := site.managers.get(place):
            data["agent"] = site.agent(manager)
        yield event("", "floor.inspected", f"floor/{place}", **data)
    # A task on the board would tell everybody: what is for leads alone stands on the card.
    norms = writer.rulebook().at(now).pack.by_id
    kept = any(norm in norms and norms[norm].confidential for norm in checklist.by_norm())
    for number, finding in enumerate(() if kept else what.findings, start=1):
        told: dict[str, Any] = {"area": place, "text": finding.text, "agent": finding.owner}
        if checklist.of_item:
            told["about"] = place
        if finding.due is not None:
            told["due"] = format_utc(finding.due)
        yield event(number, "floor.found", f"floor/{WHOLE if checklist.of_item else place}", **told)
    if called:
        yield event(len(what.findings) + 1, "round.made", called[0][0], found=len(what.findings))


def _held(checklist: Checklist, what: Inspection) -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Each norm that the item was held to, with what was seen and what was not well: with the list's own all
    that was seen. Another of which nothing was any matter here is neither kept nor broken."""
    found = {finding.item: finding.text for finding in what.findings}
    for norm, items in checklist.by_norm().items():
        marks = {item: what.marks[item] for item in items}
        failed = [found[item] for item in items if item in found]
        if norm == checklist.norm:
            yield norm, dict(what.marks), failed
        elif set(marks.values()) != {NOT_HERE}:
            yield norm, marks, failed
