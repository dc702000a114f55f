"""What the reader remembers: the calls that are open and no others, so memory follows the floor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.domain.instants import Millis


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that somebody else remembers as open, from before the connection was lost.

    `subject` is `call/LINKEDID`; `state` one of waiting, ringing, talking, held; `agent` who has it, by the
    exchange's name for her, and `leg` her channel's id; `rings` the phones that ring, each as (its channel's
    id, agent); `last` the time of the last event known of it; `held_since` when its hold began; `out`:
    an agent made it.
    """

    subject: str
    state: str
    queue: str | None = None
    agent: str | None = None
    last: Millis = 0
    leg: str = ""
    rings: tuple[tuple[str, str | None], ...] = ()
    held_since: Millis = 0
    out: bool = False


@dataclass(frozen=True, slots=True)
class KnownAgent:
    """An agent as somebody else remembers her: what was last said of her, in the words of `agent.state`."""

    interface: str
    state: str
    name: str | None = None
    reason: str | None = None
    queues: tuple[str, ...] = ()
    paused_in: tuple[str, ...] = ()


@dataclass(slots=True)
class Channel:
    """A channel that lives; `began` is when it reached the exchange."""

    name: str
    began: Millis
    withheld: bool = False


@dataclass(slots=True)
class Ring:
    """One phone that rings for one call. `leg` is its channel's id, and names the ring.

    `pair` is the Local channel it rings through, if any. `ended` is when the ring stopped; what it came to is
    known only when its channel is gone. `direct`: dialled by the dialplan, not by a queue.
    """

    leg: str
    agent: str | None
    name: str | None
    queue: str | None
    since: Millis
    pair: str = ""
    direct: bool = False
    legs: set[str] = field(default_factory=set)
    ended: Millis | None = None
    no_answer: bool = False
    status: str = ""
    cause: int | None = None


@dataclass(slots=True)
class Talk:
    """The agent who has the customer. `legs` are her channels, empty where nobody saw them begin."""

    agent: str | None
    name: str | None
    queue: str | None
    leg: str
    legs: set[str]


@dataclass(slots=True)
class Parting:
    """Who asked first to hang up: `customer` or `agent`."""

    by: str
    at: Millis
    cause: int | None


@dataclass(slots=True)
class Move:
    """A call that leaves where it was; `kind` is blind, redirect or moved. Where to shows later."""

    kind: str
    at: Millis
    agent: str | None = None
    to: str | None = None


@dataclass(slots=True)
class Call:
    """One call by its `key`, the Linkedid. `customer` is the id of the customer's channel.

    `silent`: an agent's own call (a consultation), which is no item but may become part of one. `seen` is the
    connection that last said something of it. `state` is waiting, ringing, talking, or moving (between
    places). `abandoned`: when the queue let go of it; `soft`: the exchange ends it by itself. `picked`: one
    of its ringing phones was picked up. `held_since`: when the hold began.
    `out`: an agent calls the customer; `caller` is then she, where it was heard, by her channel's ring, and
    `failed` when and why the last try to reach the customer came to nothing: there may be another way.
    `phones` are those behind Local channels. `keys`, `customers`, `legs`: the names by which events mean it.
    """

    key: str
    customer: str
    channel: str
    device: str
    seen: int
    silent: bool = False
    out: bool = False
    caller: Ring | None = None
    failed: tuple[Millis, int | None] | None = None
    queue: str | None = None
    state: str = "waiting"
    answered: bool = False
    held: bool = False
    picked: bool = False
    rings: dict[str, Ring] = field(default_factory=dict)
    talk: Talk | None = None
    parting: Parting | None = None
    move: Move | None = None
    abandoned: Millis | None = None
    soft: bool = False
    leg_cause: int | None = None
    held_since: Millis = 0
    phones: dict[str, set[str]] = field(default_factory=dict)
    status: str = ""
    completed_by: str = ""
    offered: Millis = 0
    keys: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)
    legs: set[str] = field(default_factory=set)

    @property
    def agent(self) -> str | None:
        """Who has the customer."""
        return self.talk.agent if self.talk else None

    def settle(self) -> None:
        """The call has found its next place: what was noted on the way there is done with."""
        self.parting = None
        self.abandoned = None
        self.soft = False
        self.leg_cause = None
        self.status = ""
        self.completed_by = ""
