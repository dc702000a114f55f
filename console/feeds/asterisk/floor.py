"""The agents: what each one is doing, from their queues' words and from the calls on their phones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.domain.instants import SECOND, Millis
from console.feeds.asterisk.names import device_of, device_of_interface, local_pair, person

if TYPE_CHECKING:
    from console.feeds.asterisk.emit import Emitter
    from console.feeds.asterisk.framing import Block
    from console.feeds.asterisk.model import KnownAgent

_FREE, _RINGING = 1, 6
_TALKING, _ON_HOLD, _OFFLINE = frozenset({2, 3, 7}), 8, frozenset({4, 5})


@dataclass(slots=True)
class _Seat:
    """An agent's place in one queue. `wrapup` is the milliseconds it leaves her alone after a call."""

    paused: bool = False
    reason: str | None = None
    wrapup: Millis = 0


@dataclass(slots=True)
class _Agent:
    """One member interface. `status` is the queue's word for its device, `before` that word when the last
    activity began: a phone that rings may be called busy (3), and that word outlives the ring by a moment.

    `calls` maps the calls she talks in to whether each is on hold. `wrapping` is when her wrap-up ends.
    """

    interface: str
    name: str | None = None
    status: int = _FREE
    before: int = _FREE
    seats: dict[str, _Seat] = field(default_factory=dict)
    rings: set[str] = field(default_factory=set)
    calls: dict[str, bool] = field(default_factory=dict)
    wrapping: Millis | None = None
    told: tuple[object, ...] = ()

    def state(self) -> str:
        """Her state in the console's words."""
        if self.status in _OFFLINE:
            return "offline"
        if self.calls:
            return "holding" if all(self.calls.values()) else "talking"
        if self.rings:
            return "ringing"
        if self.status == _ON_HOLD:
            return "holding"
        if self.status in _TALKING:
            return "talking"
        if self.status == _RINGING:
            return "ringing"
        if self.wrapping is not None:
            return "wrap-up"
        if self.seats and all(seat.paused for seat in self.seats.values()):
            return "break"
        return "available"


class Floor:
    """All agents that the stream has named, by member interface."""

    def __init__(self, emitter: Emitter) -> None:
        self._emit = emitter
        self._agents: dict[str, _Agent] = {}
        self._interfaces: dict[str, str] = {}
        self._wrapping: set[str] = set()

    def interface_of(self, channel: str) -> str | None:
        """The member interface whose phone `channel` is; None for a channel of no agent."""
        pair = local_pair(channel)
        return self._interfaces.get(device_of(pair or channel))

    def name_of(self, interface: str | None) -> str | None:
        """The agent's name, where the queues have told it."""
        agent = self._agents.get(interface or "")
        return agent.name if agent else None

    def has_call(self, interface: str, *, but: str = "") -> bool:
        """Whether the agent talks to a customer, or has one on hold, in a call other than `but`."""
        agent = self._agents.get(interface)
        return agent is not None and any(call != but for call in agent.calls)

    def believe(self, known: KnownAgent) -> None:
        """Take over an agent whom somebody else remembers: what was said of her is not said again."""
        agent = self._agents[known.interface] = _Agent(known.interface, known.name)
        self._interfaces[device_of_interface(known.interface)] = known.interface
        for queue in known.queues:
            agent.seats[queue] = _Seat(queue in known.paused_in, known.reason)
        agent.told = (known.state, known.paused_in, known.reason, known.queues)

    def carry(self, interface: str | None, call: str, *, held: bool) -> None:
        """Take over that an agent has `call`, without a word."""
        agent = self._agents.get(interface or "")
        if agent is not None:
            agent.calls[call] = held

    def member(self, block: Block, now: Millis) -> None:
        """QueueMemberStatus, -Pause, -Penalty, -Ringinuse: what her queue says of an agent."""
        agent = self._take(block)
        self._tell(agent, now)

    def joined(self, block: Block, now: Millis) -> None:
        """QueueMemberAdded: she is on the floor from her first queue on."""
        known = self._agents.get(block.get("Interface"))
        agent = self._take(block)
        if known is None or len(agent.seats) == 1:
            agent.told = ()
            self._emit.agent(
                agent.interface,
                "joined",
                now,
                name=agent.name,
                queue=block.get("Queue"),
                membership=block.get("Membership") or None,
            )
        self._tell(agent, now)

    def removed(self, block: Block, now: Millis) -> None:
        """QueueMemberRemoved: she has left the floor with her last queue."""
        agent = self._take(block)
        agent.seats.pop(block.get("Queue"), None)
        self._leave_or_tell(agent, now)

    def snapshot(self, rows: Iterable[Block], queues: set[str], now: Millis) -> None:
        """QueueStatus: the members of `queues` as of `now`; who is not among `rows` has left them."""
        listed: dict[str, set[str]] = {}
        for row in rows:
            agent = self._take(row)
            listed.setdefault(agent.interface, set()).add(row.get("Queue"))
        for agent in list(self._agents.values()):
            gone = (agent.seats.keys() & queues) - listed.get(agent.interface, set())
            for queue in gone:
                del agent.seats[queue]
            if gone or agent.interface in listed:
                self._leave_or_tell(agent, now)

    def ring(self, interface: str | None, name: str | None, queue: str | None, leg: str, now: Millis) -> None:
        """Her phone begins to ring; `leg` names the ring."""
        agent = self._known(interface, name, queue)
        if agent is None:
            return
        if not agent.rings and not agent.calls:
            agent.before = agent.status if agent.status != _RINGING else _FREE
        agent.rings.add(leg)
        agent.wrapping = None
        self._tell(agent, now)

    def unring(self, interface: str | None, leg: str, now: Millis) -> None:
        """The ring `leg` is over without her."""
        agent = self._agents.get(interface or "")
        if agent is None or leg not in agent.rings:
            return
        agent.rings.discard(leg)
        self._rest(agent, now)

    def talk(self, interface: str | None, call: str, leg: str, now: Millis) -> None:
        """She has `call` now; the ring `leg` led to it."""
        agent = self._known(interface, None, None)
        if agent is None:
            return
        agent.rings.discard(leg)
        agent.calls[call] = False
        agent.wrapping = None
        self._tell(agent, now)

    def hold(self, interface: str | None, call: str, now: Millis, *, held: bool) -> None:
        """She puts `call` on hold, or takes it back."""
        agent = self._agents.get(interface or "")
        if agent is not None and call in agent.calls:
            agent.calls[call] = held
            self._tell(agent, now)

    def release(self, interface: str | None, call: str, now: Millis) -> None:
        """`call` is no longer hers."""
        agent = self._agents.get(interface or "")
        if agent is None or agent.calls.pop(call, None) is None:
            return
        wrapup = max((seat.wrapup for seat in agent.seats.values()), default=0)
        if wrapup and not agent.calls:
            agent.wrapping = now + wrapup
            self._wrapping.add(agent.interface)
        self._rest(agent, now)

    def pass_time(self, now: Millis) -> None:
        """End the wrap-ups that are over: nobody says so."""
        for interface in sorted(self._wrapping):
            agent = self._agents[interface]
            if agent.wrapping is None:
                self._wrapping.discard(interface)
            elif agent.wrapping <= now:
                ended, agent.wrapping = agent.wrapping, None
                self._wrapping.discard(interface)
                self._tell(agent, ended)

    def _known(self, interface: str | None, name: str | None, queue: str | None) -> _Agent | None:
        """The agent at `interface`; one that a queue rings is an agent though nobody has named her yet."""
        if not interface:
            return None
        agent = self._agents.get(interface)
        if agent is None:
            if not queue:
                return None
            agent = self._agents[interface] = _Agent(interface)
            self._interfaces[device_of_interface(interface)] = interface
        if queue:
            agent.seats.setdefault(queue, _Seat())
        agent.name = name or agent.name
        return agent

    def _take(self, block: Block) -> _Agent:
        """Note what an event says of a member, or a row, where she has Location and Name."""
        interface = block.get("Interface") or block.get("Location")
        agent = self._agents.setdefault(interface, _Agent(interface))
        agent.name = person(block.get("MemberName") or block.get("Name")) or agent.name
        for device in (interface, block.get("StateInterface")):
            if device:
                self._interfaces[device_of_interface(device)] = interface
        paused = block.get("Paused") == "1"
        reason = person(block.get("PausedReason")) if paused else None
        wrapup = (block.number("Wrapuptime") or 0) * SECOND
        agent.seats[block.get("Queue")] = _Seat(paused, reason, wrapup)
        status = block.number("Status")
        if status is not None:
            agent.status = status
        return agent

    def _rest(self, agent: _Agent, now: Millis) -> None:
        """After a ring or a call: until the queue says otherwise, her device is as it was before."""
        if not agent.rings and not agent.calls and agent.status not in _OFFLINE:
            agent.status = agent.before
        self._tell(agent, now)

    def _leave_or_tell(self, agent: _Agent, now: Millis) -> None:
        if agent.seats:
            self._tell(agent, now)
            return
        self._emit.agent(agent.interface, "left", now, name=agent.name)
        # Her phone stays known as an agent's: what it calls is no customer's call.
        agent.told = ()
        agent.wrapping = None

    def _tell(self, agent: _Agent, now: Millis) -> None:
        """Say her state where it is not what was said last."""
        if not agent.seats:
            return
        state = agent.state()
        paused = sorted(queue for queue, seat in agent.seats.items() if seat.paused)
        reason = next((agent.seats[queue].reason for queue in paused if agent.seats[queue].reason), None)
        told = (state, tuple(paused), reason, tuple(sorted(agent.seats)))
        if told == agent.told:
            return
        agent.told = told
        self._emit.agent(
            agent.interface,
            "state",
            now,
            state=state,
            reason=reason,
            name=agent.name,
            queues=sorted(agent.seats),
            paused_in=paused or None,
        )
