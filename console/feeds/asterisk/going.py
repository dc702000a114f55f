"""A call that goes on after a gap: what changed while nobody listened, told with its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.domain.instants import SECOND, Millis, format_utc
from console.feeds.asterisk.lists import Lists, held, is_ringing
from console.feeds.asterisk.model import Call, Ring, Talk
from console.feeds.asterisk.names import birth_of, device_of, is_local, local_pair
from console.feeds.asterisk.outgoing import beside, beyond

if TYPE_CHECKING:
    from console.feeds.asterisk.book import Book
    from console.feeds.asterisk.calls import Calls
    from console.feeds.asterisk.framing import Block
    from console.feeds.asterisk.rings import Rings

_SAME_HOLD = 5 * SECOND
"""In so little time nobody takes a customer off hold, speaks, and puts the call back."""


class Going:
    """Tells of a call that is listed."""

    def __init__(self, book: Book, calls: Calls, rings: Rings) -> None:
        self._book = book
        self._calls = calls
        self._rings = rings
        self._emit = book.emit

    def on(self, call: Call, row: Block, lists: Lists, now: Millis) -> None:
        """A call that is listed: say what changed while nobody listened."""
        rows = lists.rows or {}
        self._book.touch(call)
        call.channel = row.get("Channel")
        call.device = device_of(call.channel)
        self._book.alias(row.get("Linkedid"), call)
        partner = self._partner(call, row, rows)
        known = set(call.legs)
        legs = {other.get("Uniqueid") for other in rows.values() if is_ringing(other)}
        for ring in list(call.rings.values()):
            if ring.leg not in legs and (partner is None or ring.leg != partner.get("Uniqueid")):
                self._end_ring(call, ring, now)
        if partner is not None:
            self._talks(call, partner, now)
            self._learn_phone(call, partner, rows)
            near = beside(partner, rows)
            self._holds(call, held(row, call.keys, rows.values(), near), now)
            return
        entry = (lists.entries or {}).get(row.get("Uniqueid"))
        if entry is not None:
            self._waits(call, entry, {leg: row for leg, row in rows.items() if leg not in known}, now)
        elif call.talk is None and row.get("Application") == "Queue":
            # Picked up and not yet joined: out of the line, and with nobody. The next lists will tell.
            call.seen = self._book.connection - 1

    def _partner(self, call: Call, row: Block, rows: Mapping[str, Block]) -> Block | None:
        """The channel that the customer's talks to. Whom an agent called may be behind a Local channel of the
        dialplan's; a Local channel that the customer came to stands for the telephone behind it."""
        return beyond(row, rows, self._book.floor.interface_of) if call.out else beside(row, rows)

    def _learn_phone(self, call: Call, partner: Block, rows: Mapping[str, Block]) -> None:
        """The telephone behind the Local channel that the customer talks to: that one holds and hangs up."""
        pair = local_pair(partner.get("Channel"))
        if not pair or call.talk is None:
            return
        for row in rows.values():
            if row is not partner and local_pair(row.get("Channel")) == pair:
                phone = beside(row, rows)
                if phone is not None:
                    call.talk.legs.add(phone.get("Uniqueid"))
                    self._book.add_leg(call, phone.get("Uniqueid"))

    def _talks(self, call: Call, partner: Block, now: Millis) -> None:
        leg = partner.get("Uniqueid")
        agent = self._book.agent_at(partner.get("Channel"), call)
        if is_local(call.agent or "") and self._book.floor.interface_of(partner.get("Channel")) is None:
            # Her telephone, the Local channel before it optimised away: no queue knows it by name.
            agent = call.agent
        name = self._book.floor.name_of(agent)
        if call.talk is None:
            ring = call.rings.get(leg) or Ring(leg, agent, name, call.queue, now)
            self._calls.answer(call, ring, now, **self._since(call))
            return
        if agent is not None and call.talk.agent not in (agent, None):
            before = call.talk.agent
            self._book.floor.release(before, call.key, now)
            self._moved(call, now, before, to_agent=agent, agent_name=name)
            call.talk = Talk(agent, name, call.queue, leg, set())
        call.talk.agent = agent or call.talk.agent
        if leg not in call.talk.legs:
            self._calls.adopt_leg(call, leg)
        self._book.floor.talk(call.talk.agent, call.key, leg, now)
        self._book.floor.hold(call.talk.agent, call.key, now, held=call.held)

    def _moved(self, call: Call, now: Millis, agent: str | None, **to: str | None) -> None:
        """Somebody passed the call on in the gap; how, nobody heard."""
        self._emit.call(call, "transferred", now, str(now), kind="unknown", agent=agent, **to, **self.gap())

    def _holds(self, call: Call, now_held: bool | None, now: Millis) -> None:
        """A hold goes on, has begun or has ended unheard. Where nobody says, it is not taken to go on: how
        long it was is unknown then, and no breach."""
        gap = self._book.gap_from
        if now_held and not call.held:
            self._calls.hold(call, now, **self._since(call))
        elif not now_held and call.held:
            self._calls.resume(call, now, **self.gap())
        elif call.held and gap is not None and now - gap > _SAME_HOLD:
            # She may have spoken to the customer meanwhile: one hold or two, since then or only now.
            since = call.held_since
            self._calls.resume(call, now, **self.gap())
            self._calls.hold(call, now, not_before=format_utc(since))
            call.held_since = since

    def _waits(self, call: Call, entry: Block, rows: Mapping[str, Block], now: Millis) -> None:
        """The call stands in a queue's line, perhaps with a phone that rings for it."""
        queue = entry.get("Queue")
        if call.talk is not None or (call.queue and queue != call.queue):
            if call.held:
                self._calls.resume(call, now, **self.gap())
            self._book.floor.release(call.agent, call.key, now)
            self._moved(call, now, call.agent, to_queue=queue)
            call.talk = None
            call.settle()
        call.queue = queue
        was_ringing = call.state == "ringing"
        call.state = "ringing" if call.rings else "waiting"
        for leg, row in sorted(rows.items(), key=lambda pair: not is_local(pair[1].get("Channel"))):
            if row.get("Linkedid") not in call.keys or not is_ringing(row) or leg in call.rings:
                continue
            agent = self._book.floor.interface_of(row.get("Channel"))
            if agent is None:
                continue
            same = next((ring for ring in call.rings.values() if ring.agent == agent), None)
            if same is not None:
                # The telephone behind her Local channel: one ring, by two names.
                same.legs.add(leg)
                self._book.add_leg(call, leg)
                continue
            ring = Ring(leg, agent, self._book.floor.name_of(agent), queue, now)
            born, gap = birth_of(leg), self._book.gap_from
            if was_ringing and born is not None and gap is not None and born <= gap:
                # It rang before the gap, and was told then.
                self._book.open_ring(call, ring)
                call.state = "ringing"
            elif born is None or gap is None or born + SECOND > gap or call.offered > gap:
                # One that is older than the gap, and was no ring then, is none now.
                not_before = self._since_birth(call, ring, born, now)
                self._rings.ring(call, ring, row.get("Channel"), **not_before)

    def _since_birth(self, call: Call, ring: Ring, born: Millis | None, now: Millis) -> dict[str, str]:
        """A telephone rings since its channel was born, which its id tells to the second: not before it, and
        a second later at most. Where the id can't be right, it began somewhere in the gap."""
        gap = self._book.gap_from
        if born is None or gap is None or not gap < born + SECOND <= now + SECOND:
            return self.gap()
        ring.since = max(gap, call.offered, min(now, born + SECOND))
        return {"not_before": format_utc(max(gap, born))}

    def _end_ring(self, call: Call, ring: Ring, now: Millis) -> None:
        """A ring that ended in the gap: nobody knows how."""
        ring.ended = now
        self._rings.ring_over(call, ring, now, None, "unknown")

    def _since(self, call: Call) -> dict[str, str]:
        """What began unheard did so in the gap, not before the call came (its age is told to a second)."""
        return {"not_before": format_utc(max(self._book.gap_from or 0, call.offered - SECOND))}

    def gap(self) -> dict[str, str]:
        """The bound of what happened while nobody listened."""
        gap = self._book.gap_from
        return {} if gap is None else {"not_before": format_utc(gap)}
