"""Which events a norm means: a type, perhaps with certain data, written as `call.ended[by=agent]`.

Inside the brackets stand conditions, joined by commas: `field=value`, `field!=value`, several values as
`reason=dialect|quiet`; `reason=*` is any that was given. `true`, `false` and whole numbers are read as such.
Of a list one value will do. Beside the fields of the event's data there are those that the fold knows of it
(`turn`, `phrase`, `first`, `handed`). `field:NAME` stands for any event that gives that field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.event import Event

_SELECTOR = re.compile(r"([a-z_]+\.[a-z_]+)(?:\[([^\[\]]*)\])?")
_CONDITION = re.compile(r"\s*([A-Za-z_]+)\s*(!?=)\s*([^,=!]+?)\s*")

ANY = "*"
"""Stands for any value that says something."""

Facts = Mapping[str, object]
"""What the fold knows of the event at hand, by field."""


class Condition(NamedTuple):
    """One demand on a field; `wanted` says whether its value must be among `values` or must not."""

    field: str
    values: frozenset[object]
    wanted: bool

    def holds(self, event: Event, facts: Facts) -> bool:
        """Whether the event, of which `facts` are known beside its data, meets it."""
        value = facts[self.field] if self.field in facts else event.data.get(self.field)
        if value.__class__ is str and ANY not in self.values:
            return (value in self.values) is self.wanted
        if ANY in self.values:
            return bool(value) is self.wanted
        if isinstance(value, list):
            value = frozenset(one for one in value if isinstance(one, str))
        if isinstance(value, frozenset):
            return bool(value & self.values) is self.wanted
        return (isinstance(value, (str, int, bool, float)) and value in self.values) is self.wanted


Conditions = tuple[Condition, ...]


def parse_selector(text: str) -> tuple[str, Conditions]:
    """The type and its conditions. Raises ValueError that says what would do."""
    match = _SELECTOR.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no type of event; write e.g. 'call.ended' or 'call.ended[by=agent]'")
    if match[2] is None:
        return match[1], ()
    conditions = []
    for part in match[2].split(","):
        condition = _CONDITION.fullmatch(part)
        if condition is None:
            raise ValueError(f"{text!r}: {part.strip()!r} is no condition; write e.g. 'by=agent'")
        values = frozenset(_value(value.strip()) for value in condition[3].split("|"))
        conditions.append(Condition(condition[1], values, condition[2] == "="))
    return match[1], tuple(conditions)


def _value(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdigit() else text


@frozen
class Events:
    """A set of events as a norm writes it: `texts` are its selectors."""

    texts: tuple[str, ...] = ()
    fields: frozenset[str] = field(init=False, repr=False, compare=False)
    _types: Mapping[str, tuple[Conditions, ...]] = field(init=False, repr=False, compare=False)
    _plain: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        types: dict[str, tuple[Conditions, ...]] = {}
        fields = set()
        for text in self.texts:
            if text.startswith("field:"):
                fields.add(text[6:])
                continue
            name, conditions = parse_selector(text)
            types[name] = (*types.get(name, ()), conditions)
        object.__setattr__(self, "fields", frozenset(fields))
        object.__setattr__(self, "_types", types)
        object.__setattr__(
            self, "_plain", frozenset(name for name, choices in types.items() if () in choices)
        )

    def __bool__(self) -> bool:
        return bool(self.texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    @property
    def types(self) -> Iterable[str]:
        """The types that it speaks of."""
        return self._types.keys()

    def met_by(self, event: Event, facts: Facts) -> bool:
        """Whether the event is one of them."""
        if event.type in self._plain:
            return True
        for conditions in self._types.get(event.type, ()):
            for one in conditions:
                if not one.holds(event, facts):
                    break
            else:
                return True
        return False

    def given_by(self, gave: set[str]) -> bool:
        """Whether it is one of them by the fields that it gave."""
        return bool(self.fields) and not self.fields.isdisjoint(gave)
