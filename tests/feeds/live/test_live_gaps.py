"""Any gaps at all, cut and restarted as it comes: no ghost, no invention, nothing told twice or otherwise.

Without sockets and time, so that many can be tried: the reader is fed what an exchange would send.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from console.bootstrap import standard_pack
from console.domain.clock import ClockRow
from console.domain.event import Event
from console.domain.fold import fold
from console.domain.instants import SECOND, Millis, parse_rfc3339
from console.domain.lifecycle import order_key
from console.domain.pack_file import parse_pack
from console.domain.rules import RuleBook, Rules
from console.domain.site import Site
from console.feeds.asterisk import AsteriskReader
from console.feeds.asterisk.live.memory import known_agent, open_call
from tests.feeds.live.live_kit import played, truth_of
from tests.feeds.live.live_pbx import Floor, wire

NAMES = (
    *("a-answered", "b-long-ring", "c-second-agent", "d-abandoned", "e-hold", "g-agents"),
    *("p-version-16", "p-version-18", "p-version-22"),
)
READS = {name: played(name) for name in NAMES}
CALLS = {name: {f"call/{call['linkedid']}": call for call in truth_of(name)["calls"]} for name in NAMES}
MEMBERS = {}
for _name in [name for name in NAMES if name != "g-agents"]:
    _floor = Floor()
    for _at, _data in READS[_name]:
        _floor.see(_data, _at)
    MEMBERS[_name] = _floor.members
MEMBERS["g-agents"] = {}  # there they come and go
NEAR: Millis = 200
STARTING: Millis = 200
"""No process is there again sooner."""
LATER: Millis = 2_000_000_000_000
BOOK = RuleBook([(0, Rules(parse_pack(standard_pack()), Site()))])
ENDS = {"call.ended", "call.abandoned", "call.dropped", "call.lost"}


@dataclass
class Listener:
    """A console that is there or not; what it was told is its log, by name."""

    log: dict[str, Event] = field(default_factory=dict)
    reader: AsteriskReader | None = None
    heard: Millis | None = None
    floor: Floor = field(default_factory=Floor)

    def take(self, data: bytes, at: Millis) -> None:
        assert self.reader is not None
        for reading in self.reader.feed(data, at):
            if isinstance(reading, Event):
                known = self.log.setdefault(reading.id, reading)
                assert (known.time, known.data) == (reading.time, reading.data), "said differently"
        self.heard = at

    def connect(self, at: Millis, *, fresh: bool) -> None:
        """Come (back), as the same process or as a `fresh` one, and take the lists."""
        if self.reader is None or (fresh and self.heard is not None and at - self.heard > STARTING):
            own = sorted(self.log.values(), key=order_key)
            subjects = dict.fromkeys(event.subject for event in own)
            told = {subject: [event for event in own if event.subject == subject] for subject in subjects}
            calls = [open_call(subject, events) for subject, events in told.items() if subject[:5] == "call/"]
            agents = [
                known_agent(subject, events) for subject, events in told.items() if subject[:6] == "agent/"
            ]
            self.reader = AsteriskReader(
                believed=[call for call in calls if call],
                agents=[agent for agent in agents if agent],
                gap_from=self.heard,
            )
        else:
            self.reader.close()
        hello = b"Asterisk Call Manager/9.0.0\r\n" + wire({"Response": "Success"})
        self.take(hello + wire({"Event": "FullyBooted", "Uptime": "100000"}), at)
        self.ask(at)

    def ask(self, at: Millis) -> None:
        """Take the lists."""
        for rows in (self.floor.queue_status("q", at), self.floor.channel_list("c", at)):
            self.take(b"".join(map(wire, rows)), at)


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, bool]]]:
    """A recording, and gaps in it: from which read to which, and whether a new process comes after it."""
    name = draw(st.sampled_from(NAMES))
    ends = draw(st.lists(st.integers(1, len(READS[name]) - 1), min_size=2, max_size=6, unique=True))
    ends = sorted(ends)[: len(ends) // 2 * 2]
    fresh = draw(st.lists(st.booleans(), min_size=3, max_size=3))
    return name, [(ends[at], ends[at + 1], fresh[at // 2]) for at in range(0, len(ends), 2)]


@settings(max_examples=60)
@given(stories())
def test_any_gaps_leave_the_truth_or_less(story: tuple[str, list[tuple[int, int, bool]]]) -> None:
    name, gaps = story
    reads, calls = READS[name], CALLS[name]
    one = Listener()
    # The lists name every member, whether or not anything has been said of her.
    one.floor.members = {key: {**member, "Status": "1"} for key, member in MEMBERS[name].items()}
    one.connect(reads[0][0], fresh=True)
    there, comes, again, whole = True, False, False, True
    for index, (at, data) in enumerate(reads):
        for begin, end, fresh in gaps:
            if index == begin:
                there = comes = False
            if index == end:
                comes, again = True, fresh
        # Nobody who comes is told the half of an event.
        if comes and whole:
            one.connect(at, fresh=again)
            there, comes = True, False
        elif there and whole and one.reader is not None and not one.reader.settled:
            one.ask(at)
        one.floor.see(data, at)
        whole = data.endswith(b"\r\n\r\n")
        if there:
            one.take(data, at)
    if not there:
        one.connect(reads[-1][0] + 1, fresh=again)
    told = [event for event in one.log.values() if event.kind == "call"]
    assert {event.subject for event in told} <= set(calls)
    for subject in {event.subject for event in told}:
        own = [event for event in told if event.subject == subject]
        (end,) = [event for event in own if event.type in ENDS]
        ended = calls[subject]["ended_at"] * 1000
        if "not_before" in end.data:
            assert parse_rfc3339(end.data["not_before"]) - NEAR <= ended <= end.time + NEAR
        else:
            assert abs(end.time - ended) <= NEAR
        for event in own:
            if event.type == "call.offered" and "not_before" in event.data:
                came = calls[subject]["arrival"] * 1000
                assert parse_rfc3339(event.data["not_before"]) - NEAR <= came <= event.time + NEAR
            if event.type == "call.answered" and "not_before" in event.data:
                answered = calls[subject]["answered_at"] * 1000
                assert parse_rfc3339(event.data["not_before"]) - NEAR <= answered <= event.time + NEAR
        assert min(own, key=order_key).type == "call.offered"
        true = {ring.get("uniqueid"): ring["rang_from"] * 1000 for ring in calls[subject]["ring_attempts"]}
        for event in own:
            if event.type == "call.ringing" and "not_before" in event.data and event.data["ring"] in true:
                began = true[event.data["ring"]]
                assert parse_rfc3339(event.data["not_before"]) - NEAR <= began <= event.time + NEAR
                assert event.time - began <= SECOND + NEAR
        rings = [event.data["ring"] for event in own if event.type == "call.ringing"]
        assert len(rings) == len(set(rings))
        if any(row.broken(LATER) for row in holds(subject, own)):
            assert any(hold["end"] - hold["start"] > 60 for hold in calls[subject]["holds"])


def holds(subject: str, events: list[Event]) -> list[ClockRow]:
    """The clocks of the norm that no hold is longer than a minute."""
    item = fold(subject, events, (), BOOK, LATER)
    return [clock.row() for clock in item.clocks if clock.norm.id == "call.hold.one-minute"]
