"""How long a customer has waited on a call: until somebody answered, on hold, and while passed on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.instants import Millis

_BEGINS = frozenset({"call.offered", "call.ringing", "call.held", "call.transferred"})
_GOES_ON = frozenset({"call.answered", "call.resumed"})
_ENDS = frozenset({"call.ended", "call.dropped", "call.abandoned", "call.lost"})


class Waited(NamedTuple):
    """Milliseconds: all waits of the call together, and those since it was last passed on (`passed`)."""

    whole: Millis
    leg: Millis
    passed: bool


def waited(events: Iterable[Event], now: Millis) -> Waited:
    """The waits of one call as of `now`, from those of its events that counted, in order."""
    whole = leg = 0
    since: Millis | None = None
    talking = passed = False
    for event in events:
        if event.time > now:
            break
        if since is not None:
            whole, leg, since = whole + event.time - since, leg + event.time - since, event.time
        if event.type in _ENDS:
            return Waited(whole, leg, passed)
        if event.type == "call.transferred":
            leg, passed, talking = 0, True, False
        if event.type in _GOES_ON:
            talking, since = True, None
        elif event.type in _BEGINS and (event.type != "call.ringing" or not talking):
            since = event.time
    if since is not None:
        whole, leg = whole + now - since, leg + now - since
    return Waited(whole, leg, passed)
