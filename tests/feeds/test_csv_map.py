"""Rows become events as the mapping says; a row that makes no sense is a reject, and costs only itself."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest
from csv_desk import BASIC, HEADER, HERE, events, mapped, rejects
from hypothesis import given
from hypothesis import strategies as st

from console.domain.event import Event, Rejected, line_of, row_position
from console.domain.instants import parse_rfc3339
from console.feeds.csv_map import read_csv
from console.feeds.mapping import load_mapping
from console.feeds.reasons import Reason
from console.feeds.records import RECORD_LIMIT
from console.feeds.sections import MappingError


def test_a_row_is_an_event() -> None:
    (event,) = events(HEADER + b"7,2026-03-02 09:00,support\n")
    assert event.subject == "ticket/7"
    assert event.time == parse_rfc3339("2026-03-02T08:00:00Z")
    assert event.data == {"queue": "support"}
    assert (event.source, event.sequence, event.positional) == ("desk", row_position(2, 0), True)


def test_without_an_id_the_record_itself_is_the_name() -> None:
    row, other = b"7,2026-03-02 09:00,a\n", b"7,2026-03-02 09:00,b\n"
    first, second, third = events(HEADER + row + other + row)
    assert first.id == third.id != second.id
    assert events(HEADER + other + row)[1].id == first.id


def test_an_id_template_names_row_and_event() -> None:
    (event,) = events(HEADER + b"7,2026-03-02 09:00,a\n", 'id = "row-{id}"\n' + BASIC)
    assert event.id == "row-7/ticket.opened"
    assert rejects(HEADER + b",2026-03-02 09:00,a\n", 'id = "{id}"\n' + BASIC) == [(2, Reason.CSV_MISSING)]


@pytest.mark.parametrize("wrap", [bytes, gzip.compress, b"\xef\xbb\xbf".__add__])
def test_plain_gzip_and_with_a_byte_order_mark(wrap: Any) -> None:
    assert len(events(wrap(HEADER + b"7,2026-03-02 09:00,a\r\n\r\n8,2026-03-02 09:00,b"))) == 2


def test_a_cut_gzip_file_gives_what_it_holds_and_a_reject() -> None:
    data = gzip.compress(
        HEADER + b"".join(b"%d,2026-03-02 09:00,q%d\n" % (at, at * at) for at in range(20_000))
    )
    readings = mapped(data[: len(data) // 2])
    assert len(readings) > 100
    assert isinstance(readings[-1], Rejected)
    assert readings[-1].reason == Reason.STREAM_BROKEN


def test_the_stream_stays_open() -> None:
    stream = io.BytesIO(HEADER)
    list(read_csv(stream, load_mapping(BASIC, base=HERE)))
    assert not stream.closed


def test_other_delimiters_encodings_and_no_header() -> None:
    dialect = (
        '[csv]\ndelimiter = "\\t"\nquote = ""\nencoding = "gb18030"\ncolumns = ["id", "opened", "queue"]\n'
    )
    (event,) = events('7\t2026-03-02 09:00\t客服"一"'.encode("gb18030"), BASIC + dialect)
    assert event.data == {"queue": '客服"一"'}


def test_quoted_newlines_count_as_lines() -> None:
    data = HEADER + b'7,2026-03-02 09:00,"a"\n"8\n8",2026-03-02 09:00,b\n9,never,c\n'
    assert rejects(data) == [(3, Reason.EVENT_IDENTIFIER), (5, Reason.CSV_VALUE)]


BAD_ROWS = {
    b"7,2026-03-02 09:00\n": Reason.CSV_CELLS,
    b"7,2026-03-02 09:00,a,b\n": Reason.CSV_CELLS,
    b'7,2026-03-02 09:00,"a"b\n': Reason.CSV_INVALID,
    b"7,2026-03-02 09:00,\xff\n": Reason.CSV_ENCODING,
    b"7\x00,2026-03-02 09:00,a\n": Reason.EVENT_IDENTIFIER,
    b"7,2026-02-30 09:00,a\n": Reason.CSV_VALUE,
    b"7,0001-01-01 00:00,a\n": Reason.TIME_RANGE,
    b"7,9999-12-31 24:00,a\n": Reason.CSV_VALUE,
    b"7,,a\n": Reason.CSV_MISSING,
    b",2026-03-02 09:00,a\n": Reason.CSV_MISSING,
    b"7,2026-03-02 09:00,a\xe2\x80\xae\n": Reason.DATA_IDENTIFIER,
    b"7,2026-03-02 09:00," + b"x" * 200_000 + b"\n": Reason.CSV_INVALID,
    b"7," * RECORD_LIMIT + b"\n": Reason.LINE_LONG,
}


@pytest.mark.parametrize("row", BAD_ROWS, ids=BAD_ROWS.values())
def test_a_bad_row_costs_itself_alone(row: bytes) -> None:
    good = b"8,2026-03-02 09:00,a\n"
    first, bad, last = mapped(HEADER + good + row + good)
    assert isinstance(first, Event)
    assert isinstance(last, Event)
    assert isinstance(bad, Rejected)
    assert (bad.line, bad.reason) == (3, BAD_ROWS[row])
    assert row.startswith(bad.raw)
    assert bad.raw


def test_empty_cells_beyond_the_header_are_no_fault() -> None:
    assert len(events(HEADER + b"7,2026-03-02 09:00,a,,\n")) == 1


def test_a_quote_that_never_closes_ends_in_a_reject() -> None:
    assert rejects(HEADER + b'7,2026-03-02 09:00,"a\n8,2026-03-02 09:00,b\n') == [(2, Reason.CSV_INVALID)]


def test_a_row_is_all_or_nothing() -> None:
    second = '[[event]]\ntype = "ticket.closed"\ntime = "closed"\n'
    second += '[moment.closed]\ntext = "{queue}"\nformat = "%Y-%m-%d"\n'
    assert [type(each) for each in mapped(HEADER + b"7,2026-03-02 09:00,soon\n", BASIC + second)] == [
        Rejected
    ]


def test_texts_are_cleaned() -> None:
    mapping = BASIC.replace("queue = ", "note = ")
    (event,) = events(HEADER + b'7,2026-03-02 09:00,"a\x1b[31m\nb"\n', mapping)
    assert event.data == {"note": "a[31m b"}


def test_a_file_of_another_kind_is_a_mistake_of_the_mapping() -> None:
    with pytest.raises(MappingError, match=r"csv: column 'opened' is not in the file; it has id, queue"):
        mapped(b"id,queue\n1,2\n")
    with pytest.raises(MappingError, match=r"csv: column 'id' is twice in the file"):
        mapped(b"id,id,opened,queue\n")
    assert mapped(b"") == []


MAPPING = load_mapping(BASIC, base=HERE)
PIECES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [b"\n", b"\r", b'"', b",", b"\x00", b"\xff", b"7,2026-03-02 09:00,a\n", b"2026-03-29 02:30"]
    ),
)


@given(st.lists(PIECES, max_size=20).map(b"".join))
def test_any_bytes_are_read_and_every_record_is_accounted_for(data: bytes) -> None:
    """No row is lost: what is not blank is one event or one reject, in order of its line."""
    readings = mapped(HEADER + data, MAPPING)
    if data.strip(b'\r\n,"'):
        assert readings
    lines = [each.line if isinstance(each, Rejected) else line_of(each.sequence or 0) for each in readings]
    assert lines == sorted(set(lines))


@given(st.binary(max_size=60), st.sampled_from(["utf-16", "utf-8", "gb18030", "latin-1", "utf-7"]))
def test_any_bytes_in_any_encoding(data: bytes, encoding: str) -> None:
    columns = f'[csv]\nencoding = "{encoding}"\ncolumns = ["id", "opened", "queue"]\n'
    mapped(data, BASIC + columns)
