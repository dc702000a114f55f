"""A hand-over in words: where it stands, and all that goes with it, section by section. The screen and the
command line both write it from this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from console.domain.lengths import lag
from console.domain.place import AT_RISK, BREACHED
from console.screens.clocks import band_at, clock_text
from console.screens.masks import mask_text
from console.service.handover import KIND, Handover

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.shifts import Shift
    from console.screens.words import Words
    from console.service.model import QueueRow

_STYLES = {BREACHED: "breached", AT_RISK: "at-risk"}


class Told(NamedTuple):
    """One line: what stands in front of it (a clock, a time), what it is, whose, and why or what was said."""

    lead: str
    what: str
    who: str = ""
    why: str = ""
    style: str = ""


class Section(NamedTuple):
    """Lines of one sort, under what they are."""

    title: str
    lines: tuple[Told, ...]


def shift_text(words: Words, shift: Shift, now: Millis) -> str:
    """A shift with its hours: `early 08:00–16:00`. It ends within a day, so its end needs no date."""
    end = f"{words.times.at(shift.end):%H:%M}"
    return words.say(
        "handover.hours",
        name=shift_name(words, shift),
        start=words.times.minute(shift.start, now),
        end="24:00" if end == "00:00" else end,
    )


def shift_name(words: Words, shift: Shift) -> str:
    """What people call a shift."""
    return words.say.word("shifts", shift.name)


def standing(words: Words, seen: Handover) -> str:
    """Where it stands, in a sentence."""
    say, times = words.say, words.times
    if seen.shift is None:
        return say("handover.no_shifts")
    due = times.minute(seen.due, seen.at) if seen.due is not None else "?"
    if seen.state == "accepted" and seen.accepted is not None:
        at = times.minute(seen.accepted, seen.at)
        return say("handover.state.accepted", who=words.person(seen.accepted_by), time=at)
    if seen.state == "given" and seen.given is not None:
        at = times.minute(seen.given, seen.at)
        giver, taker = words.person(seen.giver), words.person(seen.taker)
        return say("handover.state.given", giver=giver, taker=taker, time=at, due=due)
    return say("handover.state.called" if seen.state else "handover.state.open", due=due)


def late(seen: Handover) -> bool:
    """Whether it should have been taken over by now."""
    return seen.state in ("called", "given") and seen.due is not None and seen.at > seen.due


def sections(words: Words, seen: Handover) -> Iterator[Section]:
    """All that goes with it; what there is nothing of is left out, but for what is broken."""
    say, now = words.say, seen.at
    title = say("handover.broken", n=seen.broken)
    if seen.broken > len(seen.breached):
        title = say("handover.broken_first", n=seen.broken, first=len(seen.breached))
    broken = _rows(words, seen.breached, now)
    yield Section(title if seen.broken else say("handover.nothing_broken"), broken)
    until = words.times.minute(seen.following.end, now) if seen.following else "?"
    found = (
        (say("handover.promised", n=len(seen.promised), until=until), _rows(words, seen.promised, now)),
        (
            say("handover.claimed", n=len(seen.claimed), who=words.person(seen.leaver)),
            _rows(words, seen.claimed, now),
        ),
        (say("handover.notes", n=len(seen.notes)), tuple(_notes(words, seen))),
        (say("handover.quiet", n=len(seen.quiet)), tuple(_quiet(words, seen))),
        (say("handover.paused", n=len(seen.paused)), tuple(_paused(words, seen))),
        (say("handover.notices", n=len(seen.notices)), tuple(_notices(words, seen))),
        (say("handover.earlier", n=len(seen.earlier)), _rows(words, seen.earlier, now)),
    )
    yield from (Section(name, lines) for name, lines in found if lines)


def named(words: Words, row: QueueRow) -> str:
    """An item by its customer; by its number where it has none. The id of a report that a norm called for
    has what it is about between the name of the norm's matter and the event's id, which says nothing."""
    number = row.id.partition("/")[2]
    if row.kind == "report" and "/" in number:
        number = number.partition("/")[2].rpartition("/")[0]
    if row.customer or row.name or row.kind == KIND or not number:
        return words.phrase(row)
    return mask_text(f"{words.say.word('kind', row.kind)} {number}")


def _rows(words: Words, rows: Iterable[QueueRow], now: Millis) -> tuple[Told, ...]:
    return tuple(
        Told(
            f"{words.marks.bands.get(band_at(row, now), '')} {clock_text(row, now)}".strip(),
            named(words, row),
            words.owner(row),
            words.why(row, now),
            _STYLES.get(band_at(row, now), ""),
        )
        for row in rows
    )


def _notes(words: Words, seen: Handover) -> Iterator[Told]:
    for note in seen.notes:
        at = words.times.minute(note.time, seen.at)
        yield Told(
            at, named(words, note.row), words.person(note.actor), mask_text(note.text, note.row.customer)
        )


def _quiet(words: Words, seen: Handover) -> Iterator[Told]:
    for row in seen.quiet:
        until = words.times.minute(row.snoozed or seen.at, seen.at)
        yield Told(
            words.marks.snoozed, named(words, row), words.owner(row), words.say("handover.until", time=until)
        )


def _paused(words: Words, seen: Handover) -> Iterator[Told]:
    for agent in seen.paused:
        since = lag(seen.at - agent.since) if agent.since is not None else ""
        yield Told(since, agent.name or words.person(agent.id), "", agent.reason)


def _notices(words: Words, seen: Handover) -> Iterator[Told]:
    for notice in seen.notices:
        state = words.say(f"handover.notice.{notice.state}")
        yield Told(words.times.minute(notice.changed, seen.at), notice.channel, notice.address, state)
