"""What a floor wants of its service level: a share, an abandon rate, for all queues and for single ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from console.domain.frozen import frozen


@frozen
class Target:
    """Shares from 0 to 1: `share` of the calls answered in target at least, `abandon` at most; None: no
    target was set."""

    share: float | None = None
    abandon: float | None = None


@frozen
class Targets:
    """The targets of a floor. `short_count`: callers who gave up sooner than `short_abandon` count too."""

    floor: Target = field(default_factory=Target)
    queues: Mapping[str, Target] = field(default_factory=dict)
    short_count: bool = False

    def of(self, queue: str) -> Target:
        """The target of a queue: its own, else that of the floor."""
        return self.queues.get(queue, self.floor)


_OF_QUEUE = ("target", "abandon_target")
_OF_FLOOR = (*_OF_QUEUE, "count_short_abandons", "queues")


def parse_targets(table: Any) -> Targets:
    """Read the table `service_level` of a site file. Raises ValueError with the key and what would do."""
    _check(table, "service_level", _OF_FLOOR)
    short = table.get("count_short_abandons", False)
    if not isinstance(short, bool):
        raise ValueError(f"service_level.count_short_abandons: true or false, not {short!r}")
    queues = table.get("queues", {})
    if not isinstance(queues, dict):
        raise ValueError("service_level.queues: a table for each, e.g. [service_level.queues.support]")
    floor = _target(table, "service_level", Target())
    found = {}
    for name, own in queues.items():
        where = f"service_level.queues.{name}"
        _check(own, where, _OF_QUEUE)
        found[name] = _target(own, where, floor)
    return Targets(floor, found, short)


def _check(table: Any, where: str, known: tuple[str, ...]) -> None:
    if not isinstance(table, dict):
        raise ValueError(f"{where}: a table, e.g. [{where}] target = 0.8")
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise ValueError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(known)}")


def _target(table: Mapping[str, Any], where: str, default: Target) -> Target:
    return Target(
        _part(table, "target", where, default.share), _part(table, "abandon_target", where, default.abandon)
    )


def _part(table: Mapping[str, Any], key: str, where: str, default: float | None) -> float | None:
    value = table.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"{where}.{key}: a part from 0 to 1, e.g. 0.8 for 80 %, not {value!r}")
    return float(value)
