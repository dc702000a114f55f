"""What the tests of this feed share: the recordings, their truth, blocks made by hand, and calls told anew.

`Story` tells a call from its events alone; tests hold it against the truth, which the phones wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from console.domain.event import Event, Reading, Rejected
from console.domain.fold import fold
from console.domain.instants import Millis, parse_rfc3339
from console.domain.lifecycle import order_key
from console.domain.pack import Pack
from console.domain.rules import RuleBook, Rules
from console.domain.site import Site
from console.feeds.asterisk import AsteriskReader, OpenCall, read_recording
from console.feeds.asterisk.live.memory import known_agent, open_call

RECORDINGS = Path(__file__).resolve().parents[3] / "fixtures" / "recordings"
NAMES = (
    "a-answered",
    "b-long-ring",
    "c-second-agent",
    "d-abandoned",
    "e-hold",
    "e-hold-all-classes",
    "g-agents",
    "p-version-16",
    "p-version-18",
    "p-version-22",
)
START: Millis = 1_800_000_000_000

_NO_RULES = RuleBook([(0, Rules(Pack(()), Site()))])

NEAR: Millis = 200
"""Milliseconds that a told moment may be away from the true one."""


def recording(name: str) -> Path:
    return RECORDINGS / f"{name}.ami"


@cache
def told_of(name: str) -> tuple[Reading, ...]:
    """What a recording tells, read once for all tests that only look at it."""
    return tuple(read_recording(recording(name)))


def truth_of(name: str) -> dict[str, Any]:
    text = (RECORDINGS / f"{name.removesuffix('-all-classes')}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def events_of(readings: Iterable[Reading]) -> list[Event]:
    return [reading for reading in readings if isinstance(reading, Event)]


def rejects_of(readings: Iterable[Reading]) -> list[Rejected]:
    return [reading for reading in readings if isinstance(reading, Rejected)]


def near(told: Millis | None, true: float | None) -> bool:
    """Whether a told moment is the true one, which is in unix seconds."""
    if told is None or true is None:
        return told is None and true is None
    return abs(told - true * 1000) <= NEAR


def bounds(event: Event, true: float) -> bool:
    """Whether what was told of a gap holds the true moment, which is in unix seconds."""
    return parse_rfc3339(event.data["not_before"]) - NEAR <= true * 1000 <= event.time + NEAR


def reads(name: str) -> list[tuple[Millis, bytes]]:
    """The bytes of each read of a recording, and when it came."""
    data = recording(name).read_bytes()
    rows = [row.split("\t") for row in recording(name).with_suffix(".ts").read_text().splitlines()]
    starts = [int(offset) for offset, _ in rows]
    times = [int(float(at) * 1000) for _, at in rows]
    return [
        (at, data[start:end]) for at, start, end in zip(times, starts, [*starts[1:], len(data)], strict=True)
    ]


def over_a_gap(name: str, *, fresh: bool) -> list[Reading]:
    """What the two links `NAME-1` and `NAME-2` tell, to one process or to a `fresh` one after the gap."""
    reader, out, last = AsteriskReader(), list[Reading](), 0
    for link in (1, 2):
        if link == 2 and fresh:
            own = sorted(events_of(out), key=order_key)
            told = {each.subject: [event for event in own if event.subject == each.subject] for each in own}
            calls = [open_call(subject, events) for subject, events in told.items() if subject[:5] == "call/"]
            people = [known_agent(who, events) for who, events in told.items() if who[:6] == "agent/"]
            reader = AsteriskReader(
                believed=[call for call in calls if isinstance(call, OpenCall)],
                agents=[agent for agent in people if agent],
                gap_from=last,
            )
        for at, data in reads(f"{name}-{link}"):
            out += reader.feed(data, at)
            last = at
        out += reader.close()
    return out


@dataclass
class Ringing:
    agent: str
    start: Millis
    end: Millis | None = None
    result: str = ""


@dataclass
class Story:
    """One call, as its events tell it."""

    events: list[Event]
    offered: Millis | None = None
    queue: str | None = None
    number: str | None = None
    name: str | None = None
    rings: dict[str, Ringing] = field(default_factory=dict)
    answers: list[tuple[Millis, str | None]] = field(default_factory=list)
    holds: list[list[Millis | None]] = field(default_factory=list)
    transfers: list[Event] = field(default_factory=list)
    end: Event | None = None

    @classmethod
    def of(cls, events: Sequence[Event], subject: str) -> Story:
        own = sorted((event for event in events if event.subject == subject), key=order_key)
        story = cls(own)
        for event in own:
            story._take(event)
        if own and own[0].type == "call.offered":
            # What is told from the beginning makes sense to the fold, every event of it.
            assert fold(subject, own, (), _NO_RULES, own[-1].time).ignored == {}
        return story

    def _take(self, event: Event) -> None:
        data, verb = event.data, event.type.removeprefix("call.")
        if verb == "offered":
            assert self.offered is None
            self.offered, self.queue = event.time, data.get("queue")
            self.number, self.name = data.get("from"), data.get("name")
        elif verb == "ringing":
            assert data["ring"] not in self.rings
            self.rings[data["ring"]] = Ringing(data["agent"], event.time)
        elif verb == "ring_missed":
            ring = self.rings[data["ring"]]
            ring.end, ring.result = event.time, data["reason"]
        elif verb == "answered":
            self.answers.append((event.time, data.get("agent")))
            ring = self.rings.get(data.get("ring", ""))
            if ring is not None:
                ring.end, ring.result = event.time, "answered"
        elif verb == "held":
            self.holds.append([event.time, None])
        elif verb == "resumed":
            if self.holds:
                self.holds[-1][1] = event.time
        elif verb == "transferred":
            self.transfers.append(event)
        else:
            assert self.end is None, f"{event} after {self.end}"
            assert verb in ("dropped", "abandoned", "ended", "lost")
            self.end = event
            if self.holds and self.holds[-1][1] is None:
                self.holds[-1][1] = event.time

    def types(self) -> list[str]:
        return [event.type.removeprefix("call.") for event in self.events]


class Pbx:
    """Writes blocks as an exchange would, at moments that a test chooses."""

    def __init__(self, *, believed: Iterable[OpenCall] = (), gap_from: Millis | None = None) -> None:
        self.reader = AsteriskReader(believed=believed, gap_from=gap_from)
        self.readings: list[Reading] = []
        self.now: Millis = START
        self.readings += self.reader.feed(b"Asterisk Call Manager/9.0.0\r\n", self.now)

    def wait(self, seconds: float) -> None:
        self.now += round(seconds * 1000)

    def say(self, event: str, **fields: Any) -> None:
        """One event; a field named `Cause_txt` is sent as `Cause-txt`."""
        lines = [f"Event: {event}"]
        if "ActionID" not in fields:
            lines.append("SystemName: pbx1")
        lines += [f"{key.replace('_', '-')}: {value}" for key, value in fields.items()]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n")

    def send(self, data: bytes) -> None:
        self.readings += self.reader.feed(data, self.now)

    @property
    def events(self) -> list[Event]:
        return events_of(self.readings)

    def story(self, key: str) -> Story:
        return Story.of(self.events, f"call/{key}")

    def channel(self, uid: str, name: str, linked: str = "", **more: Any) -> dict[str, Any]:
        return {"Channel": name, "Uniqueid": uid, "Linkedid": linked or uid, **more}

    # ── what happens on a floor, in the order in which the exchange says it ────────────────────────

    def call_in(
        self, uid: str, name: str, queue: str = "support", number: str = "13800001111"
    ) -> dict[str, Any]:
        """A customer's call reaches the exchange and, half a second later, a queue."""
        customer = self.channel(uid, name, CallerIDNum=number, CallerIDName="王小明")
        self.say("Newchannel", **customer)
        self.wait(0.5)
        self.say("QueueCallerJoin", **customer, Queue=queue, Position=1, Count=1)
        return customer

    def ring(self, customer: dict[str, Any], leg: str, device: str, queue: str = "support") -> dict[str, Any]:
        dest = self._dest(customer, leg, device)
        self.say("AgentCalled", **dest, Queue=queue, Interface=device, MemberName=f"Agent {device[-4:]}")
        self.say("DialBegin", **dest, DialString=device)
        return dest

    def pick_up(self, dest: dict[str, Any], queue: str = "support") -> None:
        device = dest["DestChannel"].rpartition("-")[0]
        self.say("DialEnd", **dest, DialStatus="ANSWER")
        self.say("QueueCallerLeave", **dest, Queue=queue, Position=1, Count=0)
        self.say("AgentConnect", **dest, Queue=queue, Interface=device, HoldTime=3, RingTime=3)

    def _dest(self, customer: dict[str, Any], leg: str, device: str) -> dict[str, Any]:
        return {**customer, "DestChannel": f"{device}-0000{leg[-4:]}", "DestUniqueid": leg}

    def hang_up(self, uid: str, name: str, linked: str = "", cause: int | None = 16) -> None:
        self.say("Hangup", **self.channel(uid, name, linked), Cause=cause, Cause_txt="x")

    def answered(self, uid: str, leg: str, device: str = "PJSIP/1001") -> dict[str, Any]:
        """A call that an agent has picked up after three seconds, and ten seconds of talk."""
        customer = self.call_in(uid, "PJSIP/carrier-0000000a")
        dest = self.ring(customer, leg, device)
        self.wait(3)
        self.pick_up(dest)
        self.wait(10)
        return dest


# ── one call of a customer and an agent ───────────────────────────────────────────────────────────

CALL, LEG, LEG2 = "pbx1-1800000000.1", "pbx1-1800000000.2002", "pbx1-1800000020.3003"
TRUNK = "PJSIP/carrier-0000000a"


def customer(pbx: Pbx, **more: Any) -> dict[str, Any]:
    return pbx.channel(CALL, TRUNK, CallerIDNum="13800001111", CallerIDName="王小明", **more)


def agent(pbx: Pbx, leg: str = LEG, device: str = "PJSIP/1001", linked: str = CALL) -> dict[str, Any]:
    return pbx.channel(leg, f"{device}-0000{leg[-4:]}", linked)


def request(pbx: Pbx, channel: dict[str, Any], cause: int | None = None) -> None:
    pbx.say("HangupRequest", **channel, **({} if cause is None else {"Cause": cause}))


def soft(pbx: Pbx, channel: dict[str, Any]) -> None:
    pbx.say("SoftHangupRequest", **channel, Cause=16)


def gone(pbx: Pbx, channel: dict[str, Any], cause: int = 16) -> None:
    pbx.say("Hangup", **channel, Cause=cause, Cause_txt="x")


def leave_queue(pbx: Pbx, queue: str = "support") -> None:
    """What a queue says of a caller who goes without having been answered, whatever the cause."""
    pbx.say("QueueCallerAbandon", **customer(pbx), Queue=queue, Position=1, OriginalPosition=1, HoldTime=5)
    pbx.say("QueueCallerLeave", **customer(pbx), Queue=queue, Position=1, Count=0)


def end_by_customer(pbx: Pbx, leg: str, device: str) -> None:
    request(pbx, customer(pbx))
    gone(pbx, customer(pbx))
    gone(pbx, agent(pbx, leg, device))
