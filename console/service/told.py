"""What is told of breaches, to whom, and in what form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from console.domain.frozen import frozen
from console.domain.ladder import ON_CALL, Climb, Ladder, Step

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.rota import Rota
    from console.domain.rules import Rules
    from console.service.rows import ItemRow


@frozen
class Entry:
    """One breach that a message tells of: by which step, and the how-manieth notice of that step it is."""

    climb: Climb
    step: Step
    count: int
    row: ItemRow | None


@frozen
class Bundle:
    """What one message says. Many `entries` are told as one. `missed` are breaches, by norm, of which nobody
    heard for the quiet and which are over. `unmanned`: it is for whoever is on call, and nobody is."""

    entries: tuple[Entry, ...]
    rules: Rules
    now: Millis
    missed: Mapping[str, int] = field(default_factory=dict)
    unmanned: bool = False


@frozen
class Told:
    """What became of a breach, for a system: `type` is clock.breached, clock.acknowledged or clock.over."""

    type: str
    climb: Climb
    row: ItemRow | None
    now: Millis


@frozen
class Telling:
    """Who is told, and how. `channels` leads from a role or a person to the names of their channels,
    `systems` are the channels of systems, which hear of everything. `write_up` makes a message of a bundle in
    a channel's words, `content` what a system is sent; of many things `contents`, with how many there are
    altogether and how many come in later messages. Where nobody is on call, `stand_in` is told."""

    ladder: Ladder = field(default_factory=Ladder)
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    systems: tuple[str, ...] = ()
    rota: Rota | None = None
    stand_in: str = ""
    write_up: Callable[[str, Bundle], Mapping[str, Any]] = lambda channel, bundle: {}
    content: Callable[[Told], Mapping[str, Any]] = lambda told: {}
    contents: Callable[[Sequence[Told], int, int], Mapping[str, Any]] = lambda told, total, later: {}

    def reach(self, who: str, now: Millis) -> tuple[tuple[str, ...], bool]:
        """The channels of a role or a person at `now`, and whether nobody is on call."""
        if who != ON_CALL or self.rota is None:
            return self.channels.get(who, ()), False
        person = self.rota.on_call(now)
        shared = self.channels.get(ON_CALL, ())
        if person is not None:
            return tuple(dict.fromkeys((*self.channels.get(person, ()), *shared))), False
        return shared or self.channels.get(self.stand_in, ()), True
