"""One clock of one item: from the event that starts it to the one that stops it, to the millisecond."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.domain import place
from console.domain.event import Event
from console.domain.instants import Millis
from console.domain.norm import Norm
from console.domain.site import Site


@dataclass(frozen=True, slots=True)
class ClockRow:
    """What is kept of a clock; every verdict follows from it.

    `name` is norm @ source/id of the starting event, the identity that acknowledgements keep. Moments are
    milliseconds. `due` has the pauses so far in it; `paused` is set while the clock stands still.
    `not_before`: the stop happened somewhere in (not_before, stopped]; a verdict that turns on it is unknown.
    """

    item: str
    norm: str
    period: int
    name: str
    severity: int
    started: Millis
    warn: Millis
    due: Millis
    stopped: Millis | None = None
    paused: Millis | None = None
    not_before: Millis | None = None
    pauses: tuple[tuple[Millis, Millis], ...] = ()
    agents: tuple[str, ...] = ()
    rule: str = "most"

    def band(self, now: Millis) -> int:
        """The clock's band at `now` (see `place`)."""
        return place.clock_band(now, self.warn, self.due, self.stopped, self.paused)

    def broken(self, until: Millis) -> bool:
        """Whether the norm is broken as of `until`; the row must hold nothing later than that."""
        if self.paused is not None:
            return False
        if self.stopped is None:
            return until > self.due
        return self.stopped > self.due and not self.unknown

    @property
    def unknown(self) -> bool:
        """Whether nobody can say if it was broken: it stopped while no one was listening."""
        return (
            self.stopped is not None
            and self.not_before is not None
            and self.not_before <= self.due < self.stopped
        )

    def over(self, until: Millis) -> Millis:
        """Milliseconds on the wrong side of due, never negative."""
        return max(0, (self.stopped if self.stopped is not None else until) - self.due)


@dataclass(slots=True)
class RunningClock:
    """A clock while the item's events are being folded."""

    item: str
    norm: Norm
    site: Site
    period: int
    name: str
    started: Millis
    due: Millis
    stopped: Millis | None = None
    not_before: Millis | None = None
    paused: Millis | None = None
    pauses: list[tuple[Millis, Millis]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    _moved: Millis = 0
    _pause_moves: bool = False

    @classmethod
    def begin(
        cls, norm: Norm, site: Site, event: Event, period: int, given: Mapping[str, Any]
    ) -> RunningClock | None:
        """Start a clock at `event`; None where its limit names a field that nobody has given."""
        limit = site.limits.get(norm.id)
        promised = norm.most is not None and norm.most.field is not None
        for span in (norm.most, limit or norm.otherwise) if promised else (limit or norm.most,):
            if span is None:
                continue
            due = span.end(event.time, ring_cycle=site.ring_cycle, zone=site.tzinfo, given=given)
            if due is not None:
                return cls(event.subject, norm, site, period, f"{norm.id}@{event.name}", event.time, due)
        return None

    def give(self, given: Mapping[str, Any]) -> None:
        """Take a moment that an event gave anew for the field of the limit; earlier pauses don't move it."""
        if self.norm.most is None or self.norm.most.field is None:
            return
        moment = given.get(self.norm.most.field)
        if isinstance(moment, int):
            self.due = moment
            self._moved = 0
            self._pause_moves = False

    def pause(self, now: Millis) -> None:
        """Stand still from `now`; at or after due it is too late for that."""
        if now < self.due and self.paused is None:
            self.paused = now
            self._pause_moves = True

    def stand(self, now: Millis, *, moves: bool) -> None:
        """Stand still from `now` on in a pause that was there before; `moves`: it moves due all the same."""
        self.paused = now
        self._pause_moves = moves

    def resume(self, now: Millis) -> None:
        """Go on; the pause moves due by its length."""
        if self.paused is None:
            return
        self.pauses.append((self.paused, now))
        if self._pause_moves:
            self.due += now - self.paused
            self._moved += now - self.paused
        self.paused = None
        self._pause_moves = False

    def stop(self, now: Millis, not_before: Millis | None = None) -> None:
        """Stop for good at `now`."""
        self.resume(now)
        self.stopped = now
        self.not_before = not_before

    @property
    def warn(self) -> Millis:
        """When the clock is at risk: the norm's `warn`, else three quarters of the way from start to due."""
        unmoved = self.due - self._moved
        if self.norm.warn is not None and self.norm.id not in self.site.limits:
            at = self.norm.warn.end(
                self.started, ring_cycle=self.site.ring_cycle, zone=self.site.tzinfo, given={}
            )
            if at is not None and at < unmoved:
                return at + self._moved
        return self.started + max(0, unmoved - self.started) * 3 // 4 + self._moved

    def row(self) -> ClockRow:
        """What is kept of it."""
        return ClockRow(
            item=self.item,
            norm=self.norm.id,
            period=self.period,
            name=self.name,
            severity=self.norm.severity,
            started=self.started,
            warn=self.warn,
            due=self.due,
            stopped=self.stopped,
            paused=self.paused,
            not_before=self.not_before,
            pauses=tuple(self.pauses),
            agents=tuple(self.agents),
        )
