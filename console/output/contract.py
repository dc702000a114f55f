"""The JSON of one-shot commands, as contracted: keys may be added, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.domain.instants import SECOND, Millis, format_utc
from console.masks import mask_data
from console.output.status import shown_id

if TYPE_CHECKING:
    from console.domain.clock import ClockRow
    from console.domain.reckoning import Reckoning
    from console.service.breaches import Breach
    from console.service.explain import Explanation


def moment(value: Millis | None) -> str | None:
    """RFC 3339 in UTC with milliseconds."""
    return None if value is None else format_utc(value)


BREACH_FIELDS = (
    "item", "kind", "norm", "rule", "clock", "period", "started", "due", "stopped", "over_s", "missing",
    "owner", "agents", "queue", "severity", "acknowledged_by",
)  # fmt: skip
"""What a breach has in JSON and CSV, in this order."""


def breach_object(breach: Breach) -> dict[str, Any]:
    """One line of `rings breaches --json`: BREACH_FIELDS."""
    clock = breach.clock
    return {
        "item": clock.item,
        "kind": breach.kind,
        "norm": clock.norm,
        "rule": clock.rule,
        "clock": clock.name,
        "period": clock.period,
        "started": moment(clock.started),
        "due": moment(clock.due),
        "stopped": moment(clock.stopped),
        "over_s": breach.over / SECOND,
        "missing": list(clock.missing) or None,
        "owner": breach.owner,
        "agents": list(clock.agents),
        "queue": breach.queue or None,
        "severity": breach.severity,
        "acknowledged_by": breach.acknowledged_by,
    }


def explanation_object(explanation: Explanation) -> dict[str, Any]:
    """What `rings explain --json` prints."""
    row, until = explanation.row, explanation.until
    return {
        "item": shown_id(row.id),
        "kind": row.kind,
        "at": moment(until),
        "state": row.state,
        "queue": row.queue or None,
        "owner": row.owner,
        "over": moment(row.over),
        "withdrawn": row.withdrawn,
        "clocks": [
            {
                "norm": one.clock.norm,
                "doc": one.norm.doc if one.norm else None,
                "rule": one.clock.rule,
                "clock": one.clock.name,
                "period": one.clock.period,
                "started": moment(one.clock.started),
                "started_after": moment(one.clock.started - one.clock.slack) if one.clock.slack else None,
                "pauses": [{"from": moment(start), "until": moment(end)} for start, end in one.clock.pauses],
                "paused": moment(one.clock.paused),
                "warn": moment(one.clock.warn),
                "due": moment(None if one.clock.paused is not None else one.clock.due),
                "stopped": moment(one.clock.stopped),
                "not_before": moment(one.clock.not_before),
                "verdict": _verdict(one.clock, until),
                "over_s": one.clock.over(until) / SECOND if one.clock.broken(until) else 0.0,
                "agents": list(one.clock.agents),
                "hours": _hours(one.reckoning) if one.reckoning else None,
            }
            for one in explanation.sums
        ],
        "events": [
            {
                "source": event.source,
                "id": event.id,
                "type": event.type,
                "time": moment(event.time),
                "data": mask_data(event.data, row.customer),
                "ignored": why or None,
            }
            for event, why in explanation.events
        ],
    }


def _hours(sum_: Reckoning) -> dict[str, Any]:
    """The sum in business time: started + limit_s + pauses_s + left_out_s = due."""
    calendar = sum_.calendar
    return {
        "calendar": calendar.name,
        "zone": str(calendar.zone),
        "limit_s": sum_.limit / SECOND,
        "pauses_s": [pause / SECOND for pause in sum_.pauses],
        "left_out_s": sum_.left_out / SECOND,
        "days_off": [{"day": str(day), "name": name or None} for day, name in sum_.days],
        "known": sum_.known,
        "known_until": str(calendar.known_until) if calendar.known_until else None,
    }


def _verdict(clock: ClockRow, until: Millis) -> str:
    if clock.unknown:
        return "unknown"
    if clock.broken(until):
        return "broken"
    if clock.stopped is not None:
        return "kept"
    return "paused" if clock.paused is not None else "running"
