"""Random histories: a few items of every kind that get in each other's way, told in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from console.domain.event import Event
from console.domain.instants import format_utc
from console.domain.lifecycle import HAND_TYPES, LIVES
from tests.domain.story import START

HORIZON_S = 8 * 3600
"""How long a history may last: longer than a call may be silent."""

_SPOTS = [
    *(0, 1, 5, 10, 14.999, 15, 15.001, 16, 20, 30, 59, 60, 60.001, 61, 75, 90, 120),
    *(600, 1500, 1799.999, 1800, 1800.001, 1860, 3600, 3601, 7200, 14400, 14401, 14460, 20000),
]
"""Moments at and around the limits of the norms, so that what begins at one breaks at another."""

_SUBJECTS = {
    "call": ["call/1", "call/2", "call/3"],
    "callback": ["callback/1", "callback/call/1", "callback/call/2"],
    "ticket": ["ticket/1", "ticket/2"],
    "job": ["job/1"],
    "agent": ["agent/li"],
}

_NUMBERS = ["13800000042", "+86 138 0000 0042", "0086-138-0000-0042", "13900000001", "Ma Li"]
_AGENTS = ["li", "wang", "PJSIP/1001"]
_QUEUES = ["billing", "repair"]

moments = st.one_of(
    st.sampled_from(_SPOTS).map(lambda seconds: START + round(seconds * 1000)),
    st.integers(0, HORIZON_S * 1000).map(lambda millis: START + millis),
)
"""A moment of a history."""


def _maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_texts_of_moments = moments.map(format_utc)
_DATA: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "call": _maybe(
        direction=st.sampled_from(["in", "in", "out", "internal"]),
        **{"from": st.sampled_from(_NUMBERS)},
        customer=st.sampled_from(_NUMBERS),
        agent=st.sampled_from(_AGENTS),
        to_agent=st.sampled_from(_AGENTS),
        to_queue=st.sampled_from(_QUEUES),
        queue=st.sampled_from(_QUEUES),
    ),
    "callback": _maybe(
        due=_texts_of_moments, customer=st.sampled_from(_NUMBERS), agent=st.sampled_from(_AGENTS)
    ),
    "ticket": _maybe(
        due=st.one_of(_texts_of_moments, st.none(), st.just("soon")),
        agent=st.sampled_from(_AGENTS),
        queue=st.sampled_from(_QUEUES),
    ),
    "job": _maybe(window_end=_texts_of_moments, agent=st.sampled_from(_AGENTS)),
    "agent": _maybe(state=st.sampled_from(["available", "talking", "break"])),
}
_VERBS = {
    **{kind: [verb for verb in LIVES[kind] if verb.startswith(kind)] for kind in _SUBJECTS},
    "call": [
        *("call.offered", "call.ringing", "call.ringing", "call.answered", "call.answered", "call.held"),
        *("call.resumed", "call.transferred", "call.dropped", "call.abandoned", "call.ended"),
        *("call.ring_missed", "call.lost", "call.muted", "call.said", "call.hummed"),
    ],
}
_OURS_TOO = ("callback.requested", "callback.tried")


@st.composite
def _events(draw: st.DrawFn, number: int, kinds: Sequence[str]) -> Event:
    kind = draw(st.sampled_from(kinds))
    subject = draw(st.sampled_from(_SUBJECTS[kind]))
    by_hand = draw(st.integers(0, 4)) == 0
    type_ = draw(st.sampled_from(HAND_TYPES if by_hand else _VERBS[kind]))
    source = draw(st.sampled_from(["pbx", "crm"]))
    data: dict[str, Any] = {}
    if by_hand or type_ in _OURS_TOO:
        source = draw(st.sampled_from(["console", "console", "pbx"]))
    if by_hand:
        data = {
            "actor": draw(st.sampled_from(["zhao", "qian"])),
            "to": draw(st.sampled_from([*_AGENTS, None])),
            "level": "lead",
            "outcome": "resolved",
            "of": f"console/e{draw(st.integers(0, 20))}",
        }
    else:
        data = draw(_DATA[kind])
    return Event(
        source=source,
        id=f"e{number}",
        type=type_,
        subject=subject,
        time=draw(moments),
        data=data,
        sequence=draw(st.sampled_from([None, number, 1])),
    )


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    most: int = 24,
    kinds: Sequence[str] = ("call", "call", "callback", "ticket", "job", "agent"),
) -> list[Event]:
    """Events with names of their own, in no order."""
    number = draw(st.integers(1, most))
    return [draw(_events(index, kinds)) for index in range(number)]
