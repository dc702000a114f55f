"""The ladder: who is told of a breach, when, how often, and what ends it.

Pure: what is due follows from the breach, from whom was told when, and from `now`. However late anybody
looks, each step is due once and no more: a daemon that slept for hours tells what is so now, not what it
would have told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import timedelta, tzinfo
from typing import TYPE_CHECKING

from console.domain.alerts import burns
from console.domain.frozen import frozen, slotted
from console.domain.instants import MINUTE, Millis
from console.domain.localtime import local_day, local_moment

if TYPE_CHECKING:
    from console.domain.calendar import Hours
    from console.domain.clock import ClockRow
    from console.domain.item import Item

SUPERVISOR, LEAD, ON_CALL = "supervisor", "lead", "on-call"
ROLES = (SUPERVISOR, LEAD, ON_CALL)

RUNNING, ACKNOWLEDGED, OVER, SPENT = "running", "acknowledged", "over", "spent"
"""What becomes of a climb. An acknowledgement ends it for good; what is over may break anew (its pause is
over, or what ended it was taken back) and goes on where it was; spent: all were told as often as meant."""


@frozen
class Step:
    """One rung. `who` is a role or a person's id.

    The first notice comes `after` the breach; or as soon as `within` has gone by since the first notice of
    the step before and nobody acknowledged, where that one has a `within`. More follow `every` so often, up
    to `times` altogether. `rests`: quiet hours hold it back.
    """

    who: str
    after: Millis = 0
    every: Millis = 0
    times: int = 1
    within: Millis = 0
    rests: bool = True


@frozen
class Quiet:
    """Hours in which only severities in `loud` (by number, 0 is critical) are told of; `zone` is the site's
    unless it is named."""

    hours: Hours
    loud: frozenset[int] = frozenset({0})
    zone: tzinfo | None = None

    def until(self, now: Millis, severity: int, zone: tzinfo) -> Millis | None:
        """When the quiet that keeps this severity back at `now` is over; None where nothing does."""
        if severity in self.loud:
            return None
        zone = self.zone or zone
        today = local_day(now, zone)
        for day in (today - timedelta(1), today):
            start, end = (local_moment(day, minutes, zone) for minutes in self.hours)
            if start <= now < end:
                return end
        return None


@frozen
class Ladder:
    """The steps in their order; of which severities (by number) and norms they tell, all where `norms` is
    empty. `burst` and `window`: after so many messages close together a channel gets one each window, of all
    that is still so by then, until it had rest for a burst of windows. `few`: so many are told one by one."""

    steps: tuple[Step, ...] = ()
    severities: frozenset[int] = frozenset({0, 1})
    norms: frozenset[str] = frozenset()
    quiet: Quiet | None = None
    few: int = 3
    burst: int = 5
    window: Millis = MINUTE

    def minds(self, norm: str, severity: int) -> bool:
        """Whether breaches of this norm are told of."""
        return severity in self.severities and (not self.norms or norm in self.norms)


@frozen(kw_only=True)
class Climb:
    """One breach's way up the ladder. `clock` is its identity, of a beat that of the first miss.

    `broke` is when it broke, `found` when that was noticed. `told` are pairs (number of the step, moment).
    `wake` is when to look again though nothing happens. `held`: quiet hours have kept something back.
    """

    clock: str
    item: str
    norm: str
    severity: int
    broke: Millis
    found: Millis
    state: str = RUNNING
    told: tuple[tuple[int, Millis], ...] = ()
    wake: Millis | None = None
    held: bool = False


@frozen
class Move:
    """What a look at a climb came to: the climb as it is now, the numbers of the steps that are due, whether
    it has just begun, and whether it was over before quiet hours let anybody hear of it."""

    climb: Climb
    due: tuple[int, ...] = ()
    new: bool = False
    missed: bool = False


@frozen
class Plan:
    """Steps due now, by number; when to look again once these are told; whether quiet holds some back."""

    due: tuple[int, ...] = ()
    wake: Millis | None = None
    held: bool = False


def plan(ladder: Ladder, climb: Climb, now: Millis, zone: tzinfo, *, snoozed: Millis | None = None) -> Plan:
    """What is due at `now` for a breach that nobody acknowledged and that is not over.

    Until `snoozed` nothing is. A step that is overdue several times is due once.
    """
    due: list[int] = []
    wakes: list[Millis] = []
    held = False
    for number in range(len(ladder.steps)):
        at = _next_notice(ladder.steps, climb, number)
        if at is None:
            continue
        if snoozed is not None:
            at = max(at, snoozed)
        if at > now:
            wakes.append(at)
            continue
        quiet = ladder.quiet if ladder.steps[number].rests else None
        ends = quiet.until(now, climb.severity, zone) if quiet else None
        if ends is None:
            due.append(number)
        else:
            held = True
            wakes.append(ends)
    if due:
        after = plan(ladder, tell(climb, due, now), now, zone, snoozed=snoozed)
        return Plan(tuple(due), after.wake, after.held)
    return Plan((), min(wakes, default=None), held)


def tell(climb: Climb, steps: Iterable[int], now: Millis) -> Climb:
    """The climb with those steps told at `now`."""
    return replace(climb, told=(*climb.told, *((number, now) for number in steps)))


def _next_notice(steps: Sequence[Step], climb: Climb, number: int) -> Millis | None:
    """When a step's next notice is due; None where it has had all of them."""
    step = steps[number]
    told = [at for other, at in climb.told if other == number]
    if told:
        return max(told) + step.every if step.every > 0 and len(told) < step.times else None
    at = climb.broke + step.after
    if number and (within := steps[number - 1].within):
        before = [at for other, at in climb.told if other == number - 1]
        if before:
            at = min(at, min(before) + within)
    return at


@slotted
class _Look:
    ladder: Ladder
    item: Item
    now: Millis
    zone: tzinfo
    moves: list[Move] = field(default_factory=list)

    def go(self, known: Mapping[str, Climb]) -> None:
        left = dict(known)
        for clock in self.item.clocks:
            row = clock.row()
            if clock.norm.quiet or not self.ladder.minds(row.norm, row.severity):
                continue
            if not burns(self.item, row, self.now):
                continue
            mine = [left.pop(name) for name in list(left) if _same(name, row)]
            self._breach(row, mine)
        for climb in left.values():
            if climb.state in (RUNNING, SPENT):
                acknowledged = climb.clock in self.item.acknowledged
                self._end(climb, ACKNOWLEDGED if acknowledged else OVER)
            elif climb.state == OVER and climb.held and (climb.wake or 0) <= self.now:
                self.moves.append(Move(replace(climb, held=False, wake=None), missed=True))

    def _breach(self, row: ClockRow, mine: Sequence[Climb]) -> None:
        """A clock that burns, and the climbs that it has had."""
        breach = row.as_of(self.now)
        begun = [climb for climb in mine if climb.state != ACKNOWLEDGED]
        ended = [climb for climb in mine if climb.state == ACKNOWLEDGED]
        if begun and self._acknowledged(begun[0], row):
            ended += (replace(climb, state=ACKNOWLEDGED, held=False, wake=None) for climb in begun)
        elif begun:
            self._climb(begun[0])
            return
        known = breach.name in self.item.acknowledged or any(climb.clock == breach.name for climb in mine)
        fresh = Climb(
            clock=breach.name,
            item=self.item.id,
            norm=row.norm,
            severity=row.severity,
            broke=breach.broke,
            found=self.now,
        )
        if not known:
            self._climb(fresh, new=True)
        wake = None
        if known and row.rule == "every":
            # Its next miss is a new breach, of which nothing but time tells.
            wake = row.changes(self.now)
            ended = ended or [replace(fresh, state=ACKNOWLEDGED)]
        for climb in ended:
            after = replace(climb, wake=wake if climb is ended[-1] else None)
            if after not in mine:
                self.moves.append(Move(after))

    def _acknowledged(self, climb: Climb, row: ClockRow) -> bool:
        """Whether somebody acknowledged it; of a beat any miss since the climb began."""
        names = self.item.acknowledged
        if climb.clock in names:
            return True
        first = _miss(climb.clock, row)
        return first > 0 and any(_miss(name, row) >= first for name in names)

    def _climb(self, climb: Climb, *, new: bool = False) -> None:
        found = plan(self.ladder, climb, self.now, self.zone, snoozed=self.item.snoozed)
        state = RUNNING if found.due or found.wake is not None else SPENT
        after = replace(climb, state=state, wake=found.wake, held=found.held)
        if new or found.due or after != climb:
            self.moves.append(Move(after, found.due, new))

    def _end(self, climb: Climb, state: str) -> None:
        # What nobody heard of for the quiet is told in the morning by its number, unless somebody knew.
        held = climb.held and state == OVER and not climb.told
        self.moves.append(Move(replace(climb, state=state, held=held, wake=climb.wake if held else None)))


def moves(ladder: Ladder, item: Item, known: Mapping[str, Climb], now: Millis, zone: tzinfo) -> list[Move]:
    """What changes at `now` on the ladder for one item; `known` are its climbs so far, by clock, `zone` is
    the site's. The climbs in the answer are not yet told what is due: see `tell`."""
    look = _Look(ladder, item, now, zone)
    look.go(known)
    return look.moves


def _same(name: str, row: ClockRow) -> bool:
    """Whether a climb's clock is that of this row: itself, or of a beat one of its misses."""
    return name == row.name or _miss(name, row) > 0


def _miss(name: str, row: ClockRow) -> int:
    """Which miss of this beat a name stands for; 0 where it is none."""
    if row.rule != "every" or not name.startswith(f"{row.name}#"):
        return 0
    number = name[len(row.name) + 1 :]
    return int(number) if number.isdecimal() else 0
