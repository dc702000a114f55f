"""The attributes of a CloudEvent, checked: what every feed's events go through before they are events."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from console.domain.event import Event
from console.domain.instants import DAY, Millis, parse_rfc3339
from console.feeds.reasons import InputError, Reason
from console.feeds.sanitise import NotFlatError, bad_identifier, clean_data, clean_flat, shown

EARLIEST: Millis = 0
"""1970-01-01T00:00:00Z: a moment before it is a clock that was never set."""

END: Millis = 84_006 * DAY
"""2200-01-01T00:00:00Z: a moment from there on is a typing error, and arithmetic on it a risk."""

_REQUIRED = ("id", "source", "type", "subject", "time")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+", re.ASCII)
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)
_INT64 = range(-(2**63), 2**63)

# Types that speak about an item of another kind, or about no item at all.
_ANY_ITEM = frozenset({"item"})
_ANY_SUBJECT = frozenset({"clock", "site", "feed"})

_DIRECTIONS = frozenset({"in", "out", "internal"})


def make_event(fields: Mapping[str, Any], *, position: int) -> Event:
    """The event that a CloudEvent's attributes describe; `fields` is the decoded JSON object.

    `position` is its place in the file or stream, and its sequence where it brings none. Raises InputError.
    Attributes that the log has no room for (`datacontenttype`, `traceparent`, …) are passed over.
    """
    version = fields.get("specversion", "1.0")
    if version != "1.0":
        raise InputError(Reason.EVENT_VERSION, shown(version))
    identity, source, type_, subject, time = [_text(fields, name) for name in _REQUIRED]
    for name, text in (("id", identity), ("source", source), ("subject", subject)):
        if bad_identifier(text):
            raise InputError(Reason.EVENT_IDENTIFIER, f"{name}: {shown(repr(text))}")
    _check_subject(type_, subject)
    data = fields.get("data")
    if data is not None and not isinstance(data, dict):
        raise InputError(Reason.EVENT_DATA)
    sequence = _sequence(fields.get("sequence"))
    return Event(
        source=source,
        id=identity,
        type=type_,
        subject=subject,
        time=_event_time(time),
        data=_clean(data) if data else {},
        sequence=position if sequence is None else sequence,
        positional=sequence is None,
    )


@lru_cache(maxsize=1024)
def is_type(text: str) -> bool:
    """Whether `text` has the shape of a type, `kind.verb`."""
    return not bad_identifier(text) and _TYPE.fullmatch(text) is not None


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        raise InputError(Reason.EVENT_MISSING, name)
    if not isinstance(value, str) or not value:
        raise InputError(Reason.EVENT_TEXT, name)
    return value


def _check_subject(type_: str, subject: str) -> None:
    """`call.answered` is about a `call/…`; a wrong kind would make an item that nothing else belongs to."""
    if not is_type(type_):
        raise InputError(Reason.EVENT_TYPE, shown(type_))
    said = type_.partition(".")[0]
    if said in _ANY_SUBJECT:
        return
    kind, _, name = subject.partition("/")
    if not name or not kind or (said != kind and said not in _ANY_ITEM):
        raise InputError(Reason.EVENT_SUBJECT, shown(f"{subject}, {type_}"))


def _event_time(text: str) -> Millis:
    try:
        moment = parse_rfc3339(text)
    except ValueError:
        raise InputError(Reason.TIME_EVENT, shown(text)) from None
    return _in_range("time", text, moment)


def _in_range(name: str, text: str, moment: Millis) -> Millis:
    if not EARLIEST <= moment < END:
        raise InputError(Reason.TIME_RANGE, f"{name}: {shown(text)}")
    return moment


def _sequence(value: Any) -> int | None:
    """CloudEvents' extension writes the sequence as a text, others as a number."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value in _INT64:
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise InputError(Reason.EVENT_SEQUENCE, shown(value))


def _clean(data: dict[str, Any]) -> dict[str, Any]:
    """`data` cleaned; what clocks and items depend on is checked before cleaning could hide a fault.

    One of those that is null or empty is not given at all.
    """
    try:
        return clean_flat(data, _CHECKS)
    except NotFlatError:
        pass
    checked: dict[str, Any] = {}
    for name, value in data.items():
        check = _CHECKS.get(name)
        if check is None:
            checked[name] = value
        elif value is not None and value != "":
            checked[name] = check(name, value)
    cleaned: dict[str, Any] = clean_data(checked)
    for name in cleaned.keys() & _CHECKS.keys():
        # "queue" with something invisible in it must not become a queue that nobody checked.
        if name not in checked:
            raise InputError(Reason.DATA_KEY, name)
    return cleaned


def _moment(name: str, value: Any) -> str:
    try:
        moment = parse_rfc3339(value)
    except (ValueError, TypeError):
        raise InputError(Reason.TIME_FIELD, f"{name}: {shown(value)}") from None
    _in_range(name, value, moment)
    return str(value)


def _identifier(name: str, value: Any) -> str:
    if isinstance(value, str) and not bad_identifier(value):
        return value
    raise InputError(Reason.DATA_IDENTIFIER, f"{name}: {shown(repr(value))}")


def _number_or_identifier(name: str, value: Any) -> str:
    """A customer's number, which senders like to write as a JSON number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _identifier(name, value)


def _direction(name: str, value: Any) -> str:
    if not isinstance(value, str) or value not in _DIRECTIONS:
        raise InputError(Reason.DATA_DIRECTION, shown(value))
    return value


def _boolean(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InputError(Reason.DATA_BOOLEAN, f"{name}: {shown(value)}")
    return value


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(
        ("due", "window_start", "window_end", "next_time", "until", "not_before", "expires", "back_at"),
        _moment,
    ),
    **dict.fromkeys(("queue", "agent", "case", "to_agent", "to_queue"), _identifier),
    **dict.fromkeys(("customer", "from"), _number_or_identifier),
    "direction": _direction,
    "consent": _boolean,
}
