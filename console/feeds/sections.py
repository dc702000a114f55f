"""A mapping file's tables, read so that every mistake is one line that names its key."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any

from console.feeds.sanitise import clean_text


class MappingError(ValueError):
    """A mistake in a mapping file: one line that names the key (`moment.due.format: …`)."""

    def __init__(self, message: str) -> None:
        # The file's own keys and values are quoted, line breaks and all.
        super().__init__(clean_text(message))


class Section:
    """One TOML table. Keys are taken out; what is left when all is read is a mistake."""

    def __init__(self, values: Mapping[str, Any], path: str = "") -> None:
        self._values = dict(values)
        self._taken: set[str] = set()
        self.path = path

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def names(self) -> Iterable[str]:
        """Its keys, in the file's order."""
        return self._values.keys()

    def where(self, key: str) -> str:
        """The key with its path, as messages give it."""
        return f"{self.path}.{key}" if self.path else key

    def error(self, key: str, message: str) -> MappingError:
        """A mistake at `key`, to be raised."""
        return MappingError(f"{self.where(key)}: {message}")

    def take(self, key: str, default: Any = None) -> Any:
        """The value of `key` as TOML has it."""
        self._taken.add(key)
        return self._values.get(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that must be there unless there is a `default`."""
        value = self.take(key, default)
        if value is None:
            raise self.error(key, "is missing")
        if not isinstance(value, str):
            raise self.error(key, f"must be a text, not {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts; none where the key is absent."""
        return as_texts(self.take(key, []), self.where(key))

    def number(self, key: str, default: int) -> int | float:
        """A number."""
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.error(key, f"must be a number, not {value!r}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"must be true or false, not {value!r}")
        return value

    def table(self, key: str) -> Section:
        """The table at `key`, an empty one where it is absent."""
        value = self.take(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"must be a table, not {value!r}")
        return Section(value, self.where(key))

    def tables(self) -> list[tuple[str, Section]]:
        """All that is in this section, each as a table."""
        return [(key, self.table(key)) for key in self._values]

    def list_of_tables(self, key: str) -> list[Section]:
        """The `[[key]]` tables; none where there are none."""
        values = self.take(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.error(key, f"must be [[{self.where(key)}]] tables, not {values!r}")
        return [Section(value, f"{self.where(key)}.{at}") for at, value in enumerate(values, 1)]

    def text_map(self, key: str) -> dict[str, str]:
        """A table from text to text."""
        table = self.table(key)
        return {name: table.text(name) for name in table.names()}

    def only_one_of(self, *keys: str) -> str:
        """The one key of `keys` that is here."""
        found = [key for key in keys if key in self]
        if len(found) == 1:
            return found[0]
        known = ", ".join(keys)
        raise MappingError(
            f"{self.path}: needs one of {known}" + (f", has {' and '.join(found)}" if found else "")
        )

    def done(self) -> None:
        """Raises where a key is left that nobody asked for."""
        for key in self._values:
            if key not in self._taken:
                raise self.error(key, f"unknown key{guess(key, self._taken)}")


def as_texts(value: Any, where: str) -> tuple[str, ...]:
    """A text or a list of texts as a tuple."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise MappingError(f"{where}: must be a text or a list of texts, not {value!r}")
    return tuple(values)


def guess(name: str, known: Iterable[str]) -> str:
    """`; did you mean …` where something known is close to `name`, else what is known."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(names)}" if names else ""
