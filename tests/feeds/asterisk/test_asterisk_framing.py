"""Frames are found in bytes: a read may end anywhere, and nothing that is sent stops the reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import pytest
from asterisk_kit import START, Pbx, events_of, recording, rejects_of
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.event import Reading, Rejected
from console.domain.instants import Millis
from console.feeds.asterisk import AsteriskReader
from console.feeds.asterisk.framing import BLOCK_LIMIT, KEPT, Banner, Block, Frame, Framer
from console.feeds.sanitise import bad_identifier, clean_text

CUT = recording("j-1-before-drop").read_bytes()
NAMED = (
    "Event: Newchannel\r\nCallerIDName: 王小明\r\nVariable: a=1\r\nVariable: b=2\r\nEmpty: \r\nNone:\r\n\r\n"
)


def frames(data: bytes) -> list[Frame]:
    framer = Framer()
    return [*framer.feed(data, START), *framer.close()]


def read(pieces: Sequence[bytes]) -> list[Reading]:
    reader = AsteriskReader()
    out = [reading for piece in pieces for reading in reader.feed(piece, START)]
    return out + reader.close()


def pieces(data: bytes, cuts: Sequence[int]) -> Iterator[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return (data[start:end] for start, end in pairwise(edges))


@cache
def whole() -> list[Reading]:
    return read([CUT])


def test_a_block_keeps_every_value_of_a_key_and_empty_ones() -> None:
    banner, block = frames(b"Asterisk Call Manager/9.0.0\r\n" + NAMED.encode())
    assert banner == Banner()
    assert isinstance(block, Block)
    assert dict(block.fields) == {
        "Event": ["Newchannel"],
        "CallerIDName": ["王小明"],
        "Variable": ["a=1", "b=2"],
        "Empty": [""],
        "None": [""],
    }
    assert (block.line, block.at, block.get("Variable"), block.get("absent")) == (2, START, "a=1", "")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, len(CUT)), max_size=40))
def test_any_split_of_a_recording_gives_the_same_readings(cuts: list[int]) -> None:
    assert read(list(pieces(CUT, cuts))) == whole()


def test_one_byte_at_a_time_gives_the_same_readings() -> None:
    head = CUT[:9_000]
    assert read([head[at : at + 1] for at in range(len(head))]) == read([head])


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            b"Event: Hangup\r\n",
            b"Response: Success\r\n",
            b"Asterisk Call Manager/9.0.0\r\n",
            b"Asterisk Call Manager/",
            b"\r\n",
            b"\r",
            b"\n",
            b"no colon\r\n",
            b": no key\r\n",
            "Name: 王\r\n".encode(),
            b"Bad: \xff\xfe\x00\x1b[2J\r\n",
            b"x" * (BLOCK_LIMIT // 2),
        ]
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(FRAGMENTS, st.lists(st.integers(0, 2**20), max_size=8))
def test_any_split_of_rubbish_gives_the_same_frames(fragments: list[bytes], cuts: list[int]) -> None:
    data = b"".join(fragments)
    framer = Framer()
    split = [frame for piece in pieces(data, cuts) for frame in framer.feed(piece, START)]
    assert [*split, *framer.close()] == frames(data)


def test_a_block_has_the_time_of_its_first_byte() -> None:
    framer = Framer()
    data = NAMED.encode()
    assert list(framer.feed(data + data[:30], START)) != []
    (second,) = framer.feed(data[30:], START + 5_000)
    assert isinstance(second, Block)
    assert second.at == START


@pytest.mark.parametrize("eol", [b"\r\n", b"\n"])
def test_both_line_ends_are_read(eol: bytes) -> None:
    """A recording that went through an editor may have lost its carriage returns."""
    data = (b"Asterisk Call Manager/9.0.0\r\n" + NAMED.encode()).replace(b"\r\n", eol)
    _, block = frames(data)
    assert isinstance(block, Block)
    assert block.fields["CallerIDName"] == ["王小明"]


def test_a_lone_newline_in_a_value_makes_no_second_field() -> None:
    _, block = frames(b"Asterisk Call Manager/9.0.0\r\nEvent: Newchannel\r\nName: a\nEvent: Hangup\r\n\r\n")
    assert isinstance(block, Block)
    assert dict(block.fields) == {"Event": ["Newchannel"], "Name": ["a\nEvent: Hangup"]}


def test_a_bad_line_costs_that_line() -> None:
    bad, block = frames(b"Event: Hangup\r\nwhat is this\r\nCause: 16\r\n\r\n")
    assert bad == Rejected(2, "ami.line", "what is this", b"what is this")
    assert isinstance(block, Block)
    assert block.number("Cause") == 16


def test_a_block_that_is_neither_event_nor_answer_is_turned_away() -> None:
    (bad,) = frames(b"Key: value\r\n\r\n")
    assert isinstance(bad, Rejected)
    assert (bad.line, bad.reason) == (1, "ami.block")


def test_a_cut_block_is_turned_away_with_its_bytes() -> None:
    first, bad = frames(b"Event: Hangup\r\nCause: 16\r\n\r\nEvent: Newchannel\r\nChan")
    assert isinstance(first, Block)
    assert bad == Rejected(4, "ami.cut", "Newchannel", b"Event: Newchannel\r\nChan")


def test_a_block_without_end_is_dropped_to_its_end_and_memory_stays() -> None:
    framer = Framer()
    out: list[Frame] = list(framer.feed(b"Event: Flood\r\nName: ", START))
    for _ in range(40):
        out += framer.feed(b"x" * 2**16, START)
        assert len(framer._buffer) <= BLOCK_LIMIT + 2**16 + 100
    out += framer.feed(b"\r\n\r\n" + NAMED.encode(), START)
    bad, block = out
    assert isinstance(bad, Rejected)
    assert (bad.reason, bad.line, len(bad.raw)) == ("ami.long", 1, KEPT)
    assert isinstance(block, Block)
    assert block.line == 4


def test_a_number_is_digits_and_nothing_else() -> None:
    block = Block({"a": ["16"], "b": ["-1"], "c": ["١٦"], "d": ["9" * 40], "e": [""]}, 1, None, b"")
    assert [block.number(key) for key in "abcdef"] == [16, None, None, None, None, None]


# ── what a caller can put into his name ────────────────────────────────────────────────────────────

HOSTILE = [
    "x" * 100_000,
    "\x1b]0;owned\x07\x1b[2Jname",
    "a\u202eb\u200bc",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "[bold]not markup[/]",
    "é" + "\u0301" * 500,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_cleaned_and_the_call_is_kept(name: str) -> None:
    pbx = Pbx()
    customer = pbx.channel(
        "pbx1-1800000000.1", "PJSIP/carrier-0000000a", CallerIDNum="138", CallerIDName=name
    )
    pbx.say("Newchannel", **customer)
    pbx.say("QueueCallerJoin", **customer, Queue="support")
    (offer,) = pbx.events
    told = offer.data["name"]
    assert told == clean_text(told)
    assert 0 < len(told) <= 200
    assert rejects_of(pbx.readings) == []


def test_bytes_that_are_no_text_cost_a_mark_and_not_the_call() -> None:
    pbx = Pbx()
    pbx.send(
        b"Event: QueueCallerJoin\r\nChannel: PJSIP/a-01\r\nUniqueid: 1800000000.1\r\n"
        b"Linkedid: 1800000000.1\r\nQueue: support\r\n"
        b"CallerIDNum: \xff\xfe\x00\r\nCallerIDName: \xe7\x8e\r\n\r\n"
    )
    (offer,) = pbx.events
    assert offer.data["name"] == "\ufffd"
    assert "from" not in offer.data


@pytest.mark.parametrize("field", ["Linkedid", "Uniqueid", "Channel", "Queue"])
@pytest.mark.parametrize("value", ["", "a\x1b[2Jb", "a\u202eb", "x" * 300])
def test_a_bad_identifier_turns_the_event_away(field: str, value: str) -> None:
    pbx = Pbx()
    fields = {**pbx.channel("pbx1-1800000000.1", "PJSIP/carrier-0000000a"), "Queue": "support", field: value}
    pbx.say("QueueCallerJoin", **fields)
    (bad,) = rejects_of(pbx.readings)
    assert (bad.reason, bad.line) == ("ami.identifier", 2)
    assert bad.detail.startswith(f"{field}: ")
    assert bad.detail == clean_text(bad.detail)
    assert pbx.events == []


def test_an_identifier_of_broken_bytes_turns_the_event_away() -> None:
    pbx = Pbx()
    pbx.send(b"Event: QueueMemberStatus\r\nQueue: \xff\r\nInterface: PJSIP/1001\r\nStatus: 1\r\n\r\n")
    (bad,) = rejects_of(pbx.readings)
    assert bad.reason == "ami.identifier"


FIELDS = st.sampled_from(
    [
        *("Uniqueid", "Linkedid", "Channel", "DestUniqueid", "DestChannel", "Queue", "Interface", "Location"),
        *("Cause", "Status", "Paused", "TalkTime", "Wait", "Duration", "ListItems", "ActionID", "Timestamp"),
        *(
            "DialStatus",
            "BridgeId",
            "Application",
            "ChannelState",
            "Uptime",
            "Result",
            "DestType",
            "Extension",
        ),
        *("TransfererUniqueid", "TransfereeUniqueid", "OrigTransfererUniqueid", "TransferTargetUniqueid"),
        *("TransfererLinkedid", "SecondTransfererLinkedid", "TransferTargetChannel", "CID-CallingPres"),
    ]
)
VALUES = st.sampled_from(
    [
        *(
            "",
            "0",
            "1",
            "5",
            "-1",
            "16",
            "44",
            "1800000000.1",
            "1800000000.2",
            "1800000000.3",
            "PJSIP/1001",
            "x",
        ),
        *("PJSIP/1001-00000001", "Local/1@a-00000001;1", "Local/1@a-00000001;2", "Queue", "ANSWER", "BUSY"),
        *("00:00:07", "1800000000.123456", "NaN", "9" * 30, "٣", "Fail", "32 (Prohibited)", "support"),
    ]
)
NAMES = st.sampled_from(sorted(AsteriskReader()._handlers))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(NAMES, st.dictionaries(FIELDS, VALUES, max_size=12)), max_size=25))
def test_no_order_of_events_however_wild_is_fatal(script: list[tuple[str, dict[str, str]]]) -> None:
    pbx = Pbx()
    for event, fields in script:
        lines = [f"Event: {event}", *(f"{key}: {value}" for key, value in fields.items())]
        pbx.wait(0.7)
        pbx.send("\r\n".join(lines).encode() + b"\r\n\r\n")
    pbx.readings += pbx.reader.close()
    told = [event.name for event in events_of(pbx.readings) if event.kind == "agent"]
    assert len(set(told)) == len(told)
    for event in events_of(pbx.readings):
        assert not bad_identifier(event.subject)
        assert event.type.startswith(("call.", "agent."))
        moments: list[Millis] = [event.time]
        assert all(isinstance(moment, int) for moment in moments)
