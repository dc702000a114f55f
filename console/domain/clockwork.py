"""All clocks of one item while its events are folded: which start, stop, stand still and go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.instants import Millis, moment_of
from console.domain.pack import ClockNorm
from console.domain.running import Point, RunningClock

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.item import Item
    from console.domain.norm import Timing
    from console.domain.rules import Rules
    from console.domain.selector import Facts


class Clockwork:
    """Told every event that made sense, in order. What runs, and what has run, stands in `item.clocks`."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._running: list[RunningClock] = []
        self._latest: dict[str, RunningClock | Point] = {}
        self._spent: set[str] = set()
        self._unarmed: list[RunningClock] = []
        self._armed: set[str] = set()
        self._used_up: set[str] = set()

    def tell(self, event: Event, rules: Rules, gave: set[str], facts: Facts) -> None:
        """Take one event; `gave` are the moments that it gave."""
        item = self._item
        if self._running:
            for clock in tuple(self._running):
                self._tell_one(clock, event, gave, facts, rules)
        pack, told = rules.pack, (item.kind, event.type)
        for of in pack.arms.get(told, ()):
            self._arm(of, event, facts)
        for of in pack.strict.get(told, ()):
            self._must_have_started(of, event, facts)
        if item.over is not None:
            self.stop_all(event.time, moment_of(event.data.get("not_before")))
            return
        if self._running:
            self._name_agents(event, rules)
        begins = pack.begins.get(told, ())
        if gave:  # a moment that was given may begin a clock whatever the type of its event is
            begins = pack.moments.get(told) or pack.moments.get((item.kind, ""), ())
        for of in begins:
            timing = of.timing
            if timing.rearm and timing.rearm.met_by(event, facts):
                self._spent.discard(of.norm.id)
            if timing.unless and timing.unless.met_by(event, facts):
                self._spent.add(of.norm.id)
            if self._starts(of, event, gave, facts):
                self._start(of, event, rules)

    def stop_all(self, now: Millis, not_before: Millis | None) -> None:
        """Stop what runs: the item is over. What may not stop too soon is freed by that."""
        for clock in list(self._running):
            self._stop(clock, now, not_before, freed=clock.timing.rule == "least")

    def give_agent(self, agent: str) -> None:
        """Name somebody who had the item while its clocks ran."""
        for clock in self._running:
            clock.name_agents((agent,))

    def _tell_one(
        self, clock: RunningClock, event: Event, gave: set[str], facts: Facts, rules: Rules
    ) -> None:
        timing, field = clock.timing, clock.timing.limit.field
        ended = timing.stop.given_by(gave)
        if event.type not in timing.moved_by and field not in gave and not ended:
            return
        if field in gave and not timing.rearm.met_by(event, facts):
            clock.give(self._item.given[field])
            if self._waits(timing) and not timing.pause.met_by(event, facts) and event.time < clock.due:
                clock.stand(event.time, moves=False)
        if ended or timing.stop.met_by(event, facts):
            self._stop(clock, event.time, moment_of(event.data.get("not_before")))
        elif timing.free and timing.free.met_by(event, facts):
            self._stop(clock, event.time, None, freed=True)
        elif timing.again and timing.again.met_by(event, facts):
            self._stop(clock, event.time, None, freed=timing.rule == "least")
            self._begin(ClockNorm(clock.norm, timing), event, rules)
        elif timing.pause and timing.pause.met_by(event, facts):
            if timing.per == "sum" and event.time > clock.due:
                # The stretch that was too long is over. What comes after it is too long from its start.
                self._stop(clock, event.time, moment_of(event.data.get("not_before")))
                self._used_up.add(clock.norm.id)
            else:
                clock.pause(event.time)
        elif timing.resume and timing.resume.met_by(event, facts):
            clock.resume(event.time)

    def _arm(self, of: ClockNorm, event: Event, facts: Facts) -> None:
        """Show what was counted quietly until now, and whatever that norm counts from here on."""
        if of.norm.id in self._armed or not of.timing.arm.met_by(event, facts):
            return
        self._armed.add(of.norm.id)
        for clock in [clock for clock in self._unarmed if clock.norm.id == of.norm.id]:
            self._unarmed.remove(clock)
            self._item.clocks.append(clock)

    def _starts(self, of: ClockNorm, event: Event, gave: set[str], facts: Facts) -> bool:
        norm, start = of.norm, of.timing.start
        if norm.id in self._spent and norm.id not in self._used_up:
            return False
        if not start.met_by(event, facts) and not start.given_by(gave):
            return False
        if norm.id in [clock.norm.id for clock in self._running] or of.timing.stop.given_by(gave):
            return False
        return norm.applies(self._item.value)

    def _start(self, of: ClockNorm, event: Event, rules: Rules) -> None:
        clock = self._begin(of, event, rules)
        if clock is None:
            return
        timing = of.timing
        if of.norm.id in self._used_up:
            clock.due = clock.started
        if timing.per != "start":
            self._spent.add(of.norm.id)
        if self._waits(timing):
            # A pause moves no moment that was given after it began.
            given_later = timing.limit.field is not None and not timing.pause.met_by(event, {})
            clock.stand(event.time, moves=not given_later)

    def _begin(self, of: ClockNorm, event: Event, rules: Rules) -> RunningClock | None:
        item = self._item
        clock = RunningClock.begin(of, rules.site, event, self._period(of.norm.id), item.given)
        if clock is None:
            return None
        clock.name_agents((*item.ringing, item.owner))
        self._latest[of.norm.id] = clock
        self._running.append(clock)
        if of.timing.arm and of.norm.id not in self._armed:
            self._unarmed.append(clock)
        else:
            item.clocks.append(clock)
        return clock

    def _period(self, norm: str) -> int:
        """The number of the next period of a norm."""
        latest = self._latest.get(norm)
        if latest is None:
            return 1
        return latest.row().period + (latest.periods if isinstance(latest, RunningClock) else 1)

    def _must_have_started(self, of: ClockNorm, event: Event, facts: Facts) -> None:
        """A stop that meets no clock of its norm breaks it, where the norm says so."""
        norm, timing = of.norm, of.timing
        if norm.id in self._spent or not timing.stop.met_by(event, facts):
            return
        latest = self._latest.get(norm.id)
        if latest is not None and latest.row().stopped in (None, event.time):
            return
        if norm.applies(self._item.value):
            missing, period = tuple(timing.start), self._period(norm.id)
            point = Point.at(self._item.owner, norm, event, period, "gate", missing)
            self._latest[norm.id] = point
            self._item.clocks.append(point)

    def _waits(self, timing: Timing) -> bool:
        return bool(timing.pause) and "waiting" in self._item.flags

    def _stop(
        self, clock: RunningClock, now: Millis, not_before: Millis | None, *, freed: bool = False
    ) -> None:
        clock.stop(now, not_before, freed=freed)
        self._running.remove(clock)

    def _name_agents(self, event: Event, rules: Rules) -> None:
        """Whose telephone rang, or who had the item, while the clocks ran."""
        raw = event.data.get("agent")
        people = [self._item.owner]
        if event.type in ("call.ringing", "call.answered") and isinstance(raw, str) and raw:
            people.append(rules.site.agent(raw))
        for clock in self._running:
            clock.name_agents(people)
