"""Handing a shift over: given to the next supervisor by name, taken by them with all that the giver had."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.domain.command import Command, Refusal
from console.domain.event import OURS, Event
from console.domain.frozen import frozen
from console.domain.instants import Millis, format_utc
from console.service.acts import act, done_with
from console.service.handover import (
    ACCEPTED,
    GIVEN,
    KIND,
    LAPSED,
    NORM,
    acts_on,
    due_of,
    last_event,
    look,
    rows_where,
)
from console.service.ledger import refold, tick

if TYPE_CHECKING:
    from console.domain.site import Site
    from console.service.model import Outcome
    from console.service.ports import Writer

PASSED = 500
"""So much of what one person has passes to another at once, at most."""


@frozen
class Giving:
    """One wish about a hand-over. `id` names it once and for ever, `hand` is the count that was seen. `by` is
    who does it; `to` the taker and `note` what is said besides, where it is given."""

    id: str
    item: str
    by: str
    hand: int
    to: str = ""
    note: str = ""


def give(writer: Writer, wish: Giving, now: Millis) -> Outcome:
    """Give a shift to whoever takes over, by name."""
    rules = writer.rulebook().at(now)
    refused = _refused(writer, wish, rules.site)
    if refused is not None:
        return refused
    to = person(rules.site, wish.to)
    if not to:
        return Refusal(wish.item, "nobody_named")
    if rules.site.agent(to) == rules.site.agent(wish.by):
        return Refusal(wish.item, "own_handover")
    row, period = writer.item(wish.item), wish.item.partition("/")[2]
    seen = look(writer, wish.by, now)
    data: dict[str, Any] = {"actor": wish.by, "to": to, "agent": rules.site.agent(to), "period": period}
    if wish.note.strip():
        data["text"] = wish.note.strip()
    if row is None or not row.version:
        data["reason"] = NORM
        if (due := due_of(rules, rules.site.shifts.named(period))) is not None:
            data["due"] = format_utc(due)
    for name in ("breached", "promised", "claimed"):
        data[name] = [each.id for each in getattr(seen, name)]
    return _write(writer, wish, GIVEN, data, now)


def accept(writer: Writer, wish: Giving, desk: str, now: Millis, *, proven: bool = False) -> Outcome:
    """Take a shift over: what its giver has passes to whoever takes it, hand-overs before it are settled.
    `desk` is who sits there; `proven`: a PIN said that it is the taker."""
    site = writer.rulebook().at(now).site
    by = person(site, wish.by)
    wish = replace(wish, by=by)
    refused = _refused(writer, wish, site)
    if refused is not None:
        return refused
    given = last_event(writer, wish.item, GIVEN)
    if writer.item(wish.item) is None:
        return Refusal(wish.item, "not_given")
    giver = site.agent(str(given.data.get("actor", ""))) if given else ""
    if not by:
        return Refusal(wish.item, "nobody_named")
    if giver and giver == site.agent(by):
        return Refusal(wish.item, "own_handover")
    data: dict[str, Any] = {"actor": by, "agent": site.agent(by)}
    if site.agent(desk) != site.agent(by):
        data["desk"] = desk
    if proven:
        data["proof"] = "pin"
    done = _write(writer, wish, ACCEPTED, data, now)
    if giver:
        _pass_on(writer, wish, giver, site.agent(by), now)
    _settle_earlier(writer, wish, now)
    return done


def person(site: Site, text: str) -> str:
    """Whom a name means: an agent's id, their name, the beginning of one; else a user of that name."""
    wanted = text.strip()
    if not wanted or wanted in site.agents or site.agent(wanted) != wanted:
        return wanted
    low = wanted.casefold()
    for fits in (str.__eq__, str.startswith):
        found = [
            agent.id
            for agent in site.agents.values()
            if fits(agent.name.casefold(), low) or fits(agent.id.casefold(), low)
        ]
        if len(found) == 1:
            return found[0]
    return wanted


def _refused(writer: Writer, wish: Giving, site: Site) -> Outcome | None:
    """What speaks against it: the role, that it is over, that somebody was quicker; or that it is done."""
    known = writer.event(OURS, wish.id)
    if known is not None:
        return done_with(writer, known)
    if barred := site.barred("hand_over", wish.by):
        return Refusal(wish.item, barred)
    if site.shifts.named(wish.item.partition("/")[2]) is None and writer.item(wish.item) is None:
        return Refusal(wish.item, "no_shifts")
    row = writer.item(wish.item)
    acts = acts_on(writer, wish.item)
    if row is None or (len(acts) == wish.hand and row.open):
        return None
    last = max(acts, key=lambda event: event.time, default=None)
    reason = "conflict" if row.open or last is not None else "over"
    who = str(last.data["actor"]) if last else ""
    return Refusal(wish.item, reason, actor=who, time=last.time if last else row.last, event=last)


def _write(writer: Writer, wish: Giving, event_type: str, data: dict[str, Any], now: Millis) -> Outcome:
    row = writer.item(wish.item)
    event = Event(
        source=OURS,
        id=wish.id,
        type=event_type,
        subject=wish.item,
        time=max(now, row.last + 1 if row else 0),
        data=data,
    )
    writer.add_event(event, now)
    refold(writer, [event.subject], writer.rulebook(), event.time)
    return done_with(writer, event)


def _pass_on(writer: Writer, wish: Giving, giver: str, taker: str, now: Millis) -> None:
    """What the giver has is the taker's from now on; what another system owns it is asked to give."""
    tick(writer, now)
    for item in writer.items(writer.owned_by(giver, PASSED)):
        name, data = f"{wish.id}:{item.id}", {"to": taker, "reason": wish.item}
        act(writer, Command(name, "reassign", item.id, wish.by, item.hand, data, batch=wish.id), now)


def _settle_earlier(writer: Writer, wish: Giving, now: Millis) -> None:
    """Hand-overs that nobody took went on with this one; late they stay."""
    taken = writer.item(wish.item)
    for row in rows_where(writer, "kind", KIND, now).rows:
        if taken is not None and row.id != wish.item and row.opened < taken.opened:
            written = writer.item(row.id)
            event = Event(
                source=OURS,
                id=f"{wish.id}:{row.id}",
                type=LAPSED,
                subject=row.id,
                time=max(now, written.last + 1 if written else 0),
                data={"actor": wish.by},
            )
            writer.add_event(event, now)
            refold(writer, [row.id], writer.rulebook(), event.time)
