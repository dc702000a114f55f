"""Which line of a TOML file a key stands on: the standard library's reader forgets it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_LONG = re.compile(r"'''|\"\"\"")


def lines_of(text: str) -> Mapping[str, int]:
    """The line of each table and key by its path, e.g. `asterisk.1.host`; the first `[[…]]` is number 1."""
    found: dict[str, int] = {"": 1}
    numbers: dict[str, int] = {}
    prefix, inside = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        if inside:
            inside = "" if inside in line else inside
            continue
        if table := _TABLE.match(line):
            path = _path(table[2])
            if table[1] == "[[":
                numbers[path] = numbers.get(path, 0) + 1
            prefix = _numbered(path, numbers)
            found.setdefault(prefix, number)
        elif key := _KEY.match(line):
            where = _path(key[1])
            found.setdefault(f"{prefix}.{where}" if prefix else where, number)
            quotes = _LONG.findall(line)
            inside = quotes[-1] if len(quotes) % 2 else ""
    return found


def line_of(path: str, lines: Mapping[str, int]) -> int:
    """The line of `path`, or of the nearest thing around it."""
    while path not in lines:
        path = path.rpartition(".")[0]
    return lines[path]


def _path(text: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in text.split("."))


def _numbered(path: str, numbers: Mapping[str, int]) -> str:
    """The path with the number of the latest table of each list on its way."""
    parts: list[str] = []
    plain = ""
    for part in path.split("."):
        plain = f"{plain}.{part}" if plain else part
        parts.append(part)
        if plain in numbers:
            parts.append(str(numbers[plain]))
    return ".".join(parts)
