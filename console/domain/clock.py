"""What is kept of one clock of one item, and what follows from it: to the millisecond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from console.domain import place

if TYPE_CHECKING:
    from console.domain.instants import Millis

Verdict = Literal["kept", "broken", "unknown"]


class ClockRow(NamedTuple):
    """What is kept of a clock; every verdict follows from it.

    `rule` is most, least or every for a clock that runs; a gate, count, phrase or inspection that broke is a
    row too, with started = due = stopped and in `missing` what was not so. `name` is norm @ source/id of the
    starting event, the identity that acknowledgements keep. Moments are milliseconds. `due` has the pauses
    so far in it (of a beat it is the first one); `paused` is set while the clock stands still.
    `not_before`: the stop happened somewhere in (not_before, stopped]; a verdict that turns on it is unknown.
    `freed`: a `least` clock was ended by what the norm allows, and is kept however soon that was.
    `slack`: it started somewhere in (started - slack, started], for nobody listened; a verdict that turns on
    that is unknown too.
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
    missing: tuple[str, ...] = ()
    freed: bool = False
    slack: Millis = 0

    @property
    def timed(self) -> bool:
        """Whether time alone can break it."""
        return self.rule in ("most", "every")

    @property
    def broken_at_event(self) -> bool:
        """Whether it broke at an event: it holds its item's place until that is acknowledged or over."""
        return not self.timed and (bool(self.missing) or self._too_soon)

    def band(self, now: Millis) -> int:
        """The clock's band at `now` (see `place`)."""
        if not self.timed:
            return place.NONE
        return place.clock_band(now, self.warn, self.due, self.stopped, self.paused)

    def broken(self, until: Millis) -> bool:
        """Whether the norm is broken as of `until`; the row must hold nothing later than that."""
        if not self.timed:
            return self.broken_at_event
        if self.paused is not None:
            return False
        if self.stopped is None:
            return until > self.due
        return self.stopped > self.due and not self.unknown

    @property
    def _too_soon(self) -> bool:
        return (
            self.rule == "least"
            and self.stopped is not None
            and self.stopped < self.due
            and not self.freed
            and not self.unknown
        )

    @property
    def unknown(self) -> bool:
        """Whether nobody can say if it was broken: it started or stopped while no one was listening."""
        if self.stopped is None or self.freed:
            return False
        soonest = self.stopped if self.not_before is None else self.not_before
        latest = self.stopped + self.slack
        if self.rule == "least":
            return soonest < self.due <= latest
        return soonest <= self.due < latest

    @property
    def unheard_from(self) -> Millis:
        """Since when nobody listened, of a clock whose verdict is unknown for that."""
        return self.not_before if self.not_before is not None else self.started - self.slack

    @property
    def broke(self) -> Millis:
        """When it broke, if it did: at its due, or at the event that came too soon."""
        return self.stopped if self.rule == "least" and self.stopped is not None else self.due

    def over(self, until: Millis) -> Millis:
        """Milliseconds on the wrong side of due, never negative."""
        if self.rule == "least":
            return max(0, self.due - self.stopped) if self._too_soon and self.stopped is not None else 0
        return max(0, (self.stopped if self.stopped is not None else until) - self.due)

    def missed(self, until: Millis) -> int:
        """How many dues of a beat have passed without a sign by `until`."""
        end = until if self.stopped is None else min(self.stopped, until)
        return max(0, -(-(end - self.due) // max(1, self.due - self.started)))

    def breaches(self, until: Millis) -> Sequence[ClockRow]:
        """What of it is broken as of `until`: itself, or each missed due of a beat as a row of its own."""
        if self.rule != "every":
            return (self,) if self.broken(until) else ()
        if self.unknown:
            return ()
        return [self.beat(missed + 1) for missed in range(self.missed(until))]

    def beat(self, number: int) -> ClockRow:
        """The `number`-th due of a beat since it was last counted from."""
        step = self.due - self.started
        return self._replace(
            period=self.period + number - 1,
            name=f"{self.name}#{number}",
            due=self.started + number * step,
            warn=self.warn + (number - 1) * step,
        )

    def as_of(self, now: Millis) -> ClockRow:
        """The row under the name that an acknowledgement given at `now` would keep."""
        return self._replace(name=f"{self.name}#{max(1, self.missed(now))}") if self.rule == "every" else self

    def changes(self, now: Millis) -> Millis | None:
        """The moment after `now` at which time alone changes something about it, if there is one."""
        if not self.timed:
            return None
        if self.rule == "every" and self.stopped is None and now > self.due:
            return self.due + self.missed(now) * (self.due - self.started) + 1
        return place.clock_next(now, self.warn, self.due, self.stopped, self.paused)

    def verdicts(self, now: Millis) -> Sequence[tuple[Verdict, Millis]]:
        """What is settled of it by `now`, and when each verdict fell."""
        if breaches := self.breaches(now):
            return [("broken", breach.broke) for breach in breaches]
        if self.stopped is None:
            return ()
        return (("unknown" if self.unknown else "kept", self.stopped),)
