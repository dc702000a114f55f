"""What a mapping puts into an event's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from console.domain.instants import format_utc
from console.feeds.conditions import read_number

if TYPE_CHECKING:
    from console.feeds.moments import Row
    from console.feeds.templates import Template


class Value(Protocol):
    """A field of data, for one row at a time."""

    def of(self, row: Row) -> Any:
        """The value; None leaves the field out. Raises InputError."""


@dataclass(frozen=True, slots=True)
class ConstantValue:
    """The same for every row."""

    value: bool | int | float

    def of(self, row: Row) -> Any:
        """The value."""
        return self.value


@dataclass(frozen=True, slots=True)
class TextValue:
    """The first template that gives something; `words` translates it, `default` stands where none does."""

    texts: tuple[Template, ...]
    words: Mapping[str, str] | None = None
    default: str | None = None

    def of(self, row: Row) -> Any:
        """The text."""
        text = next((text for each in self.texts if (text := each.fill(row.cells)) is not None), None)
        if text is not None and self.words is not None:
            text = self.words.get(text)
        return self.default if text is None else text


@dataclass(frozen=True, slots=True)
class NumberValue:
    """A cell as a JSON number."""

    where: str
    text: Template

    def of(self, row: Row) -> Any:
        """The number, whole where it is whole."""
        text = self.text.fill(row.cells)
        if text is None:
            return None
        number = read_number(text, self.where)
        return int(number) if number == number.to_integral_value() else float(number)


@dataclass(frozen=True, slots=True)
class MomentValue:
    """A named moment, as RFC 3339 in UTC."""

    name: str

    def of(self, row: Row) -> Any:
        """The moment."""
        moment = row.moment(self.name)
        return None if moment is None else format_utc(moment)
