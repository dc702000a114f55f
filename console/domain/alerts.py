"""Alert sense: which breaches are new, what rings, for how long nothing does, and what came of it.

An alert is one breach that burns on the board: a clock that runs past its limit, or what broke at an event
and waits for somebody to acknowledge it. It rings once. An acknowledgement or a snooze silences it until its
time-out; one that still burns then rings once more. Norms that are quiet make no alerts, and neither does
what broke as its item ended: nothing can be done there any more, and it is counted as broken all the same.

Pure: the same items and alerts give the same answer, and `now` is an argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from console.domain.event import OURS
from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.instants import Millis
    from console.domain.item import Acknowledgement, Item


@frozen(kw_only=True)
class Alert:
    """What is kept of one breach that burned; `clock` is its identity, of a beat that of all its misses.

    `fired` is when it was found, `rung` when it last rang (None: it was acknowledged before it broke).
    `acted` and `by` are the first act on its item since, or the acknowledgement that covered it before.
    `ended` is when it was found to burn no more. `wake` is when to look at it again though nothing happens.
    """

    clock: str
    item: str
    norm: str
    fired: Millis
    rung: Millis | None = None
    acted: Millis | None = None
    by: str = ""
    ended: Millis | None = None
    wake: Millis | None = None


@frozen
class Sense:
    """What became of the alerts of one norm. `ignored`: nobody did anything, until it was over or the time
    that an acknowledgement lasts had passed. Fired, less these two, still waits for somebody."""

    fired: int = 0
    acted: int = 0
    ignored: int = 0


@frozen
class Burst:
    """Alerts folded into one line: how many, of which norms, the most first; the `item` where it is one."""

    number: int
    norms: tuple[tuple[str, int], ...]
    item: str = ""


def burns(item: Item, clock: ClockRow, now: Millis) -> bool:
    """Whether a clock of an item is a breach that somebody can do something about at `now`."""
    if not item.open:
        return False
    if not clock.timed:
        return clock.broken_at_event and clock.name not in item.acknowledged
    return clock.stopped is None and clock.broken(now)


def renewed(item: Item, known: Mapping[str, Alert], now: Millis, lasts: Millis) -> list[Alert]:
    """The alerts of an item that are new or have changed at `now`; those with `rung` = `now` are to ring.

    `known` are those kept so far, by clock. `lasts` is how long an acknowledgement silences, in milliseconds.
    """
    burning = {
        row.name: row
        for clock in item.clocks
        if not clock.norm.quiet and burns(item, row := clock.row(), now)
    }
    # What had ended may burn anew: its pause is over, or what ended it was taken back.
    found = [_renew(item, known.get(name), row, now, lasts) for name, row in burning.items()]
    for name, alert in known.items():
        if name not in burning and alert.ended is None:
            acted, by = _act(item, alert.fired, _acknowledgement(item, name))
            found.append(
                replace(
                    alert,
                    acted=acted if alert.acted is None else alert.acted,
                    by=alert.by or by,
                    ended=now,
                    wake=None,
                )
            )
    return [alert for alert in found if alert != known.get(alert.clock)]


def _renew(item: Item, before: Alert | None, row: ClockRow, now: Millis, lasts: Millis) -> Alert:
    alert = before or Alert(clock=row.name, item=item.id, norm=row.norm, fired=now)
    covering = _acknowledgement(item, row.name)
    acknowledged = covering.time if covering is not None else 0
    snoozed = item.snoozed or 0
    silent_until = max(snoozed, acknowledged + lasts if acknowledged else 0)
    # Silenced since it last rang: it has a ring to its credit, when the time-out has passed.
    silenced = alert.rung is None or snoozed > alert.rung or acknowledged >= alert.rung
    rings = silenced and silent_until <= now
    acted, by = _act(item, alert.fired, covering)
    return replace(
        alert,
        rung=now if rings else alert.rung,
        acted=acted if alert.acted is None else alert.acted,
        by=alert.by or by,
        ended=None,
        wake=silent_until if silent_until > now else _kept(alert.wake, now, lasts),
    )


def _kept(wake: Millis | None, now: Millis, lasts: Millis) -> Millis:
    return wake if wake is not None and wake > now else now + lasts


def _acknowledgement(item: Item, name: str) -> Acknowledgement | None:
    """The last that covers the alert of that clock: of a beat each is of one miss, by its number."""
    covering = [by for key, by in item.acknowledged.items() if key == name or key.startswith(f"{name}#")]
    return max(covering, key=lambda by: by.time, default=None)


def _act(item: Item, since: Millis, covering: Acknowledgement | None) -> tuple[Millis | None, str]:
    """When somebody acted on an alert, and who: by the acknowledgement `covering` it, whenever that was, or
    by any act by hand since it fired."""
    if covering is not None:
        return covering.time, covering.actor
    acted = item.acted
    if acted is not None and acted.source == OURS and acted.time >= since:
        return acted.time, str(acted.data.get("actor", ""))
    return None, ""


def folded(alerts: Sequence[Alert]) -> Burst:
    """Many alerts as one: the most frequent norm first, then by name."""
    burst = counted(Counter(alert.norm for alert in alerts))
    return replace(burst, item=alerts[0].item) if len(alerts) == 1 else burst


def counted(counts: Mapping[str, int]) -> Burst:
    """As `folded`, of how many alerts each norm has."""
    norms = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    return Burst(sum(counts.values()), norms)


def senses(alerts: Iterable[Alert], now: Millis, lasts: Millis) -> dict[str, Sense]:
    """What became of those alerts, by norm."""
    found: dict[str, Sense] = {}
    for alert in alerts:
        was = found.get(alert.norm, Sense())
        acted = alert.acted is not None
        ignored = not acted and (alert.ended is not None or now - alert.fired >= lasts)
        found[alert.norm] = Sense(was.fired + 1, was.acted + acted, was.ignored + ignored)
    return found
