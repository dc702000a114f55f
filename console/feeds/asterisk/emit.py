"""Facts → events: ids that follow from the call, the source, the position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.domain.event import Event, Reading, Rejected

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.feeds.asterisk.model import Call

DEFAULT_SYSTEM = "pbx"
"""The name of an exchange that has none set."""


_MOMENTS = 8
"""Moments of each agent that are remembered, to tell apart what was said of her at one of them."""


class Emitter:
    """Collects what a read leads to.

    An id holds what happened to which call, and the channel or the moment where that may happen twice: never
    a position, so the same recording gives the same events however it is cut into reads.
    """

    def __init__(self) -> None:
        self.system: str | None = None
        self.nameless = DEFAULT_SYSTEM
        self._out: list[Reading] = []
        self._sequence = 0
        self._told: dict[str, dict[str, int]] = {}

    @property
    def source(self) -> str:
        """The source of the exchange's events."""
        return f"asterisk/{self.system or self.nameless}"

    def take(self) -> list[Reading]:
        """What has come up since the last time."""
        out, self._out = self._out, []
        return out

    def reject(self, rejected: Rejected) -> None:
        """Pass on what can't be used."""
        self._out.append(rejected)

    def call(self, call: Call, verb: str, at: Millis, part: str = "", /, **data: Any) -> None:
        """`call.VERB` of `call`; `part` tells it from others of that verb. An agent's own call is silent."""
        if call.silent:
            return
        identity = f"{call.key}:{verb}:{part}" if part else f"{call.key}:{verb}"
        self._event(f"call.{verb}", f"call/{call.key}", identity, at, data)

    def agent(self, interface: str, verb: str, at: Millis, /, **data: Any) -> None:
        """`agent.VERB` of the agent at `interface`."""
        base = f"{interface}:{verb}:{at}"
        told = self._told.setdefault(interface, {})
        # An event may bear a time a little before that of the list which came ahead of it.
        told[base] = count = told.pop(base, 0) + 1
        if len(told) > _MOMENTS:
            del told[next(iter(told))]
        identity = base if count == 1 else f"{base}:{count}"
        self._event(f"agent.{verb}", f"agent/{interface}", identity, at, data)

    def _event(self, kind: str, subject: str, identity: str, at: Millis, data: dict[str, Any]) -> None:
        self._sequence += 1
        self._out.append(
            Event(
                source=self.source,
                id=identity,
                type=kind,
                subject=subject,
                time=at,
                data={name: value for name, value in data.items() if value is not None},
                sequence=self._sequence,
                positional=True,
            )
        )
