"""Where to listen, whom to hear, and how much of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, SECOND, Millis

if TYPE_CHECKING:
    from console.feeds.http.signatures import Scheme
    from console.feeds.mapping import Mapping

ANY_SOURCE = "*"
"""Stands for every source of events but the console's own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one source may send. `size` bytes, `depth` levels of JSON, `batch` events in one request, `rate`
    requests a second over time and `burst` of them at once."""

    size: int = 262_144
    depth: int = 16
    batch: int = 500
    rate: float = 1_000.0
    burst: int = 2_000


@dataclass(frozen=True, slots=True)
class Source:
    """One sender. With a `mapping` its JSON comes to /hooks/NAME, without one CloudEvents to /events/NAME.

    `scheme` and `secret` say how it proves itself; without a scheme it need not. `sources` are the sources
    that its CloudEvents may bear. `tolerance`: how far a signed time may be off.
    """

    name: str
    scheme: Scheme | None
    secret: bytes = field(default=b"", repr=False)
    mapping: Mapping | None = field(default=None, repr=False)
    sources: frozenset[str] = frozenset()
    tolerance: Millis = 5 * MINUTE
    limits: Limits = Limits()

    @property
    def path(self) -> str:
        """Where it sends to."""
        return f"/{'hooks' if self.mapping else 'events'}/{self.name}"


@dataclass(frozen=True, slots=True)
class Listener:
    """One address with its sources: a unix socket (`path`, with `mode`), or a host and port.

    A request's head must be whole after `head_time`, its body after `body_time` more; a connection without a
    request is closed after `idle_time`. Of more than `connections` the one that has kept us waiting longest
    goes.
    """

    sources: tuple[Source, ...]
    host: str = "127.0.0.1"
    port: int = 0
    path: str = ""
    mode: int = 0o600
    metrics: bool = True
    connections: int = 256
    head_time: Millis = 5 * SECOND
    body_time: Millis = 10 * SECOND
    idle_time: Millis = MINUTE

    @property
    def name(self) -> str:
        """The address, as the settings give it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"unix:{self.path}" if self.path else f"{host}:{self.port}"
