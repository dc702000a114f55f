"""One clock of one item: from the event that starts it to the one that stops it, to the millisecond."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from console.domain import place
from console.domain.frozen import slotted
from console.domain.instants import Millis, moment_of

if TYPE_CHECKING:
    from console.domain.calendar import Calendar
    from console.domain.event import Event
    from console.domain.norm import ClockNorm, Norm, Timing
    from console.domain.site import Site

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
        return soonest <= self.due < self.stopped + self.slack

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

    def give(self, given: Mapping[str, Any]) -> None:
        """Take a moment that an event gave anew for the field of the limit; earlier pauses don't move it."""
        if self.timing.limit.field is None:
            return
        moment = given.get(self.timing.limit.field)
        if isinstance(moment, int):
            self._row = None
            self.due = moment
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
            self.due = self._later(now, self._length(self.paused, self.due))
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
