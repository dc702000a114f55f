"""Going through checklists: which there are for which place and how old their last check is, and what comes
of one: an inspection on record, its findings as open tasks with an owner, and a round that is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from console.domain.checklists import ROUND, Checklist
from console.domain.command import Refusal
from console.domain.event import OURS, Event
from console.domain.frozen import frozen
from console.domain.instants import Millis, format_utc
from console.service.ledger import refold
from console.service.model import Done
from console.service.revealed import REVEALS

if TYPE_CHECKING:
    from console.service.ports import Reader, Writer

WHOLE = "all"
"""The place of what is about the whole floor: its item is `floor/all`."""

OK, NOT_OK, NOT_HERE = "ok", "not", "na"
"""What was seen of one thing: it is well, it is not, it is no matter here."""

_MOST_PLACES = 500
_MOST_ROUNDS = 100
_MOST_ITEMS = 500


@frozen
class Finding:
    """What was not well, whose it is to correct, and until when (None: by the norm)."""

    item: str
    text: str
    owner: str
    due: Millis | None = None


@frozen
class Inspection:
    """One checklist gone through. `id` names it once and for ever. `place` is an area, WHOLE, or a call's id.
    `marks` are OK, NOT_OK or NOT_HERE by item; each that is NOT_OK has its finding."""

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
    """A list at a place. `last` is when it was gone through, None where it never was; `by` whom, with so many
    findings; `open` of all its findings are not corrected. `seen` is by item. `called` are the open rounds
    that it would settle, the soonest due first; `guests` how many of what it is offered for are there."""

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


def checks(reader: Reader, now: Millis, call: str = "") -> tuple[CheckState, ...]:
    """Every list for every place it is for, those that are called for now first; `call` is the call that one
    might listen to."""
    rules = reader.rulebook().at(now)
    kinds = reader.counts().kinds
    events = {place: list(reader.events_of(f"floor/{place}")) for place in _places(reader, rules.site.areas)}
    areas = [place for place in events if place != WHOLE] or [WHOLE]
    found = []
    for checklist in rules.checklists.all:
        if checklist.during and not kinds.get(checklist.during):
            continue
        if checklist.about == "call":
            if call:
                row = reader.item(call)
                own = list(reader.events_of(call))
                found.append(_state(reader, checklist, call, row.owner or "" if row else "", own))
            continue
        for place in areas if checklist.about == "area" else [WHOLE]:
            manager = rules.site.agent(rules.site.managers.get(place, ""))
            state = _state(reader, checklist, place, manager, events.get(place, []))
            guests, called = kinds.get(checklist.during, 0), _rounds(reader, checklist)
            found.append(replace(state, guests=guests, called=called))
    return tuple(sorted(found, key=lambda state: not (state.called or state.guests)))


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
    tasks = []
    for event in sorted(events, key=lambda event: event.time):
        if event.data.get("checklist") != checklist.id:
            continue
        if event.type == "floor.found":
            tasks.append(f"report/finding/{event.id}")
        elif event.type in ("floor.inspected", "call.observed"):
            last = event
            marks = event.data.get("marks")
            for item, mark in marks.items() if isinstance(marks, dict) else ():
                seen[str(item)] = Seen(str(mark), event.time)
    listed = (last.data.get("found") or last.data.get("failed")) if last else None
    return CheckState(
        checklist,
        place,
        owner,
        last=last.time if last else None,
        by=str(last.data.get("actor") or last.data.get("agent") or "") if last else "",
        found=len(listed) if isinstance(listed, list) else 0,
        open=sum(row.open for row in reader.items(tasks)) if tasks else 0,
        seen=seen,
    )


@frozen
class OnRecord:
    """What the record has of one thing in an area: how often it happened since, and when last."""

    times: int
    last: Millis


def on_record(reader: Reader, checklist: Checklist, place: str, since: Millis) -> dict[str, OnRecord]:
    """By item of a list, what happened in an area since then; of each kind the newest items alone are looked
    through, _MOST_ITEMS at most."""
    wanted = {kind: item.id for item in checklist.items for kind in item.record}
    found: dict[str, OnRecord] = {}
    for kind in sorted({event_type.partition(".")[0] for event_type in wanted}):
        for row in reader.items_under(f"{kind}/", _MOST_ITEMS):
            if row.last < since:
                continue
            events = reader.events_of(row.id)
            areas = [event.data.get("area") for event in events if event.data.get("area")]
            if place != WHOLE and (not areas or areas[-1] != place):
                continue
            for event in events:
                item = wanted.get(event.type)
                if item is not None and event.time >= since:
                    before = found.get(item, OnRecord(0, event.time))
                    found[item] = OnRecord(before.times + 1, max(before.last, event.time))
    return found


def inspect(writer: Writer, what: Inspection, actor: str, now: Millis) -> Done | Refusal:
    """Put an inspection on record, with all that comes of it. The same one twice is written once."""
    known = writer.event(OURS, what.id)
    if known is not None:
        return Done(known.subject, known, None)
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
    if checklist.about == "call" and writer.item(what.place) is None:
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

    def event(number: int, kind: str, subject: str, **data: Any) -> Event:
        row = writer.item(subject)
        return Event(
            source=OURS,
            id=f"{what.id}.{number}" if number else what.id,
            type=kind,
            subject=subject,
            time=max(now, row.last + 1) if row is not None else now,
            data={"checklist": checklist.id, "actor": actor, **data},
        )

    failed = [finding.text for finding in what.findings]
    marks, place = dict(what.marks), what.place
    if checklist.about == "call":
        yield event(0, "call.observed", place, norm=checklist.norm, failed=failed, marks=marks)
        place = WHOLE
    else:
        data: dict[str, Any] = {"area": place, "found": failed, "marks": marks}
        if manager := site.managers.get(place):
            data["agent"] = site.agent(manager)
        yield event(0, "floor.inspected", f"floor/{place}", **data)
    for number, finding in enumerate(what.findings, start=1):
        told: dict[str, Any] = {"area": place, "text": finding.text, "agent": finding.owner}
        if finding.due is not None:
            told["due"] = format_utc(finding.due)
        yield event(number, "floor.found", f"floor/{place}", **told)
    if called := _rounds(writer, checklist):
        yield event(len(what.findings) + 1, "round.made", called[0][0], found=len(failed))
