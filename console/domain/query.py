"""The filter language: `queue:billing owner:none kind:ticket band:breached 138`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace

from console.domain.frozen import frozen
from console.domain.lifecycle import BOARD_KINDS
from console.domain.place import BAND_WORDS, SEVERITIES

FIELDS = ("kind", "queue", "owner", "band", "norm", "state", "customer", "severity")
"""The terms that may stand before a colon; `owner:none` and `queue:none` find what has none."""

_VALUES = {"kind": BOARD_KINDS, "band": BAND_WORDS, "severity": SEVERITIES}


@frozen
class Query:
    """A filter: every term must hold. `terms` are (field, value, wanted); each of `words` is looked for in
    the item's id, customer and name, its queue, and its owner's id and name, without regard to case, and
    none of `barred` may be there. `people` are those whose name holds a word, by word; `meant` are the ids of
    those whom the value of an owner's term names, by that value."""

    text: str = ""
    terms: tuple[tuple[str, str, bool], ...] = ()
    words: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=(), compare=False)
    people: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    meant: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.terms or self.words or self.barred)

    def finds(self, values: Mapping[str, str | None], words: str) -> bool:
        """Whether an item with these values of FIELDS and this text (lower case) is one that it looks for."""
        for name, value, wanted in self.terms:
            held = values.get(name) or ""
            if name == "customer":
                found = value.casefold() in held.casefold()
            else:
                found = not held if value == "none" and name in ("owner", "queue") else held == value
            if found != wanted:
                return False
        queue, owner = values.get("queue") or "", values.get("owner") or ""

        def there(word: str) -> bool:
            return word in words or word in queue.casefold() or self.names(word, owner)

        return all(map(there, self.words)) and not any(map(there, self.barred))

    def names(self, word: str, owner: str) -> bool:
        """Whether a word is part of somebody's id or name."""
        return word in owner.casefold() or owner in self.people.get(word, ())

    def knowing(self, names: Mapping[str, str]) -> Query:
        """The same filter where people's `names`, by id, are known."""
        people = {
            word: frozenset(person for person, name in names.items() if word in name.casefold())
            for word in (*self.words, *self.barred)
        }
        return replace(self, people=people) if people else self

    def meaning(self, is_id: Callable[[str], bool]) -> Query:
        """The same filter by the ids of owners: what names somebody means them, unless it is an id itself."""
        if not self.meant:
            return self
        ids = {value: found for value, found in self.meant.items() if not is_id(value)}
        terms = tuple(
            (name, ids.get(value, value) if name == "owner" else value, wanted)
            for name, value, wanted in self.terms
        )
        return replace(self, terms=terms, meant={})


def parse_query(text: str) -> Query:
    """Read what was typed. What makes no sense yet is left out and named in `problems`, so that a filter
    can be typed live. A `-` or `!` before a term or word turns it round; quotes keep spaces together."""
    terms: list[tuple[str, str, bool]] = []
    words: dict[bool, list[str]] = {True: [], False: []}
    problems: list[str] = []
    for part in split(text):
        wanted = part[0] not in "-!" or len(part) == 1
        body = part if wanted else part[1:]
        head, colon, value = body.replace("：", ":", 1).partition(":")
        name = head.lower()
        if not colon or name not in FIELDS:
            words[wanted].append(body.casefold())
        elif not value:
            problems.append(body)
        elif name in _VALUES and (value := value.lower()) not in _VALUES[name]:
            match = [known for known in _VALUES[name] if known.startswith(value)]
            if len(match) == 1:
                terms.append((name, match[0], wanted))
            else:
                problems.append(body)
        else:
            terms.append((name, value, wanted))
    return Query(text.strip(), tuple(terms), tuple(words[True]), tuple(words[False]), tuple(problems))


def split(text: str) -> list[str]:
    """The parts of what was typed: quotes keep spaces together, and are gone."""
    parts: list[str] = []
    part, quoted = "", False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character.isspace() and not quoted:
            if part:
                parts.append(part)
            part = ""
        else:
            part += character
    return [*parts, part] if part else parts
