"""What a shift leaves behind for the next supervisor, and where its hand-over stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.instants import HOUR, MINUTE, Millis
from console.domain.lifecycle import LIVES
from console.domain.place import BREACHED
from console.domain.query import Query
from console.domain.schedule import occasions
from console.service import board
from console.service.people import agents

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.rules import Rules
    from console.domain.shifts import Shift
    from console.domain.site import Site
    from console.service.model import AgentView, QueueRow, Window
    from console.service.notice import Notice
    from console.service.ports import Reader

KIND = "handover"
NORM = "floor.handover"
GIVEN, ACCEPTED, LAPSED = "handover.given", "handover.accepted", "handover.lapsed"

LISTED = 100
"""So many lines of each sort, at most."""

SNOOZED_FOR: Millis = 2 * HOUR
"""Nothing is kept quiet for longer."""

AHEAD: Millis = 8 * HOUR
"""How far is looked for promises where no shift comes next."""

LAST: Millis = 30 * MINUTE
"""What comes due in the last half hour of a shift passes on as well."""

_PROMISES = frozenset(LIVES) - {KIND, "call", "agent", "customer", "floor"}
"""Kinds that somebody waits for; a call is over long before the next shift."""


@frozen
class Noted:
    """A line that somebody wrote in this shift on an item that is open."""

    row: QueueRow
    text: str
    actor: str
    time: Millis


@frozen
class Handover:
    """What a shift leaves behind as of `at`, and where its hand-over stands.

    `shift` is the one handed over and `following` the one that takes it (None where the settings have no
    such), `item` its item, `hand` how often people acted on it by now. `state` is empty before the
    shift's end, `called`, `given` or `accepted`; `giver`, `taker` and `note` are those given last,
    `accepted_by` is who really took it over. `broken` counts what is breached, `breached` are the first
    of these. `claimed` is what the leaver has: the giver, and until then whoever looks. `promised` comes
    due in the following shift. `earlier` hand-overs were never taken over.
    """

    at: Millis
    shift: Shift | None
    following: Shift | None
    item: str
    hand: int = 0
    state: str = ""
    giver: str = ""
    taker: str = ""
    note: str = ""
    given: Millis | None = None
    accepted_by: str = ""
    accepted: Millis | None = None
    due: Millis | None = None
    leaver: str = ""
    broken: int = 0
    breached: tuple[QueueRow, ...] = ()
    promised: tuple[QueueRow, ...] = ()
    claimed: tuple[QueueRow, ...] = ()
    quiet: tuple[QueueRow, ...] = ()
    notes: tuple[Noted, ...] = ()
    paused: tuple[AgentView, ...] = ()
    notices: tuple[Notice, ...] = ()
    earlier: tuple[QueueRow, ...] = ()


def look(reader: Reader, actor: str, now: Millis) -> Handover:
    """The hand-over that concerns the floor at `now`, as `actor` sees it."""
    rules = reader.rulebook().at(now)
    shift = _concerned(reader, rules.site, now)
    following = rules.site.shifts.after(shift) if shift else None
    item = f"{KIND}/{shift.id}" if shift else ""
    row = reader.item(item) if item else None
    given = last_event(reader, item, GIVEN) if item else None
    accepted = last_event(reader, item, ACCEPTED) if item else None
    told = given.data if given else {}
    leaver = rules.site.agent(str(told.get("actor", "")) or actor)
    since = shift.start if shift else now - AHEAD
    worst = rows_where(reader, "band", "breached", now)
    breached = tuple(each for each in worst.rows if each.kind != KIND)
    others = len(worst.rows) - len(breached)
    return Handover(
        at=now,
        shift=shift,
        following=following,
        item=item,
        hand=len(acts_on(reader, item)),
        state=row.state if row else "",
        giver=str(told.get("actor", "")),
        taker=str(told.get("to", "")),
        note=str(told.get("text", "")),
        given=given.time if given else None,
        accepted_by=str(accepted.data.get("actor", "")) if accepted else "",
        accepted=accepted.time if accepted else None,
        due=row.due if row and row.due is not None else due_of(rules, shift),
        leaver=leaver,
        # Of a few the rows are counted, as the board shows them: several promises to one customer are one.
        broken=board.counts(reader, now).breached - others if worst.after else len(breached),
        breached=breached,
        promised=_promised(
            reader,
            now,
            max(now, shift.end - LAST) if shift else now,
            following.end if following else now + AHEAD,
        ),
        claimed=tuple(each for each in rows_where(reader, "owner", leaver, now).rows if each.kind != KIND),
        quiet=_quiet(reader, now),
        notes=_notes(reader, since, now),
        paused=tuple(agent for agent in agents(reader, now) if agent.state == "break"),
        notices=tuple(reader.bad_notices(since, LISTED)),
        earlier=tuple(each for each in rows_where(reader, "kind", KIND, now).rows if each.id != item),
    )


def rows_where(reader: Reader, field: str, value: str, now: Millis) -> Window:
    """The top of the board as far as a field (one of `query.FIELDS`) has that value."""
    return board.window(reader, Query(terms=((field, value, True),)), LISTED, None, None, now)


def _concerned(reader: Reader, site: Site, now: Millis) -> Shift | None:
    """The shift that is to be handed over: the last one until it is taken over, at the longest for half of
    the one that runs; else the one that runs."""
    shifts = site.shifts
    running = shifts.running(now)
    if running is None or now - running.start >= (running.end - running.start) // 2:
        return running
    before = [shift for shift in shifts.between(running.start - 1, running.start) if shift.id != running.id]
    for shift in reversed(before):
        row = reader.item(f"{KIND}/{shift.id}")
        if row is not None and row.open:
            return shift
    return running


def acts_on(reader: Reader, item: str) -> list[Event]:
    """What people did on a hand-over; that a shift ended is nobody's act."""
    return [event for event in reader.events_of(item) if event.data.get("actor")] if item else []


def last_event(reader: Reader, item: str, event_type: str) -> Event | None:
    """The last event of that type of an item."""
    found = [event for event in reader.events_of(item) if event.type == event_type]
    return max(found, key=lambda event: event.time, default=None)


def due_of(rules: Rules, shift: Shift | None) -> Millis | None:
    """Until when a shift is to be taken over, by the norm in force."""
    if shift is None or NORM not in rules.pack.by_id:
        return None
    found = occasions((rules.pack.by_id[NORM],), rules.site, shift.end - 1, shift.end)
    return next((one.due for one in found if one.period.name == shift.id), None)


def _promised(reader: Reader, now: Millis, since: Millis, until: Millis) -> tuple[QueueRow, ...]:
    ids = [name for name in reader.due_between(since, until, LISTED) if name.partition("/")[0] in _PROMISES]
    rows = board.rows(reader, ids, now)
    return tuple(rows[name] for name in ids if name in rows and rows[name].band != BREACHED)


def _quiet(reader: Reader, now: Millis) -> tuple[QueueRow, ...]:
    acts = reader.acts_since(now - SNOOZED_FOR, ("item.snoozed",), LISTED)
    rows = board.rows(reader, list(dict.fromkeys(act.subject for act in acts)), now)
    return tuple(row for row in rows.values() if row.snoozed is not None and row.snoozed > now)


def _notes(reader: Reader, since: Millis, now: Millis) -> tuple[Noted, ...]:
    acts = reader.acts_since(since, ("item.noted",), LISTED)
    rows = board.rows(reader, list(dict.fromkeys(act.subject for act in acts)), now)
    return tuple(
        Noted(
            rows[act.subject],
            str(act.data.get("text", act.data.get("reason", ""))),
            str(act.data.get("actor", "")),
            act.time,
        )
        for act in acts
        if act.subject in rows
    )
