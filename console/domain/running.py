"""One clock of one item while its events are folded: from the one that starts it to the one that stops it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from console.domain.clock import ClockRow
from console.domain.frozen import slotted
from console.domain.instants import Millis, moment_of

if TYPE_CHECKING:
    from console.domain.calendar import Calendar
    from console.domain.clock import Verdict
    from console.domain.event import Event
    from console.domain.norm import Norm, Timing
    from console.domain.pack import ClockNorm
    from console.domain.site import Site


@slotted
class Point:
    """A norm that broke at an event: a gate, a count, a phrase or an inspection."""

    norm: Norm
    _row: ClockRow

    @classmethod
    def at(
        cls, owner: str | None, norm: Norm, event: Event, period: int, rule: str, missing: tuple[str, ...]
    ) -> Point:
        """The breach of `norm` at `event`, with what was `missing`."""
        now = event.time
        return cls(
            norm,
            ClockRow(
                item=event.subject,
                norm=norm.id,
                period=period,
                name=f"{norm.id}@{event.name}",
                severity=norm.severity,
                started=now,
                warn=now,
                due=now,
                stopped=now,
                agents=(owner,) if owner else (),
                rule=rule,
                missing=missing,
            ),
        )

    @property
    def name(self) -> str:
        """The identity that acknowledgements keep."""
        return self._row.name

    def row(self) -> ClockRow:
        """What is kept of it."""
        return self._row

    def verdicts(self, now: Millis) -> Sequence[tuple[Verdict, Millis]]:
        """What is settled of it by `now`, and when each verdict fell."""
        return self._row.verdicts(now)


def calendar_of(norm: Norm, site: Site) -> Calendar | None:
    """The hours that a norm's lengths run in there; None is around the clock, which beats always are."""
    if norm.timing is not None and norm.timing.rule == "every":
        return None
    return site.calendar(norm.id, norm.calendar)


@slotted
class RunningClock:
    """A clock while the item's events are being folded. With a `calendar` its lengths are business time."""

    item: str
    norm: Norm
    timing: Timing
    site: Site
    period: int
    name: str
    started: Millis
    due: Millis
    calendar: Calendar | None = None
    stopped: Millis | None = None
    not_before: Millis | None = None
    freed: bool = False
    slack: Millis = 0
    paused: Millis | None = None
    pauses: list[tuple[Millis, Millis]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    _moved: Millis = 0
    _pause_moves: bool = False
    _row: ClockRow | None = None
    _settled: Sequence[tuple[Verdict, Millis]] | None = None

    @classmethod
    def begin(
        cls, of: ClockNorm, site: Site, event: Event, period: int, given: Mapping[str, Any]
    ) -> RunningClock | None:
        """Start a clock at `event`; None where its limit names a field that nobody has given."""
        norm, timing = of.norm, of.timing
        limit = site.limits.get(norm.id)
        promised = timing.limit.field is not None
        calendar = calendar_of(norm, site)
        for span in (timing.limit, limit or timing.otherwise) if promised else (limit or timing.limit,):
            if span is None:
                continue
            due = span.end(
                event.time, ring_cycle=site.ring_cycle, zone=site.tzinfo, given=given, calendar=calendar
            )
            if due is not None:
                name = f"{norm.id}@{event.name}"
                clock = cls(event.subject, norm, timing, site, period, name, event.time, due, calendar)
                unheard = event.data.get("not_before")
                if unheard is not None and span.field is None:
                    clock.slack = max(0, event.time - (moment_of(unheard) or event.time))
                return clock
        return None

    def give(self, moment: Millis) -> None:
        """Take a moment that an event gave anew for the field of the limit; earlier pauses don't move it."""
        self._row = None
        self.due = self.timing.limit.beside(moment, self.site.tzinfo, self.calendar)
        self.slack = 0
        self._moved = 0
        self._pause_moves = False

    def pause(self, now: Millis) -> None:
        """Stand still from `now`; at or after due it is too late for that. A sum of stretches that comes to
        no more than its limit is kept."""
        if (now < self.due or (now == self.due and self.timing.per == "sum")) and self.paused is None:
            self._row = None
            self.paused = now
            self._pause_moves = True

    def stand(self, now: Millis, *, moves: bool) -> None:
        """Stand still from `now` on in a pause that was there before; `moves`: it moves due all the same."""
        self._row = None
        self.paused = now
        self._pause_moves = moves

    def resume(self, now: Millis) -> None:
        """Go on; due is as much later as there was left when the pause began."""
        if self.paused is None:
            return
        self._row = None
        self.pauses.append((self.paused, now))
        if self._pause_moves:
            # What was promised for outside the hours is due no sooner for a pause that took none of them.
            self.due = max(self.due, self._later(now, self._length(self.paused, self.due)))
            self._moved += self._length(self.paused, now)
        self.paused = None
        self._pause_moves = False

    def stop(self, now: Millis, not_before: Millis | None = None, *, freed: bool = False) -> None:
        """Stop for good at `now`."""
        self.resume(now)
        self._row = None
        self.stopped = now
        self.not_before = not_before
        self.freed = freed

    def name_agents(self, agents: Iterable[str | None]) -> None:
        """Note who had a part in it while it ran."""
        for agent in agents:
            if agent and agent not in self.agents:
                self._row = None
                self.agents.append(agent)

    @property
    def periods(self) -> int:
        """How many periods of its norm it makes: of a beat each due that was missed, else one."""
        return max(1, self.row().missed(self.stopped or self.due)) if self.timing.rule == "every" else 1

    @property
    def warn(self) -> Millis:
        """When the clock is at risk: the norm's `warn`, else three quarters of the way from start to due."""
        whole = max(0, self._length(self.started, self.due) - self._moved)
        before = whole * 3 // 4
        if self.timing.warn is not None and self.norm.id not in self.site.limits:
            at = self.timing.warn.end(
                self.started,
                ring_cycle=self.site.ring_cycle,
                zone=self.site.tzinfo,
                given={},
                calendar=self.calendar,
            )
            if at is not None and self._length(self.started, at) < whole:
                before = self._length(self.started, at)
        return self._later(self.started, before + self._moved)

    def _length(self, start: Millis, end: Millis) -> Millis:
        """The time from one moment to a later one, as this clock counts it."""
        return end - start if self.calendar is None else self.calendar.between(start, end)

    def _later(self, start: Millis, length: Millis) -> Millis:
        return start + length if self.calendar is None else self.calendar.add(start, length)

    def row(self) -> ClockRow:
        """What is kept of it: the same value until something about it changes."""
        if self._row is None:
            # In the order of its fields: by name it takes twice as long.
            self._row = ClockRow(
                self.item,
                self.norm.id,
                self.period,
                self.name,
                self.norm.severity,
                self.started,
                self.warn,
                self.due,
                self.stopped,
                self.paused,
                self.not_before,
                tuple(self.pauses),
                tuple(self.agents),
                self.timing.rule,
                (),  # missing
                self.freed,
                self.slack,
            )
        return self._row

    def verdicts(self, now: Millis) -> Sequence[tuple[Verdict, Millis]]:
        """What is settled of it by `now`, and when each verdict fell: for good, once it has stopped."""
        if self._settled is not None:
            return self._settled
        told = self.row().verdicts(now)
        if self.stopped is not None:
            self._settled = told
        return told
