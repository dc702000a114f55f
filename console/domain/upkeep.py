"""Routine checks as the settings name them: each kind of equipment, how often, and in which areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.domain.frozen import frozen

PERIODS = ("day", "week", "month", "quarter", "year")
"""How often a kind of equipment may be looked at."""


@frozen
class Upkeep:
    """A kind of equipment that is looked at once in `every` period: in each of `areas`, or once where there
    are none."""

    kind: str
    every: str = "month"
    areas: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """What is looked at, each with a name of its own: `amplifiers/north`."""
        return tuple(f"{self.kind}/{area}" for area in self.areas) or (self.kind,)


def parse_upkeep(table: Any) -> tuple[Upkeep, ...]:
    """The table `upkeep` of the settings. Raises ValueError with the key and what would do."""
    if not isinstance(table, dict):
        raise ValueError(
            'upkeep: a table for each kind of equipment, e.g. [upkeep.amplifiers] every = "month"'
        )
    return tuple(_one(kind, entry) for kind, entry in table.items())


def _one(kind: str, entry: Any) -> Upkeep:
    if not kind or "/" in kind:
        raise ValueError(f"upkeep.{kind}: a kind of equipment has a name without a slash")
    if not isinstance(entry, Mapping):
        raise ValueError(f'upkeep.{kind}: a table, e.g. [upkeep.{kind}] every = "month"')
    if unknown := sorted(set(entry) - {"every", "areas"}):
        raise ValueError(f"upkeep.{kind}: unknown key {unknown[0]!r}; known: areas, every")
    every, areas = entry.get("every", "month"), entry.get("areas", [])
    if every not in PERIODS:
        raise ValueError(f"upkeep.{kind}.every: one of {', '.join(PERIODS)}, not {every!r}")
    if not isinstance(areas, list) or not all(isinstance(area, str) and area for area in areas):
        raise ValueError(f"upkeep.{kind}.areas: a list of areas")
    return Upkeep(kind, every, tuple(dict.fromkeys(areas)))
