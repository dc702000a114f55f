"""What the store remembers of an exchange's floor, from before the daemon began to listen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.instants import DAY, Millis, moment_of
from console.domain.lifecycle import order_key
from console.feeds.asterisk.model import KnownAgent, OpenCall

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.service.ports import Reader

_ENDS = frozenset({"call.ended", "call.abandoned", "call.dropped", "call.lost"})
SNAPSHOT = "feed.snapshot"
"""The event of a feed whose lists were held against what was known."""

_SHIFT = 2 * DAY
"""An agent of whom nothing was said for so long is not remembered: her events are many, and few count."""

_WORDS = {"available", "ringing", "talking", "holding", "wrap-up", "break", "offline"}


@dataclass(frozen=True, slots=True)
class Memory:
    """The calls that were open and the agents who were there. `heard` is when the exchange last gave a sign
    of life, or when it was first listened for; everything that it said up to `gap_from` is known (None:
    nothing is)."""

    calls: tuple[OpenCall, ...] = ()
    agents: tuple[KnownAgent, ...] = ()
    heard: Millis = 0
    gap_from: Millis | None = None


def recall(reader: Reader, feed: str, source: str, now: Millis) -> Memory:
    """What is remembered of the exchange behind `feed`, whose events' source was last heard to be another
    than `source` where it gives itself a name."""
    known = next((state for state in reader.feeds() if state.name == feed), None)
    source = known.source if known is not None else source
    longest = max(rules.site.lost_after for _, rules in reader.rulebook().versions)
    calls: list[OpenCall] = []
    for row in reader.calls_since(now - max(longest, DAY)):
        # One that has only fallen silent may go on all the same: the exchange knows.
        if row.source == source and (row.over is None or row.state == "lost"):
            call = open_call(row.id, _told(reader.events_of(row.id), source))
            if call is not None:
                calls.append(call)
    agents: list[KnownAgent] = []
    for row in reader.agents():
        if row.source == source:
            agent = known_agent(row.id, _told(reader.events_of(row.id, now - _SHIFT), source))
            if agent is not None:
                agents.append(agent)
    heard = min(known.heard, now) if known is not None else now
    # Until its lists have come once, nobody has heard an exchange out.
    listened = reader.last_time(f"feed/{feed}", SNAPSHOT, now) is not None
    gap_from = max([heard if listened else 0, *(call.last for call in calls)]) or None
    return Memory(tuple(calls), tuple(agents), heard, gap_from)


def open_call(subject: str, events: Iterable[Event]) -> OpenCall | None:
    """A call as the exchange's own events tell it, with its names for people; None where it is over."""
    state, queue, agent, leg, last, held = "", None, None, "", 0, 0
    rings: dict[str, str | None] = {}
    out = False
    for event in events:
        data, verb, last = event.data, event.type.partition(".")[2], max(last, event.time)
        if event.type in _ENDS:
            return None
        if verb in ("offered", "ringing", "answered"):
            queue = data.get("queue") or queue
        if verb == "offered":
            state = state or "waiting"
            out = data.get("direction") == "out"
        elif verb == "ringing":
            rings[str(data.get("ring", ""))] = data.get("agent")
            state = "ringing"
        elif verb == "ring_missed":
            rings.pop(str(data.get("ring", "")), None)
            if state == "ringing" and not rings:
                state = "waiting"
        elif verb == "answered":
            state, agent, leg = "talking", data.get("agent"), str(data.get("ring", ""))
            rings.pop(leg, None)
        elif verb in ("held", "resumed"):
            state = "held" if verb == "held" else "talking"
            held = (moment_of(data.get("not_before")) or event.time) if verb == "held" else 0
        elif verb == "transferred":
            queue = data.get("to_queue") or queue
            agent, leg = data.get("to_agent"), ""
            state = "talking" if agent else "waiting"
    if not state:
        return None
    return OpenCall(subject, state, queue, agent, last, leg, tuple(rings.items()), held, out)


def known_agent(subject: str, events: Iterable[Event]) -> KnownAgent | None:
    """An agent as she was last told of; None where she has left."""
    last: Event | None = None
    for event in events:
        if event.type == "agent.state" and event.data.get("state") in _WORDS:
            last = event
        elif event.type == "agent.left":
            last = None
    if last is None:
        return None
    data = last.data
    return KnownAgent(
        interface=subject.partition("/")[2],
        state=str(data["state"]),
        name=data.get("name"),
        reason=data.get("reason"),
        queues=tuple(data.get("queues") or ()),
        paused_in=tuple(data.get("paused_in") or ()),
    )


def _told(events: Iterable[Event], source: str) -> list[Event]:
    return sorted((event for event in events if event.source == source), key=order_key)
