"""After a gap: what QueueStatus and CoreShowChannels list, held against what was known before.

Nothing is sent again for the time in which nobody listened. What is listed goes on; what is in neither list
ended unheard, so its end is unknown; what changed did so somewhere in the gap (`not_before`, time].
"""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.instants import SECOND, Millis, format_utc
from console.feeds.asterisk.arrivals import Arrivals, Handler
from console.feeds.asterisk.book import Book
from console.feeds.asterisk.calls import Calls
from console.feeds.asterisk.endings import Endings
from console.feeds.asterisk.framing import Block
from console.feeds.asterisk.lists import Lists, age_of, bridge_of, held, is_ringing, queue_of
from console.feeds.asterisk.model import Call, OpenCall, Ring, Talk
from console.feeds.asterisk.names import birth_of, device_of, is_local, seconds_of, system_of
from console.feeds.asterisk.rings import Rings

_SUBJECT = "call/"

_SAME_HOLD = 5 * SECOND
"""In so little time nobody takes a customer off hold, speaks, and puts the call back."""


class Snapshot:
    """Takes list answers, and brings the open calls up to date once both lists are there."""

    def __init__(self, book: Book, arrivals: Arrivals, calls: Calls, rings: Rings, endings: Endings) -> None:
        self._book = book
        self._arrivals = arrivals
        self._calls = calls
        self._rings = rings
        self._endings = endings
        self._emit = book.emit
        self._lists = Lists()

    def handlers(self) -> Mapping[str, Handler]:
        """Which event goes where."""
        rows = dict.fromkeys(
            ("QueueParams", "QueueMember", "QueueEntry", "CoreShowChannel", "Status"), self._on_row
        )
        return {
            **rows,
            "QueueStatusComplete": self._on_queues,
            "CoreShowChannelsComplete": self._on_channels,
            "StatusComplete": self._on_channels,
            "FullyBooted": self._on_booted,
        }

    def believe(self, known: OpenCall) -> None:
        """Take over a call that somebody else remembers as open."""
        if not known.subject.startswith(_SUBJECT):
            return
        key = known.subject.removeprefix(_SUBJECT)
        # What an agent dialled goes by the name of her own channel.
        customer = "" if known.out else key
        call = Call(key, customer, channel="", device="", seen=0, queue=known.queue, state=known.state)
        call.out = known.out
        call.offered = known.last
        if known.state in ("talking", "held"):
            call.state, call.answered, call.held = "talking", True, known.state == "held"
            call.held_since = known.held_since
            call.talk = Talk(known.agent, None, known.queue, known.leg, {known.leg} if known.leg else set())
            self._book.floor.carry(known.agent, key, held=call.held)
        self._book.add(call)
        if known.leg:
            self._book.add_leg(call, known.leg)
        for leg, agent in known.rings:
            call.rings[leg] = Ring(
                leg, agent, self._book.floor.name_of(agent), known.queue, known.last, legs={leg}
            )
            self._book.add_leg(call, leg)
        self._learn_system(key)
        if self._book.gap_from is None or self._book.gap_from < known.last:
            self._book.gap_from = known.last

    def begin(self) -> None:
        """A new connection: its lists are still to come."""
        self._lists = Lists()

    @property
    def settled(self) -> bool:
        """Whether both lists have come, whole, and were held against what was known."""
        return self._lists.settled

    @property
    def told(self) -> Millis:
        """The moment as of which this connection's lists were last told; 0 before that."""
        return self._lists.told

    # ── the lists ───────────────────────────────────────────────────────────────────────────────

    def _on_row(self, block: Block, now: Millis) -> None:
        self._lists.take(block)

    def _on_queues(self, block: Block, now: Millis) -> None:
        rows = self._lists.whole(block)
        if rows is None:
            return
        self._lists.told = now
        entries = [row for row in rows if row.event == "QueueEntry"]
        for row in entries:
            self._learn_system(row.get("Uniqueid"))
        queues = {row.get("Queue") for row in rows if row.event == "QueueParams"}
        self._book.floor.snapshot((row for row in rows if row.event == "QueueMember"), queues, now)
        self._lists.entries = {row.get("Uniqueid"): row for row in entries}
        for row in entries:
            if self._book.by_customer(row.get("Uniqueid")) is None:
                came = self._first_seen(row, row.get("Uniqueid"), row.get("Queue"), row.get("Wait"), now)
                if came is not None:
                    # Whether a phone rings for it is in the other list, which has still to be asked.
                    came.seen = self._book.connection - 1
        self._settle(now)

    def _on_channels(self, block: Block, now: Millis) -> None:
        rows = self._lists.whole(block)
        if rows is None:
            return
        self._lists.rows = {row.get("Uniqueid"): row for row in rows}
        for uniqueid in self._lists.rows:
            self._learn_system(uniqueid)
        self._settle(now)

    def _learn_system(self, uniqueid: str) -> None:
        """Lists don't name the exchange; its ids do."""
        if self._book.emit.system is None:
            self._book.emit.system = system_of(uniqueid)

    def _on_booted(self, block: Block, now: Millis) -> None:
        """The exchange is younger than what is known of its calls: it was restarted, and they are gone."""
        uptime, gap = block.number("Uptime"), self._book.gap_from
        if uptime is None or gap is None or now - uptime * SECOND <= gap:
            return
        for call in list(self._book.stale_calls()):
            self._lose(call, now, "restart")

    # ── holding them against what was known ─────────────────────────────────────────────────────

    def _settle(self, now: Millis) -> None:
        entries, rows = self._lists.entries, self._lists.rows
        if entries is None or rows is None:
            return
        self._lists.told = now
        for call in list(self._book.stale_calls()):
            row = self._row_of(call, rows)
            if row is not None:
                self._go_on(call, row, rows, now)
            elif not any(name in entries for name in call.customers):
                self._lose(call, now, "unknown")
        for uniqueid, row in rows.items():
            if row.get("Application") != "Queue" or self._book.floor.interface_of(row.get("Channel")):
                continue
            known = self._book.by_customer(uniqueid)
            if known is None and self._book.by_key(row.get("Linkedid")) is None:
                came = self._first_seen(row, row.get("Linkedid"), queue_of(row), age_of(row), now)
                if came is not None:
                    self._go_on(came, row, rows, now)
            elif known is not None:
                self._book.alias(row.get("Linkedid"), known)
        for call in self._book.open_calls():
            # An agent's own call is no item, and nobody would miss it: it must not be remembered for ever.
            if call.silent and call.seen < self._book.connection and not call.customers & rows.keys():
                self._endings.close(call, now)
        for name in [name for name in self._book.channels if name not in rows]:
            if self._book.channels[name].began < (self._book.gap_from or 0):
                del self._book.channels[name]
        self._lists.settled = not any(call.customers & rows.keys() for call in self._book.stale_calls())

    def _row_of(self, call: Call, rows: Mapping[str, Block]) -> Block | None:
        """The row of the customer's channel. Where that one is gone the call is over, though an agent's may
        linger. A call that is only believed has told no more than its Linkedid, which is the customer's own
        id but where another channel made the call."""
        for name in call.customers:
            if name in rows:
                return rows[name]
        if call.channel:
            return None
        linked = [row for row in rows.values() if row.get("Linkedid") in call.keys]
        row = next((row for row in linked if row.get("Application") == "Queue"), None)
        if row is None:
            row = next((row for row in linked if not self._is_agents(row)), None)
            if row is None or not call.out:
                return row
        call.customer = row.get("Uniqueid")
        self._book.alias_customer(call.customer, call)
        return row

    def _is_agents(self, row: Block) -> bool:
        return (
            row.get("Application") == "AppQueue"
            or self._book.floor.interface_of(row.get("Channel")) is not None
        )

    def _first_seen(self, row: Block, key: str, queue: str, age: str, now: Millis) -> Call | None:
        """A call that came while nobody listened. Its age is in whole seconds, the rest cut off."""
        seconds = seconds_of(age)
        if (
            self._book.floor.interface_of(row.get("Channel"))
            or not key
            or seconds is None
            or self._book.over(key)
        ):
            return None
        name = row.get("Channel")
        call = Call(
            key, row.get("Uniqueid"), name, device_of(name), self._book.connection, queue=queue or None
        )
        came = now - seconds * SECOND
        gap = self._book.gap_from
        not_before = came - SECOND if gap is None else min(max(gap, came - SECOND), came)
        self._arrivals.offer(self._book.add(call), row, came, estimated=True, not_before=not_before)
        return call

    def _go_on(self, call: Call, row: Block, rows: Mapping[str, Block], now: Millis) -> None:
        """A call that is listed: say what changed while nobody listened."""
        self._book.touch(call)
        call.channel = row.get("Channel")
        call.device = device_of(call.channel)
        self._book.alias(row.get("Linkedid"), call)
        partner = self._partner(row, rows)
        known = set(call.legs)
        legs = {other.get("Uniqueid") for other in rows.values() if is_ringing(other)}
        for ring in list(call.rings.values()):
            if ring.leg not in legs and (partner is None or ring.leg != partner.get("Uniqueid")):
                self._end_ring(call, ring, now)
        if partner is not None:
            self._talks(call, partner, now)
            self._holds(call, held(row, call.keys, rows.values()), now)
            return
        entry = (self._lists.entries or {}).get(row.get("Uniqueid"))
        if entry is not None:
            self._waits(call, entry, {leg: row for leg, row in rows.items() if leg not in known}, now)
        elif call.talk is None and row.get("Application") == "Queue":
            # Picked up and not yet joined: out of the line, and with nobody. The next lists will tell.
            call.seen = self._book.connection - 1

    @staticmethod
    def _partner(row: Block, rows: Mapping[str, Block]) -> Block | None:
        """The channel in the same bridge as the customer's."""
        bridge = bridge_of(row)
        for other in rows.values():
            if bridge and other is not row and bridge == bridge_of(other):
                return other
        return None

    def _talks(self, call: Call, partner: Block, now: Millis) -> None:
        leg = partner.get("Uniqueid")
        agent = self._book.agent_at(partner.get("Channel"), call)
        name = self._book.floor.name_of(agent)
        if call.talk is None:
            ring = call.rings.get(leg) or Ring(leg, agent, name, call.queue, now)
            self._calls.answer(call, ring, now, **self._since(call))
            return
        if agent is not None and call.talk.agent not in (agent, None):
            before = call.talk.agent
            self._book.floor.release(before, call.key, now)
            self._emit.call(
                call,
                "transferred",
                now,
                str(now),
                kind="unknown",
                agent=before,
                to_agent=agent,
                agent_name=name,
                **self._gap(),
            )
            call.talk = Talk(agent, name, call.queue, leg, set())
        call.talk.agent = agent or call.talk.agent
        if leg not in call.talk.legs:
            self._calls.adopt_leg(call, leg)
        self._book.floor.talk(call.talk.agent, call.key, leg, now)
        self._book.floor.hold(call.talk.agent, call.key, now, held=call.held)

    def _holds(self, call: Call, now_held: bool | None, now: Millis) -> None:
        """A hold goes on, has begun or has ended unheard. Where nobody says, it is not taken to go on: how
        long it was is unknown then, and no breach."""
        gap = self._book.gap_from
        if now_held and not call.held:
            self._calls.hold(call, now, **self._since(call))
        elif not now_held and call.held:
            self._calls.resume(call, now, **self._gap())
        elif call.held and gap is not None and now - gap > _SAME_HOLD:
            # She may have spoken to the customer meanwhile: one hold or two, since then or only now.
            since = call.held_since
            self._calls.resume(call, now, **self._gap())
            self._calls.hold(call, now, not_before=format_utc(since))
            call.held_since = since

    def _waits(self, call: Call, entry: Block, rows: Mapping[str, Block], now: Millis) -> None:
        """The call stands in a queue's line, perhaps with a phone that rings for it."""
        queue = entry.get("Queue")
        if call.talk is not None or (call.queue and queue != call.queue):
            if call.held:
                self._calls.resume(call, now, **self._gap())
            self._book.floor.release(call.agent, call.key, now)
            self._emit.call(
                call,
                "transferred",
                now,
                str(now),
                kind="unknown",
                agent=call.agent,
                to_queue=queue,
                **self._gap(),
            )
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
            return self._gap()
        ring.since = max(gap, call.offered, min(now, born + SECOND))
        return {"not_before": format_utc(max(gap, born))}

    def _end_ring(self, call: Call, ring: Ring, now: Millis) -> None:
        """A ring that ended in the gap: nobody knows how."""
        ring.ended = now
        self._rings.ring_over(call, ring, now, None, "unknown")

    def _lose(self, call: Call, now: Millis, reason: str) -> None:
        """A call that ended while nobody listened."""
        self._emit.call(call, "lost", now, reason=reason, agent=call.agent, **self._gap())
        self._endings.close(call, now)

    def _since(self, call: Call) -> dict[str, str]:
        """What began unheard did so in the gap, not before the call came (its age is told to a second)."""
        return {"not_before": format_utc(max(self._book.gap_from or 0, call.offered - SECOND))}

    def _gap(self) -> dict[str, str]:
        gap = self._book.gap_from
        return {} if gap is None else {"not_before": format_utc(gap)}
