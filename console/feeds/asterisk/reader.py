"""The manager interface's stream, read as it comes: bytes and when they arrived → events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.event import Reading, Rejected
from console.domain.instants import SECOND, Millis
from console.feeds.asterisk.arrivals import Arrivals, Handler
from console.feeds.asterisk.book import Book
from console.feeds.asterisk.calls import Calls
from console.feeds.asterisk.endings import Endings
from console.feeds.asterisk.framing import KEPT, Banner, Block, Frame, Framer
from console.feeds.asterisk.moves import Moves
from console.feeds.asterisk.names import moment_of
from console.feeds.asterisk.outbound import Outbound
from console.feeds.asterisk.reasons import AmiReason
from console.feeds.asterisk.rings import Rings
from console.feeds.asterisk.snapshot import Snapshot
from console.feeds.sanitise import bad_identifier, shown

if TYPE_CHECKING:
    from console.feeds.asterisk.model import KnownAgent, OpenCall

_SAME_CLOCK = SECOND
"""Two clocks this close are taken for one; further apart, the exchange's is corrected by the distance."""

_CALL = ("Uniqueid", "Linkedid", "Channel")
_RING = (*_CALL, "DestUniqueid")
_MEMBER = ("Queue", "Interface")

_NEEDED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("Newchannel", "NewCallerid", "Hold", "Unhold"), _CALL),
    **dict.fromkeys(("HangupRequest", "SoftHangupRequest", "Hangup"), _CALL),
    **dict.fromkeys(("QueueCallerJoin", "QueueCallerAbandon"), (*_CALL, "Queue")),
    **dict.fromkeys(("AgentCalled", "AgentRingNoAnswer", "AgentConnect"), (*_RING, "Queue", "Interface")),
    # Of 16 it lacks the caller's channel where the caller hung up.
    "AgentComplete": _MEMBER,
    **dict.fromkeys(("QueueMemberStatus", "QueueMemberPause", "QueueMemberPenalty"), _MEMBER),
    **dict.fromkeys(("QueueMemberRinginuse", "QueueMemberAdded", "QueueMemberRemoved"), _MEMBER),
    "QueueMember": ("Queue", "Location"),
    "QueueEntry": ("Queue", "Channel", "Uniqueid"),
    "CoreShowChannel": _CALL,
    "Status": _CALL,
}
"""The identifiers that an event can't do without."""

_OPTIONAL = (
    *_CALL,
    *("DestUniqueid", "DestChannel", "StateInterface", "SystemName", "Queue", "Interface"),
    *("TransfereeUniqueid", "TransfereeChannel", "TransferTargetUniqueid", "TransferTargetChannel"),
)
"""Identifiers that must be good where they are given."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call is: the customer's channel by its name, the queue it came to, and whether it waits."""

    channel: str
    queue: str
    waiting: bool


class AsteriskReader:
    """One exchange's stream, over any number of connections.

    `believed` are the calls that were open when somebody last listened, up to `gap_from` (else the last event
    known of any of them), `agents` who was on the floor then. Calls that are over are forgotten. `system` is
    the name of an exchange that doesn't give its own. `watch` is shown each block before it is read.
    """

    def __init__(
        self,
        *,
        believed: Iterable[OpenCall] = (),
        agents: Iterable[KnownAgent] = (),
        gap_from: Millis | None = None,
        system: str = "",
        watch: Callable[[Block], None] | None = None,
    ) -> None:
        self._framer = Framer()
        self._watch = watch
        self._book = Book()
        self._book.emit.nameless = system or self._book.emit.nameless
        arrivals = Arrivals(self._book)
        calls = Calls(self._book, arrivals)
        outbound = Outbound(self._book, calls)
        rings = Rings(self._book, arrivals, calls, outbound)
        endings = Endings(self._book, calls, rings)
        self._moves = Moves(self._book, calls, rings)
        self._snapshot = Snapshot(self._book, arrivals, calls, rings, endings, outbound)
        floor = self._book.floor
        self._handlers: dict[str, Handler] = {
            **arrivals.handlers(),
            **calls.handlers(),
            **rings.handlers(),
            **endings.handlers(),
            **self._moves.handlers(),
            **self._snapshot.handlers(),
            **dict.fromkeys(
                ("QueueMemberStatus", "QueueMemberPause", "QueueMemberPenalty", "QueueMemberRinginuse"),
                floor.member,
            ),
            "QueueMemberAdded": floor.joined,
            "QueueMemberRemoved": floor.removed,
        }
        for agent in agents:
            floor.believe(agent)
        for known in believed:
            self._snapshot.believe(known)
        if gap_from is not None:
            self._book.gap_from = gap_from
        self._skew: Millis | None = None
        self._last: Millis | None = None

    def feed(self, data: bytes, at: Millis | None) -> list[Reading]:
        """What the bytes `data`, received at `at` (None: nobody noted when), lead to.

        Where neither the read nor the event tells a time, the event is rejected.
        """
        for frame in self._framer.feed(data, at):
            self._take(frame)
        return self._book.emit.take()

    def close(self) -> list[Reading]:
        """What the end of the connection cut off. What is fed after that is the next connection's."""
        for frame in self._framer.close():
            self._take(frame)
        return self._book.emit.take()

    def doubt(self) -> None:
        """Something that came could not be read: what is known may be wrong until the lists come again."""
        self._lose_touch()
        self._snapshot.begin()

    def _lose_touch(self) -> None:
        """From now on the past is hearsay. A gap that no list has closed yet goes on since it began."""
        if self._snapshot.settled or self._book.gap_from is None:
            self._book.gap_from = self._last
        self._book.connection += 1

    @property
    def settled(self) -> bool:
        """Whether this connection's lists have been held against what was known before."""
        return self._snapshot.settled

    @property
    def source(self) -> str:
        """The source of the events, as far as the exchange has named itself."""
        return self._book.emit.source

    def name(self, system: str) -> None:
        """The exchange has told its name before any event did."""
        self._book.emit.system = system

    def place_of(self, subject: str) -> Place | None:
        """Where an open call is in the exchange; None for one that isn't known to be open."""
        call = self._book.by_key(subject.removeprefix("call/"))
        if call is None or call.silent or not call.channel:
            return None
        return Place(call.channel, call.queue or "", waiting=call.talk is None)

    def _take(self, frame: Frame) -> None:
        if isinstance(frame, Rejected):
            self._book.emit.reject(frame)
        elif isinstance(frame, Banner):
            self._connect()
        else:
            self._handle(frame)

    def _connect(self) -> None:
        """Everything known so far is from before this connection."""
        if self._last is not None:
            self._lose_touch()
        self._book.stopping = False
        self._snapshot.begin()

    def _handle(self, block: Block) -> None:
        now = self._moment(block)
        if self._watch is not None:
            self._watch(block)
        handler = self._handlers.get(block.event)
        if handler is None:
            return
        bad = _bad_identifier(block)
        if bad is not None:
            self._reject(block, AmiReason.IDENTIFIER, f"{bad}: {shown(block.get(bad))}")
        elif now is None:
            self._reject(block, AmiReason.TIME, block.event)
        else:
            self._book.emit.system = block.get("SystemName") or self._book.emit.system
            self._book.floor.pass_time(now)
            self._moves.pass_time(now)
            handler(block, now)

    def _reject(self, block: Block, reason: AmiReason, detail: str) -> None:
        self._book.emit.reject(Rejected(block.line, reason, shown(detail), block.raw[:KEPT]))

    def _moment(self, block: Block) -> Millis | None:
        """When it happened. The exchange's own Timestamp is the better clock, for no network delays it; where
        its clock is wrong, the shortest way that any event took tells by how much."""
        stamp = moment_of(block.get("Timestamp"))
        if stamp is None:
            now = block.at if block.at is not None else self._last_of_list(block)
        elif block.at is None:
            now = stamp
        else:
            distance = block.at - stamp
            self._skew = distance if self._skew is None else min(self._skew, distance)
            now = stamp if abs(self._skew) <= _SAME_CLOCK else stamp + self._skew
        if now is not None:
            # What comes after the lists happened after them, though its own clock may be a little behind.
            self._last = now = max(now, self._snapshot.told)
        return now

    def _last_of_list(self, block: Block) -> Millis | None:
        """Rows of lists bear no Timestamp: they are as old as the stream."""
        return self._last if "ActionID" in block.fields or block.event == "FullyBooted" else None


def _bad_identifier(block: Block) -> str | None:
    """The first field that should name something and does not."""
    for field in _NEEDED.get(block.event, ()):
        if _bad(block.get(field)):
            return field
    for field in _OPTIONAL:
        if block.get(field) and _bad(block.get(field)):
            return field
    return None


def _bad(text: str) -> bool:
    # Bytes that were no UTF-8 are no name either: two of them would be decoded alike.
    return bad_identifier(text) or "\ufffd" in text
