"""CloudEvents over HTTP: single, batch and binary, as the HTTP binding 1.0.2 has them.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec

from console.domain.event import OURS, Event, Reading, Rejected
from console.feeds.envelope import make_event
from console.feeds.http.message import Answer, Head
from console.feeds.http.reasons import HttpReason
from console.feeds.http.settings import ANY_SOURCE, Source
from console.feeds.http.values import deeper_than
from console.feeds.ndjson import decode_json
from console.feeds.reasons import InputError, Reason
from console.feeds.sanitise import shown

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"

_PREFIX = "ce-"
_ATTRIBUTE = re.compile(r"[a-z0-9]+", re.ASCII)
_JSON = re.compile(r"application/json|[a-z0-9.+-]+/[a-z0-9.+-]+\+json", re.ASCII)

# What reads as an attribute and is none: the body is the data.
_NOT_ATTRIBUTES = frozenset({"data", "data_base64", "datacontenttype"})


def check_kind(head: Head) -> None:
    """Whether a body of this type can be read at all. Raises Answer."""
    kind = head.media_type()
    if kind in (STRUCTURED, BATCH):
        return
    if not any(name.startswith(_PREFIX) for name, _ in head.headers):
        raise Answer(415, f"send {STRUCTURED}, {BATCH}, or JSON with ce- headers")
    if kind and not _JSON.fullmatch(kind):
        raise Answer(415, "the data of an event must be JSON")


def read_events(head: Head, body: bytes, source: Source, position: int) -> Iterator[Reading]:
    """The events of one request. `position` is the first one's place in all that came."""
    kind = head.media_type()
    if kind == BATCH:
        yield from _batch(body, source, position)
    elif kind == STRUCTURED:
        yield _structured(body, source, 1, position)
    else:
        yield _binary(head, body, source, position)


def _batch(body: bytes, source: Source, position: int) -> Iterator[Reading]:
    try:
        # Each stays as it came until it is its turn, so that a reject is kept as it was sent.
        parts = decode_json(body, list[msgspec.Raw])
    except InputError as error:
        yield Rejected(1, error.reason, error.detail, body)
        return
    if len(parts) > source.limits.batch:
        raise Answer(413, f"more than {source.limits.batch} events in one request")
    for index, part in enumerate(parts):
        yield _structured(bytes(part), source, index + 1, position + index)


def _structured(raw: bytes, source: Source, line: int, position: int) -> Reading:
    try:
        fields = decode_json(raw)
        if not isinstance(fields, dict):
            raise InputError(Reason.JSON_OBJECT)
        if fields.get("data_base64") is not None:
            raise InputError(HttpReason.BASE64)
        return _event(fields, source, position)
    except InputError as error:
        return Rejected(line, error.reason, error.detail, raw)


def _binary(head: Head, body: bytes, source: Source, position: int) -> Reading:
    try:
        fields = _attributes(head)
        fields["data"] = decode_json(body) if body.strip() else None
        return _event(fields, source, position)
    except InputError as error:
        said = b"".join(
            b"%b: %b\r\n" % (name.encode(), value)
            for name, value in head.headers
            if name.startswith(_PREFIX) or name == "content-type"
        )
        return Rejected(1, error.reason, error.detail, said + b"\r\n" + body)


def _attributes(head: Head) -> dict[str, Any]:
    fields: dict[str, Any] = {"specversion": None}
    for name, value in head.headers:
        attribute = name.removeprefix(_PREFIX)
        if attribute == name or attribute in _NOT_ATTRIBUTES:
            continue
        if not _ATTRIBUTE.fullmatch(attribute) or fields.get(attribute) is not None:
            raise InputError(HttpReason.HEADER, shown(name))
        fields[attribute] = _decoded(name, value)
    if fields["specversion"] is None:
        raise InputError(Reason.EVENT_MISSING, "ce-specversion")
    return fields


def _decoded(name: str, value: bytes) -> str:
    """A header's value: perhaps between quotes, then percent-encoded UTF-8 (3.1.3.2)."""
    if len(value) >= 2 and value[:1] == value[-1:] == b'"':
        value = re.sub(rb"\\(.)", rb"\1", value[1:-1])
    try:
        return unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(HttpReason.HEADER, shown(name)) from None


def _event(fields: dict[str, Any], source: Source, position: int) -> Event:
    if deeper_than(fields.get("data"), source.limits.depth):
        raise InputError(HttpReason.DEEP, str(source.limits.depth))
    event = make_event(fields, position=position)
    # Whoever may speak for one system must not speak for another, and nobody for the people here.
    if event.source == OURS or not source.sources & {event.source, ANY_SOURCE}:
        raise InputError(HttpReason.SOURCE, shown(event.source))
    return event
