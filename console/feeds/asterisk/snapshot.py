"""After a gap: what QueueStatus and CoreShowChannels list, held against what was known before.

Nothing is sent again for the time in which nobody listened. What is listed goes on; what is in neither list
ended unheard, so its end is unknown; what changed did so somewhere in the gap (`not_before`, time].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.domain.instants import SECOND, Millis
from console.feeds.asterisk.arrivals import OLDEST
from console.feeds.asterisk.going import Going
from console.feeds.asterisk.lists import Lists, age_of, queue_of
from console.feeds.asterisk.model import Call, OpenCall, Ring, Talk
from console.feeds.asterisk.names import birth_of, device_of, is_local, seconds_of, system_of
from console.feeds.asterisk.outgoing import calls_out

if TYPE_CHECKING:
    from console.feeds.asterisk.arrivals import Arrivals, Handler
    from console.feeds.asterisk.book import Book
    from console.feeds.asterisk.calls import Calls
    from console.feeds.asterisk.endings import Endings
    from console.feeds.asterisk.framing import Block
    from console.feeds.asterisk.outbound import Outbound
    from console.feeds.asterisk.rings import Rings

_SUBJECT = "call/"


class Snapshot:
    """Takes list answers, and brings the open calls up to date once both lists are there."""

    def __init__(
        self,
        book: Book,
        arrivals: Arrivals,
        calls: Calls,
        rings: Rings,
        endings: Endings,
        outbound: Outbound,
    ) -> None:
        self._book = book
        self._arrivals = arrivals
        self._going = Going(book, calls, rings)
        self._endings = endings
        self._outbound = outbound
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
                self._going.on(call, row, self._lists, now)
            elif not any(name in entries for name in call.customers):
                self._lose(call, now, "unknown")
        for uniqueid, row in rows.items():
            if row.get("Application") != "Queue" or self._book.floor.interface_of(row.get("Channel")):
                continue
            known = self._book.by_customer(uniqueid)
            if known is None and self._book.by_key(row.get("Linkedid")) is None:
                came = self._first_seen(row, row.get("Linkedid"), queue_of(row), age_of(row), now)
                if came is not None:
                    self._going.on(came, row, self._lists, now)
            elif known is not None:
                self._book.alias(row.get("Linkedid"), known)
        self._find_outgoing(rows, now)
        for call in self._book.open_calls():
            # An agent's own call is no item, and nobody would miss it: it must not be remembered for ever.
            if call.silent and call.seen < self._book.connection and not call.customers & rows.keys():
                self._endings.close(call, now)
        for name in [name for name in self._book.channels if name not in rows]:
            if self._book.channels[name].began < (self._book.gap_from or 0):
                del self._book.channels[name]
        self._lists.settled = not any(call.customers & rows.keys() for call in self._book.stale_calls())

    def _find_outgoing(self, rows: Mapping[str, Block], now: Millis) -> None:
        """Calls that agents have made while nobody listened."""
        for out in list(calls_out(rows, self._book.floor.interface_of)):
            seconds = seconds_of(age_of(out.far))
            if seconds is None:
                continue
            call = self._outbound.found(out, *self._came(seconds, now), now)
            if call is not None:
                self._going.on(call, out.far, self._lists, now)

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
        if row is None and not call.out:
            return next((row for row in linked if not self._is_agents(row)), None)
        if row is None:
            outs = calls_out(rows, self._book.floor.interface_of)
            row = next((out.far for out in outs if out.far in linked), None)
        if row is None:
            far = (row for row in linked if not (self._is_agents(row) or is_local(row.get("Channel"))))
            row = next(far, None)
        if row is None:
            return None
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
        channel = self._book.channels.get(row.get("Uniqueid"))
        if channel is not None:
            # It was heard come, before it was a call of anybody's.
            self._arrivals.offer(self._book.add(call), row, channel.began, withheld=channel.withheld)
            return call
        came, not_before = self._came(seconds, now)
        if row.event == "QueueEntry":
            came, not_before = self._before_the_line(row.get("Uniqueid"), came, not_before)
        self._arrivals.offer(self._book.add(call), row, came, estimated=True, not_before=not_before)
        return call

    def _before_the_line(self, uniqueid: str, joined: Millis, not_before: Millis) -> tuple[Millis, Millis]:
        """When a caller came who joined a queue then: before that, as the id tells to the second."""
        born = birth_of(uniqueid)
        if born is None or not joined - OLDEST <= born < not_before:
            return joined, not_before
        latest, gap = min(born + SECOND, joined), self._book.gap_from or 0
        return latest, max(gap, born) if gap < latest else born

    def _came(self, seconds: int, now: Millis) -> tuple[Millis, Millis]:
        """When what is `seconds` old came, and what it was not before: its age is in whole seconds."""
        came, gap = now - seconds * SECOND, self._book.gap_from
        return came, came - SECOND if gap is None else min(max(gap, came - SECOND), came)

    def _lose(self, call: Call, now: Millis, reason: str) -> None:
        """A call that ended while nobody listened."""
        self._emit.call(call, "lost", now, reason=reason, agent=call.agent, **self._going.gap())
        self._endings.close(call, now)
