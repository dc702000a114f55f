"""`when`: which rows an event, a moment or the whole mapping is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from console.feeds.reasons import InputError, Reason
from console.feeds.sanitise import shown
from console.feeds.sections import MappingError, Section, as_texts
from console.feeds.templates import PREVIOUS, Cells

Test = Callable[[Cells], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """Any of several groups of tests, of which all must hold; without groups it always holds."""

    groups: tuple[tuple[Test, ...], ...] = ()
    columns: frozenset[str] = frozenset()

    def holds(self, cells: Cells) -> bool:
        """Whether the row is meant. Raises InputError where a number is asked for and there is none."""
        return not self.groups or any(all(test(cells) for test in group) for group in self.groups)


def parse_condition(section: Section, key: str) -> Condition:
    """The condition at `key`: a table (all must hold) or a list of tables (one of them must)."""
    value = section.take(key)
    if value is None:
        return Condition()
    choices = value if isinstance(value, list) else [value]
    groups: list[tuple[Test, ...]] = []
    columns: set[str] = set()
    for choice in choices:
        if not isinstance(choice, dict) or not choice:
            raise section.error(key, f"must be a table of columns, not {choice!r}")
        tests: list[Test] = []
        for column, wanted in choice.items():
            tests += _tests(column, wanted, f"{section.where(key)}.{column}")
            columns.add(column)
            if isinstance(wanted, dict) and "changed" in wanted:
                columns.add(PREVIOUS + column)
        groups.append(tuple(tests))
    return Condition(tuple(groups), frozenset(columns))


def read_number(text: str, where: str) -> Decimal:
    """A cell as a number. Raises InputError, naming the place in the mapping, where it is none."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("nan")
    # 18 digits: what comes of it must fit 64 bits, and nobody measures longer.
    if not number.is_finite() or abs(number.adjusted()) > 18 or len(number.as_tuple().digits) > 18:
        raise InputError(Reason.CSV_VALUE, f"{where}: {shown(text)}")
    return number


def _tests(column: str, wanted: Any, where: str) -> list[Test]:
    if not isinstance(wanted, dict):
        return [_is_in(column, as_texts(wanted, where))]
    section = Section(wanted, where)
    tests: list[Test] = []
    if "is" in section:
        tests.append(_is_in(column, section.texts("is")))
    if "not" in section:
        is_in = _is_in(column, section.texts("not"))
        tests.append(lambda cells: not is_in(cells))
    if "present" in section:
        present = section.flag("present", True)
        tests.append(lambda cells: (cells.get(column) is not None) is present)
    if "changed" in section:
        changed = section.flag("changed", True)
        before = PREVIOUS + column
        tests.append(lambda cells: (cells.get(column) not in (None, cells.get(before))) is changed)
    if "matches" in section:
        tests.append(_matches(column, section))
    for name, compare in _COMPARE.items():
        if name in section:
            tests.append(
                _compares(column, compare, Decimal(str(section.number(name, 0))), section.where(name))
            )
    section.done()
    if not tests:
        raise MappingError(f"{where}: asks for nothing")
    return tests


_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "above": lambda cell, limit: cell > limit,
    "below": lambda cell, limit: cell < limit,
    "at_least": lambda cell, limit: cell >= limit,
    "at_most": lambda cell, limit: cell <= limit,
}


def _is_in(column: str, wanted: tuple[str, ...]) -> Test:
    """Equal to one of the texts; a cell that holds nothing equals none."""
    choices = frozenset(wanted)
    return lambda cells: cells.get(column) in choices


def _matches(column: str, section: Section) -> Test:
    try:
        pattern = re.compile(section.text("matches"))
    except re.error as error:
        raise section.error("matches", f"no regular expression: {error}") from None

    def test(cells: Cells) -> bool:
        cell = cells.get(column)
        return cell is not None and pattern.search(cell) is not None

    return test


def _compares(column: str, compare: Callable[[Decimal, Decimal], bool], limit: Decimal, where: str) -> Test:
    def test(cells: Cells) -> bool:
        cell = cells.get(column)
        return cell is not None and compare(read_number(cell, where), limit)

    return test
