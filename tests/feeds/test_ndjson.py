"""Every line becomes an event, or a reject with its number and reason; nothing sent stops the reading."""

from __future__ import annotations

import io
import string
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import console.locale
from console.domain.event import Event, Reading, Rejected
from console.domain.instants import parse_rfc3339
from console.feeds.asterisk import AmiReason
from console.feeds.follow.reasons import FollowReason
from console.feeds.http.reasons import HttpReason
from console.feeds.ndjson import KEPT_OF_LONG, LINE_LIMIT, decode_event, encode_event, read_ndjson
from console.feeds.reasons import Reason
from console.feeds.sanitise import clean_text

MINIMAL = {
    "specversion": "1.0",
    "id": "1",
    "source": "test",
    "type": "call.offered",
    "subject": "call/a",
    "time": "2026-03-02T09:00:00.000+08:00",
}


def line(**changes: Any) -> bytes:
    """The minimal event with some attributes changed; `...` leaves one out."""
    fields = {key: value for key, value in {**MINIMAL, **changes}.items() if value is not ...}
    return msgspec.json.encode(fields)


def read(data: bytes) -> list[Reading]:
    return list(read_ndjson(io.BytesIO(data), name="test"))


def event(**changes: Any) -> Event:
    reading = decode_event(line(**changes), 7)
    assert isinstance(reading, Event), reading
    return reading


def reason(**changes: Any) -> str:
    reading = decode_event(line(**changes), 7)
    assert isinstance(reading, Rejected), reading
    return reading.reason


def test_an_event() -> None:
    assert event(data={"queue": "support", "from": "138"}, sequence=3) == Event(
        source="test",
        id="1",
        type="call.offered",
        subject="call/a",
        time=parse_rfc3339("2026-03-02T01:00:00Z"),
        data={"queue": "support", "from": "138"},
        sequence=3,
    )


def test_no_data_is_empty_data_and_no_sequence_is_the_line() -> None:
    made = event()
    assert (made.data, made.sequence, made.positional) == ({}, 7, True)


@pytest.mark.parametrize(("given_", "kept"), [(0, 0), ("0012", 12), (-3, -3)])
def test_sequences(given_: Any, kept: int) -> None:
    made = event(sequence=given_)
    assert (made.sequence, made.positional) == (kept, False)


@pytest.mark.parametrize("value", [1.5, True, "x", "-1", "٣", 2**63, [1], "9" * 19])
def test_sequences_that_are_none(value: Any) -> None:
    assert reason(sequence=value) == Reason.EVENT_SEQUENCE


def test_lines_count_from_one_and_blank_ones_count_too() -> None:
    readings = read(b"\xef\xbb\xbf" + line() + b"\r\n\r\n   \n" + b"{\n" + line(id="2"))
    assert [
        (type(each), each.line if isinstance(each, Rejected) else each.sequence) for each in readings
    ] == [
        (Event, 1),
        (Rejected, 4),
        (Event, 5),
    ]
    assert isinstance(readings[1], Rejected)
    assert readings[1].raw == b"{"


def test_a_line_beyond_the_limit_is_skipped_without_being_held() -> None:
    readings = read(b"x" * (3 * LINE_LIMIT) + b"\n" + line())
    assert isinstance(readings[0], Rejected)
    assert (readings[0].reason, len(readings[0].raw)) == (Reason.LINE_LONG, KEPT_OF_LONG)
    assert isinstance(readings[1], Event)
    assert readings[1].sequence == 2


def test_the_longest_line_is_read() -> None:
    body = line()
    assert isinstance(read(body + b" " * (LINE_LIMIT - len(body)) + b"\n")[0], Event)


def test_a_stream_that_breaks_ends_with_a_reject() -> None:
    class Broken(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError("the disk is gone")
            return super().readline(size)

    readings = list(read_ndjson(Broken(line() + b"\n" + line()), name="day.ndjson"))
    assert isinstance(readings[0], Event)
    assert readings[1] == Rejected(2, Reason.STREAM_BROKEN, "day.ndjson: the disk is gone", b"")


@pytest.mark.parametrize("name", ["id", "source", "type", "subject", "time"])
def test_required_attributes(name: str) -> None:
    assert reason(**{name: ...}) == Reason.EVENT_MISSING
    assert reason(**{name: ""}) == Reason.EVENT_TEXT
    assert reason(**{name: 7}) == Reason.EVENT_TEXT


@pytest.mark.parametrize("name", ["id", "source", "subject"])
@pytest.mark.parametrize("bad", ["call/\n", "call/\u202e", "call/\u200b", "call/\x9b", "call/" + "x" * 252])
def test_bad_identifiers_are_turned_away(name: str, bad: str) -> None:
    assert reason(**{name: bad}) == Reason.EVENT_IDENTIFIER


@pytest.mark.parametrize(
    "bad", ["offered", ".offered", "call.", "call offered", "call.[x]", "1.2", "call.\u202eo"]
)
def test_types_have_a_shape(bad: str) -> None:
    assert reason(type=bad) == Reason.EVENT_TYPE


@pytest.mark.parametrize(
    ("type_", "subject"),
    [
        ("call.offered", "call/a/b"),
        ("callback.requested", "callback/call/a"),
        ("order.placed.again", "order/1"),
        ("item.noted", "ticket/1"),
        ("clock.breached", "call/a"),
        ("site.configured", "site"),
        ("feed.lost", "feed/pbx"),
    ],
)
def test_types_that_suit_their_subject(type_: str, subject: str) -> None:
    assert event(type=type_, subject=subject).type == type_


@pytest.mark.parametrize(
    ("type_", "subject"),
    [("call.offered", "ticket/1"), ("call.offered", "call"), ("call.offered", "call/"), ("item.noted", "a"),
     ("item.noted", "/a")],
)  # fmt: skip
def test_types_that_do_not(type_: str, subject: str) -> None:
    assert reason(type=type_, subject=subject) == Reason.EVENT_SUBJECT


@pytest.mark.parametrize(
    "bad", ["2026-03-02", "2026-03-02T09:00:00", "2026-02-30T09:00:00Z", "now", "0000-01-01T00:00:00Z"]
)
def test_times_that_are_none(bad: str) -> None:
    assert reason(time=bad) == Reason.TIME_EVENT
    assert reason(data={"due": bad}) == Reason.TIME_FIELD


@pytest.mark.parametrize("bad", ["1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"])
def test_times_out_of_range(bad: str) -> None:
    assert reason(time=bad) == Reason.TIME_RANGE
    assert reason(data={"until": bad}) == Reason.TIME_RANGE


@pytest.mark.parametrize("name", ["due", "window_start", "window_end", "next_time", "until", "not_before"])
def test_times_in_data_are_checked(name: str) -> None:
    assert event(data={name: "2026-03-02T10:00:00Z"}).data[name] == "2026-03-02T10:00:00Z"
    assert reason(data={name: "soon"}) == Reason.TIME_FIELD
    assert reason(data={name: 1772413200}) == Reason.TIME_FIELD
    assert event(data={name: None}).data == {}


@pytest.mark.parametrize("name", ["queue", "agent", "customer", "from", "to_agent", "to_queue", "case"])
def test_names_in_data_are_checked(name: str) -> None:
    assert event(data={name: "李娜"}).data == {name: "李娜"}
    assert reason(data={name: "li\u200b"}) == Reason.DATA_IDENTIFIER
    assert reason(data={name: ["li"]}) == Reason.DATA_IDENTIFIER
    assert reason(data={name: True}) == Reason.DATA_IDENTIFIER
    assert event(data={name: ""}).data == {}


def test_numbers_for_customers_become_text() -> None:
    assert event(data={"from": 13900000001, "customer": 7}).data == {"from": "13900000001", "customer": "7"}
    assert reason(data={"queue": 7}) == Reason.DATA_IDENTIFIER


def test_direction_and_consent() -> None:
    assert event(data={"direction": "out", "consent": False}).data == {"direction": "out", "consent": False}
    assert reason(data={"direction": "up"}) == Reason.DATA_DIRECTION
    assert reason(data={"direction": ["in"]}) == Reason.DATA_DIRECTION
    assert reason(data={"consent": 1}) == Reason.DATA_BOOLEAN


def test_a_hidden_name_does_not_pass_as_the_name() -> None:
    assert reason(data={"queue\u200b": "support"}) == Reason.DATA_KEY


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"{", Reason.JSON_INVALID),
        (b'{"a":NaN}', Reason.JSON_INVALID),
        (b'"\\ud800"', Reason.JSON_INVALID),
        (b'"\xff"', Reason.JSON_ENCODING),
        (b"[" * 100_000, Reason.JSON_DEEP),
        (b"9" * 5_000, Reason.JSON_NUMBER),
        (b"[]", Reason.JSON_OBJECT),
    ],
)
def test_what_is_no_json_object(raw: bytes, why: str) -> None:
    reading = decode_event(raw, 3)
    assert isinstance(reading, Rejected)
    assert (reading.line, reading.reason, reading.raw) == (3, why, raw)


NAMES = st.text(string.ascii_letters + string.digits + "-_ 客服", min_size=1, max_size=20)


@given(
    identifier=NAMES,
    name=NAMES,
    time=st.integers(0, parse_rfc3339("2199-12-31T23:59:59.999Z")),
    sequence=st.none() | st.integers(-(2**63), 2**63 - 1),
    data=st.dictionaries(NAMES, st.integers(-(2**63), 2**63 - 1) | st.booleans() | NAMES, max_size=4),
)
def test_an_event_survives_being_written_and_read(
    identifier: str, name: str, time: int, sequence: int | None, data: dict[str, Any]
) -> None:
    made = Event(
        source="test",
        id=identifier,
        type="call.said",
        subject=f"call/{name}",
        time=time,
        data=data,
        sequence=5 if sequence is None else sequence,
        positional=sequence is None,
    )
    raw = encode_event(made)
    assert b"\n" not in raw
    assert decode_event(raw, 5) == made


def accounted(data: bytes) -> int:
    return sum(1 for each in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if each.strip())


PIECES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from([b"\n", b"\r\n", b"\xef\xbb\xbf", b"\x00", b'{"id":', b"}", line()]),
    st.builds(
        lambda changes: line(**changes),
        st.dictionaries(st.sampled_from(sorted(MINIMAL)), st.text(max_size=8)),
    ),
)


@given(st.lists(PIECES, max_size=12).map(b"".join))
def test_any_bytes_are_read_and_every_line_is_accounted_for(data: bytes) -> None:
    assert len(read(data)) == accounted(data)


def test_hostile_lines(fixtures: Path) -> None:
    """What each line of the fixture is called says what must become of it."""
    data = (fixtures / "hostile" / "hostile.ndjson").read_bytes()
    readings = read(data)
    assert len(readings) == accounted(data)
    kept = [each for each in readings if isinstance(each, Event)]
    turned_away = [each for each in readings if isinstance(each, Rejected)]
    assert {each.id.partition("-")[0] for each in kept} == {"text", "odd"}
    assert not [each.raw[:80] for each in turned_away if b'"text-' in each.raw or b'"odd-' in each.raw]
    for each in kept:
        for key, value in each.data.items():
            assert clean_text(key) == key
            assert not isinstance(value, str) or clean_text(value) == value
    for reject in turned_away:
        assert clean_text(reject.detail) == reject.detail


def test_the_hostile_file_is_what_its_script_writes(fixtures: Path) -> None:
    names: dict[str, Any] = {"__name__": "make"}
    exec((fixtures / "hostile" / "make.py").read_text(), names)
    written = b"\xef\xbb\xbf" + b"\n".join(names["lines"]()) + b"\n"
    assert (fixtures / "hostile" / "hostile.ndjson").read_bytes() == written


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_reason_has_its_sentence(language: str) -> None:
    """A reason without a sentence, or a sentence without a reason, is a mistake in a catalogue."""
    path = Path(console.locale.__file__).parent / language / "reject.toml"
    sentences = tomllib.loads(path.read_text(encoding="utf-8"))
    # The store's own reason and those of single feeds stand in the same catalogue.
    enums = (Reason, AmiReason, HttpReason, FollowReason)
    reasons = {"said_differently", *(str(reason) for enum in enums for reason in enum)}
    assert set(sentences) == reasons
    for sentence in sentences.values():
        assert sentence.format(detail="x")
