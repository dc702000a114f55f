"""Looking into decoded JSON."""

from __future__ import annotations

from typing import Any

import msgspec


def deeper_than(value: Any, depth: int) -> bool:
    """Whether there are more than `depth` objects and lists inside each other."""
    level = [value]
    while True:
        inner: list[Any] = []
        nested = False
        for each in level:
            if isinstance(each, dict):
                nested = True
                inner += each.values()
            elif isinstance(each, list):
                nested = True
                inner += each
        if not nested:
            return False
        if depth == 0:
            return True
        depth -= 1
        level = inner


def at_path(value: Any, path: list[str]) -> Any:
    """What stands at `path`, None where nothing does. In a list a number is a place (from 0); any other part
    is looked for in each of its values, and the first one that has it counts."""
    for index, part in enumerate(path):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list):
            if part.isascii() and part.isdigit():
                place = int(part[:9])
                value = value[place] if place < len(value) else None
            else:
                found = (at_path(each, path[index:]) for each in value)
                return next((each for each in found if each is not None), None)
        else:
            return None
    return value


def as_cell(value: Any, missing: frozenset[str]) -> str | None:
    """A JSON value as the cell of a mapping; None where it holds nothing."""
    if value is None or value == {} or value == []:
        return None
    text = value.strip() if isinstance(value, str) else msgspec.json.encode(value).decode()
    return None if text in missing else text
