"""The card of a person: what it tells as data (TOML), and how stars come of what was kept and seen.

The engine knows lines and where they come from, never a norm.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from console.domain.frozen import frozen

MOST_STARS = 5

_SECTIONS = ("stars", "headings", "principles", "commitments")
_KEYS = ("kept", "observed", "record", "dates")
_RECORD = frozenset({"open", "reveals", "complaints"})


@frozen
class CardLine:
    """One line. `kept` and `dates` are norms, `observed` norms or NORM/ITEM of a list; a `*` at the end takes
    in all that begin so. `record` is what else is told of them."""

    name: str
    kept: tuple[str, ...] = ()
    observed: tuple[str, ...] = ()
    record: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


@frozen
class CardPlan:
    """What a card tells, by section. With less than `least` to go by there is no star."""

    sections: Mapping[str, tuple[CardLine, ...]]
    least: int


@frozen
class Sight:
    """What was seen once, for a norm: `marks` say of single things whether they were well; `failed` is what
    was not. `grade` is from 1 to 5, where whoever looked gave one for the line `of`."""

    norm: str
    failed: tuple[str, ...] = ()
    marks: Mapping[str, bool] = field(default_factory=dict)
    of: str = ""
    grade: int = 0

    def value(self, line: CardLine) -> float | None:
        """What it is worth for a line, from 1 to 5; None where it says nothing of it."""
        if self.of:
            return float(self.grade) if self.of == line.name else None
        for wanted in line.observed:
            norm, _, item = wanted.partition("/")
            if item and norm == self.norm and item in self.marks:
                return float(MOST_STARS) if self.marks[item] else 1.0
            if not item and fits(self.norm, (norm,)):
                parts = self.marks.values()
                share = sum(parts) / len(parts) if parts else float(not self.failed)
                return 1 + (MOST_STARS - 1) * share
        return None


@frozen
class Basis:
    """What a line goes by: so many times it was looked at, worth so much on average (None: never)."""

    times: int
    value: float | None

    def stars(self, least: int) -> int | None:
        """Full stars, rounded down; None where there is too little to go by."""
        return int(self.value) if self.value is not None and self.times >= max(1, least) else None


def fits(norm: str, wanted: Iterable[str]) -> bool:
    """Whether a norm is among those."""
    return any(norm == one or (one.endswith("*") and norm.startswith(one[:-1])) for one in wanted)


def kept_of(line: CardLine, verdicts: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """How many clocks of a line were kept, and broken."""
    found = [counted for norm, counted in verdicts.items() if fits(norm, line.kept)]
    return sum(kept for kept, _ in found), sum(broken for _, broken in found)


def seen_of(line: CardLine, sights: Sequence[Sight]) -> Basis:
    """What was seen for a line."""
    return _mean([value for sight in sights if (value := sight.value(line)) is not None])


def basis(line: CardLine, verdicts: Mapping[str, tuple[int, int]], sights: Sequence[Sight]) -> Basis:
    """What a star of a line goes by: the share of clocks kept, and what was seen, each time counted alike."""
    kept, broken = kept_of(line, verdicts)
    values = [sight.value(line) for sight in sights]
    return _mean([*[float(MOST_STARS)] * kept, *[1.0] * broken, *(one for one in values if one is not None)])


def lowest(stars: Iterable[int | None]) -> int | None:
    """The card's own: the lowest of all; None where one of them is not known."""
    found = list(stars)
    known = [one for one in found if one is not None]
    return min(known) if known and len(known) == len(found) else None


def _mean(values: Sequence[float]) -> Basis:
    return Basis(len(values), sum(values) / len(values) if values else None)


def parse_card(text: str) -> CardPlan:
    """Read what a card tells (TOML). Raises ValueError."""
    table = tomllib.loads(text)
    least = table.get("least", 1)
    if isinstance(least, bool) or not isinstance(least, int) or least < 1:
        raise ValueError(f"least: a whole number from 1 on, not {least!r}")
    sections = {name: tuple(_lines(name, table.get(name, {}))) for name in _SECTIONS}
    return CardPlan(sections, least)


def _lines(section: str, table: Any) -> Iterable[CardLine]:
    for name, entry in table.items():
        where = f"{section}.{name}"
        if not isinstance(entry, dict) or set(entry) - set(_KEYS):
            raise ValueError(f"{where}: a table of {', '.join(_KEYS)}")
        line = CardLine(name, **{key: _texts(f"{where}.{key}", entry.get(key, [])) for key in _KEYS})
        if unknown := sorted(set(line.record) - _RECORD):
            raise ValueError(
                f"{where}.record: {unknown[0]!r} is unknown; known: {', '.join(sorted(_RECORD))}"
            )
        yield line


def _texts(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{where}: a list of texts")
    return tuple(value)
