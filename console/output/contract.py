"""The JSON of one-shot commands, as contracted: keys may be added, never changed."""

from __future__ import annotations

from typing import Any

from console.domain.instants import SECOND, Millis, format_utc
from console.service.breaches import Breach


def moment(value: Millis | None) -> str | None:
    """RFC 3339 in UTC with milliseconds."""
    return None if value is None else format_utc(value)


def breach_object(breach: Breach) -> dict[str, Any]:
    """One line of `rings breaches --json`."""
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
        "missing": None,
        "owner": breach.owner,
        "agents": list(clock.agents),
        "queue": breach.queue or None,
        "severity": breach.severity,
        "acknowledged_by": breach.acknowledged_by,
    }
