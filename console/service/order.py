"""One thing that another system is asked to do, and what may come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.instants import Millis

WAITING, SENDING, TAKEN = "waiting", "sending", "taken"
DONE, FAILED, UNKNOWN, WITHDRAWN = "done", "failed", "unknown", "withdrawn"

OPEN = (WAITING, SENDING, TAKEN)
"""States in which an order has not come to an end."""

TO_AGENT, TO_QUEUE = "give_to_agent", "give_to_queue"
MOVES = frozenset({TO_AGENT, TO_QUEUE})
FIRST, PAUSE, UNPAUSE, DIAL = "first", "pause", "unpause", "dial"
LISTEN, WHISPER = "listen", "whisper"
EARS = frozenset({LISTEN, WHISPER})


@frozen
class Order:
    """One thing that the system behind `source` is to do with `item`.

    `id` is the event's of the command, the key by which it is known for ever. `state`: waiting; sending
    (stamped before it goes out, so that none is ever sent unnoticed); taken (the system said yes, and its own
    word is still to come); done, failed, unknown (sent, and nobody knows); withdrawn. `reason` says why.
    """

    id: str
    source: str
    item: str
    verb: str
    made: Millis
    changed: Millis
    data: Mapping[str, Any] = field(default_factory=dict)
    state: str = WAITING
    reason: str = ""


@frozen
class Result:
    """What came of carrying an order out: `state` is taken, done, failed or unknown; or waiting, where
    nothing was sent and it may be tried again."""

    state: str
    reason: str = ""
