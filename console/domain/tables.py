"""Reading `[[table]]` files: every problem is named with its line, and nothing half-read gets out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple, Protocol, TypeVar

from console.domain.frozen import slotted
from console.domain.site import SettingsError


class Named(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """By which it is known among its like."""
        ...


N = TypeVar("N", bound=Named)


class Problem(NamedTuple):
    """What is wrong with a file, and the line (from 1) where."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class TableError(SettingsError):
    """A file that can't be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@slotted
class _Place:
    """Where a table's head and keys stand in the lines of its file: tomllib tells no lines."""

    head: int
    end: int
    lines: Sequence[str]
    keys: dict[str, int] = field(default_factory=dict)

    def line(self, key: str, holding: str = "") -> int:
        """The line (from 1) of a key, or the first from there on that holds that text."""
        line = self.keys.get(key, self.head)
        if holding:
            return next((n for n in range(line, self.end) if holding in self.lines[n - 1]), line)
        return line


class Table:
    """One `[[table]]`: what is wrong with its keys goes to `problems`."""

    def __init__(self, entry: Any, place: _Place, problems: list[Problem]) -> None:
        self.entry: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
        self._place = place
        self._problems = problems

    def complain(self, key: str, text: str, holding: str = "") -> None:
        """Name a problem, at the line of that key, or of the one value `holding` among several."""
        self._problems.append(Problem(self._place.line(key, holding), text))

    def knows(self, keys: frozenset[str]) -> None:
        """Complain of all other keys."""
        for key in self.entry:
            if key not in keys:
                self.complain(key, f"unknown key {key!r}; known: {', '.join(sorted(keys))}")

    def text(self, key: str, *, required: bool = False) -> str:
        """A text; empty where there is none."""
        value = self.entry.get(key, "")
        if not isinstance(value, str):
            self.complain(key, f"{key}: a text, not {value!r}")
            return ""
        if required and not value.strip():
            self.complain(key, f"{key} is missing")
        return value

    def one_of(self, key: str, known: tuple[str, ...], default: str) -> str:
        """One of the known words."""
        value = self.text(key) or default
        if value not in known:
            self.complain(key, f"{key}: {value!r} is unknown; known: {', '.join(known)}")
            return default
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where there is none."""
        value = self.entry.get(key, False)
        if not isinstance(value, bool):
            self.complain(key, f"{key}: true or false, not {value!r}")
        return value is True

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number in that range."""
        value = self.entry.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.complain(key, f"{key}: a whole number from {least} to {most}, not {value!r}")
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, none of them empty."""
        value = self.entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
            self.complain(key, f"{key}: a list of texts")
            return ()
        return tuple(value)

    def tables(self, key: str) -> tuple[dict[str, Any], ...]:
        """A list of tables."""
        value = self.entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.complain(key, f"{key}: a list of tables, e.g. [{{ … }}, {{ … }}]")
            return ()
        return tuple(value)

    def languages(self, key: str, *, required: bool = False) -> dict[str, str]:
        """A text for each language."""
        value = self.entry.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            self.complain(key, f'{key}: a text for each language, e.g. {{ zh = "…", en = "…" }}')
            return {}
        if required and not all(str(value.get(language, "")).strip() for language in ("zh", "en")):
            self.complain(key, f"{key}: needs zh and en")
        return value


def read_named(text: str, name: str, make: Callable[[Table], N]) -> tuple[N, ...]:
    """What `make` makes of each `[[name]]` table of a file, in their order; each has an id of its own. Raises
    TableError with every problem and its line."""
    tables, problems = _read(text, name)
    found: dict[str, N] = {}
    for table in tables:
        made = make(table)
        if made.id in found:
            table.complain("id", f"{made.id!r} is here twice")
        found[made.id] = made
    if problems:
        raise TableError(sorted(problems))
    return tuple(found.values())


def _read(text: str, name: str) -> tuple[list[Table], list[Problem]]:
    """The tables of that name, and the list that their problems go to. Raises TableError when it is not TOML,
    or nothing of that kind."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise TableError([Problem(int(line[1]) if line else 1, f"not TOML: {error}")]) from None
    entries = content.get(name, [])
    if not isinstance(entries, list):
        raise TableError([Problem(1, f"write [[{name}]], with two brackets")])
    problems = [
        Problem(1, f"unknown table {key!r}; there is [[{name}]] alone") for key in content if key != name
    ]
    if not entries:
        problems.append(Problem(1, f"no [[{name}]] in it"))
    places = _places(text, name)
    tables = []
    for index, entry in enumerate(entries):
        place = places[index] if index < len(places) else _Place(1, 1, ())
        tables.append(Table(entry, place, problems))
    return tables, problems


def _places(text: str, name: str) -> list[_Place]:
    lines = text.splitlines()
    places: list[_Place] = []
    for number, line in enumerate(lines, start=1):
        if re.match(rf"\s*\[\[\s*{name}\s*\]\]", line):
            places.append(_Place(number, number + 1, lines))
        elif places:
            places[-1].end = number + 1
            if key := re.match(rf"\s*(?:\[{name}\.)?([A-Za-z_]+)", line):
                places[-1].keys.setdefault(key[1], number)
    return places
