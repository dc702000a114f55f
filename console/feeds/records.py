"""The records of a CSV file, one after another, whatever the file holds.

A record may run over several lines; one that can't be read costs itself, and the next line begins another.
Memory is bounded by RECORD_LIMIT. A gzip file is known by its first bytes.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

from console.domain.event import Rejected
from console.feeds.reasons import InputError, Reason
from console.feeds.sanitise import shown

if TYPE_CHECKING:
    from console.feeds.sections import Section

RECORD_LIMIT = 2**20
"""Characters of the longest record. (A single cell is limited to 131,072 by Python's reader.)"""

KEPT_OF_BAD = 4_096
"""Bytes that are kept of a record beyond a limit."""

_GZIP_MAGIC = b"\x1f\x8b"
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is written; `columns` where it has no header row."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    columns: tuple[str, ...] = ()

    @property
    def quoting(self) -> Literal[0, 3]:
        """Without a quote character, a quote is a character like any other."""
        return csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `line` is where it begins, counted from 1."""

    line: int
    cells: list[str]
    raw: bytes


def read_dialect(section: Section) -> Dialect:
    """The `[csv]` table of a mapping file."""
    encoding = section.text("encoding", "utf-8")
    try:
        # The codec's own name, so that "UTF8" and "utf-8" are one; it must be one for text.
        encoding = codecs.lookup(encoding).name
        "".encode(encoding)
    except LookupError:
        raise section.error("encoding", f"unknown encoding {encoding!r}") from None
    dialect = Dialect(
        delimiter=section.text("delimiter", ","),
        quote=section.text("quote", '"'),
        encoding="utf-8" if encoding == "utf-8-sig" else encoding,
        columns=section.texts("columns"),
    )
    section.done()
    try:
        csv.reader([], delimiter=dialect.delimiter, quotechar=dialect.quote or None, quoting=dialect.quoting)
    except (TypeError, ValueError) as error:
        raise section.error("delimiter", str(error)) from None
    return dialect


def read_records(stream: BinaryIO, dialect: Dialect) -> Iterator[Record | Rejected]:
    """Every record of `stream`, blank lines left out. The stream stays open."""
    # A byte order mark is no part of the first column's name.
    decoding = "utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding
    buffered = (
        stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
    )
    lines: _Lines | None = None
    try:
        plain = gzip.GzipFile(fileobj=buffered) if _is_gzip(buffered) else buffered
        # Bytes that are no text become surrogates: they spoil their own record only, and can be turned back.
        text = io.TextIOWrapper(cast(BinaryIO, plain), decoding, errors="surrogateescape", newline="")
        try:
            lines = _Lines(text, dialect.encoding)
            yield from _records(lines, dialect)
        finally:
            _let_go(text)
    # What is damaged as a whole: the disk, a gzip file that is cut, bytes that no surrogate can stand for.
    except UnicodeError:
        yield Rejected(lines.next_line if lines else 1, Reason.CSV_ENCODING, dialect.encoding, b"")
    except (OSError, EOFError, zlib.error) as error:
        yield Rejected(lines.next_line if lines else 1, Reason.STREAM_BROKEN, shown(str(error)), b"")
    finally:
        if buffered is not stream:
            _let_go(buffered)


def _let_go(wrapper: io.TextIOWrapper | io.BufferedReader) -> None:
    """Takes `wrapper` off its stream, which would be closed with it; the stream may be closed by now."""
    with contextlib.suppress(ValueError):
        wrapper.detach()


def _is_gzip(buffered: io.BufferedReader) -> bool:
    return buffered.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC)


def _records(lines: _Lines, dialect: Dialect) -> Iterator[Record | Rejected]:
    # Strict: a quote that closes in the middle of a cell is a broken record, not a cell to be guessed.
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=dialect.quoting,
        strict=True,
    )
    while True:
        lines.begin()
        try:
            cells = next(reader)
            if _SURROGATE.search("".join(cells)):
                raise InputError(Reason.CSV_ENCODING, dialect.encoding)
        except StopIteration:
            return
        except csv.Error as error:
            yield Rejected(lines.first, Reason.CSV_INVALID, shown(str(error)), lines.raw())
        except InputError as error:
            yield Rejected(lines.first, error.reason, error.detail, lines.raw())
        else:
            if any(cells):
                yield Record(lines.first, cells, lines.raw())


class _Lines:
    """The lines that csv.reader asks for; it may fail for one record and go on with the next."""

    def __init__(self, text: io.TextIOWrapper, encoding: str) -> None:
        self._text = text
        self._encoding = encoding
        self._taken: list[str] = []
        self._size = 0
        self.next_line = 1
        self.first = 1

    def begin(self) -> None:
        """A new record begins with the next line."""
        self._taken.clear()
        self._size = 0
        self.first = self.next_line

    def raw(self) -> bytes:
        """The record's bytes as they came, without the line's end; the beginning of one that is too long."""
        text = "".join(self._taken).rstrip("\r\n")
        if self._size > RECORD_LIMIT:
            text = text[:KEPT_OF_BAD]
        return text.encode(self._encoding, "surrogateescape")

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(RECORD_LIMIT + 1)
        if not line:
            raise StopIteration
        self.next_line += 1
        self._taken.append(line)
        self._size += len(line)
        if self._size > RECORD_LIMIT:
            while line and not line.endswith(("\n", "\r")):
                line = self._text.readline(KEPT_OF_BAD)
            raise InputError(Reason.LINE_LONG, f"{RECORD_LIMIT}")
        return line
