"""Norm packs: the service norms as data. The engine knows the forms of norms, never a norm."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, NamedTuple

from console.domain.lifecycle import HAND_TYPES, LIVES
from console.domain.span import Span, parse_span

SEVERITIES = ("critical", "high", "medium", "low")
"""Worst first; a row's severity is its index here."""

Form = Literal["clock", "task"]


@dataclass(frozen=True, slots=True)
class Norm:
    """One service norm.

    A `clock` runs from an event of `start` (a type, or `field:NAME` for any event that gives that field)
    to one of `stop`, and breaks when it runs past `most` (`otherwise` where that names a field nobody has
    given). `per` "start" begins a new period at each start after a stop, "item" at the first start only,
    and again after an event of `rearm`. It never starts once an event of `unless` has been seen, stands
    still between `pause` and `resume`, and warns after `warn` (else three quarters of the way).

    A `task` makes an effect of type `make` on the item that `item` names, at an event of `on`. `needs`
    are fields that the cause must have; `owner` hands on the cause's owner.

    `when` are fields of the item and the values that they must have for the norm to apply.
    """

    id: str
    form: Form
    subject: str
    severity: int
    doc: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    when: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    per: Literal["start", "item"] = "start"
    start: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()
    rearm: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    pause: frozenset[str] = frozenset()
    resume: frozenset[str] = frozenset()
    most: Span | None = None
    otherwise: Span | None = None
    warn: Span | None = None
    offer: str = ""
    on: frozenset[str] = frozenset()
    make: str = ""
    item: str = ""
    needs: tuple[str, ...] = ()
    owner: bool = False

    def applies(self, value_of: Callable[[str], object]) -> bool:
        """Whether an item whose fields `value_of` gives is one that this norm speaks of."""
        return all(value_of(name) in wanted for name, wanted in self.when.items())


@dataclass(frozen=True, slots=True)
class Pack:
    """All norms in force, in the order of their file."""

    norms: tuple[Norm, ...]
    by_id: Mapping[str, Norm] = field(init=False, repr=False, compare=False)
    clocks: Mapping[str, tuple[Norm, ...]] = field(init=False, repr=False, compare=False)
    tasks: Mapping[str, tuple[Norm, ...]] = field(init=False, repr=False, compare=False)
    made_kinds: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {norm.id: norm for norm in self.norms})
        clocks: dict[str, tuple[Norm, ...]] = {}
        tasks: dict[str, tuple[Norm, ...]] = {}
        for norm in self.norms:
            if norm.form == "clock":
                clocks[norm.subject] = (*clocks.get(norm.subject, ()), norm)
            for event_type in norm.on:
                tasks[event_type] = (*tasks.get(event_type, ()), norm)
        object.__setattr__(self, "clocks", clocks)
        object.__setattr__(self, "tasks", tasks)
        made = frozenset(norm.item.partition("/")[0] for norm in self.norms if norm.item)
        object.__setattr__(self, "made_kinds", made)


class Problem(NamedTuple):
    """What is wrong with a pack, and the line (from 1) where."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class PackError(ValueError):
    """A norm pack that can't be used."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def parse_pack(text: str) -> Pack:
    """Read a norm pack (TOML, `[[norm]]` tables). Raises PackError with every problem and its line."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise PackError([Problem(int(line[1]) if line else 1, f"not TOML: {error}")]) from None
    places = _Places(text)
    problems = [
        Problem(1, f"unknown table {key!r}; a pack has [[norm]] alone") for key in table if key != "norm"
    ]
    entries = table.get("norm", [])
    if not isinstance(entries, list):
        raise PackError([Problem(1, "write [[norm]], with two brackets")])
    norms: list[Norm] = []
    for index, entry in enumerate(entries):
        reader = _Reader(entry, partial(places.line, index), problems)
        norm = reader.norm()
        if any(norm.id == other.id for other in norms):
            reader.complain("id", f"{norm.id!r} is here twice")
        norms.append(norm)
    if not entries:
        problems.append(Problem(1, "no [[norm]] in it"))
    if problems:
        raise PackError(sorted(problems))
    return Pack(tuple(norms))


class _Places:
    """Where the keys of each `[[norm]]` stand: tomllib tells no lines."""

    def __init__(self, text: str) -> None:
        self._heads: list[int] = []
        self._keys: list[dict[str, int]] = []
        for number, line in enumerate(text.splitlines(), start=1):
            if re.match(r"\s*\[\[\s*norm\s*\]\]", line):
                self._heads.append(number)
                self._keys.append({})
            elif self._keys and (key := re.match(r"\s*(?:\[norm\.)?([A-Za-z_]+)", line)):
                self._keys[-1].setdefault(key[1], number)

    def line(self, index: int, key: str) -> int:
        if index >= len(self._heads):
            return 1
        return self._keys[index].get(key, self._heads[index])


_COMMON = {"id", "form", "subject", "severity", "doc", "name", "short", "text", "when"}
_FORM_KEYS = {
    "clock": {
        "per", "start", "stop", "rearm", "unless", "pause", "resume", "most", "otherwise", "warn", "offer",
    },
    "task": {"on", "make", "item", "needs", "owner"},
}  # fmt: skip
_TYPES = {event_type for life in LIVES.values() for event_type in life} | set(HAND_TYPES)


class _Reader:
    """One `[[norm]]` table on its way to a Norm; what is wrong with it goes to `problems`."""

    def __init__(self, entry: Any, line: Callable[[str], int], problems: list[Problem]) -> None:
        self._entry: dict[str, Any] = entry if isinstance(entry, dict) else {}
        self._line = line
        self._problems = problems

    def complain(self, key: str, text: str) -> None:
        self._problems.append(Problem(self._line(key), text))

    def norm(self) -> Norm:
        identity = self._text("id", required=True)
        form = self._text("form", required=True)
        subject = self._text("subject", required=True)
        severity = self._text("severity") or "medium"
        if form not in _FORM_KEYS:
            self.complain("form", f"form {form!r} is unknown; known: {', '.join(sorted(_FORM_KEYS))}")
            form = "clock"
        if subject and subject not in LIVES:
            self.complain("subject", f"subject {subject!r} is unknown; known: {', '.join(LIVES)}")
        if severity not in SEVERITIES:
            self.complain("severity", f"severity {severity!r} is unknown; known: {', '.join(SEVERITIES)}")
            severity = "medium"
        for key in self._entry:
            if key not in _COMMON | _FORM_KEYS[form]:
                self.complain(key, f"a {form} has no {key!r}")
        if form == "task":
            self._check_task()
        else:
            self._check_clock()
        return Norm(
            id=identity,
            form="task" if form == "task" else "clock",
            subject=subject,
            severity=SEVERITIES.index(severity),
            doc=self._text("doc"),
            name=self._languages("name"),
            short=self._languages("short"),
            text=self._languages("text"),
            when=self._when(),
            per="item" if self._text("per") == "item" else "start",
            start=self._events("start"),
            stop=self._events("stop"),
            rearm=self._events("rearm"),
            unless=self._events("unless"),
            pause=self._events("pause"),
            resume=self._events("resume"),
            most=self._span("most"),
            otherwise=self._span("otherwise"),
            warn=self._span("warn"),
            offer=self._text("offer"),
            on=self._events("on"),
            make=self._text("make"),
            item=self._text("item"),
            needs=self._names("needs"),
            owner=self._entry.get("owner") is True,
        )

    def _check_clock(self) -> None:
        for key in ("start", "stop", "most"):
            if key not in self._entry:
                self.complain("id", f"a clock needs {key!r}")
        if self._entry.get("per", "start") not in ("start", "item"):
            self.complain("per", 'per is "start" or "item"')
        if ("pause" in self._entry) != ("resume" in self._entry):
            self.complain("pause", "pause and resume go together")

    def _check_task(self) -> None:
        for key in ("on", "make", "item"):
            if key not in self._entry:
                self.complain("id", f"a task needs {key!r}")
        if "make" in self._entry and self._entry["make"] not in _TYPES:
            self.complain("make", f"make: {self._entry['make']!r} is no type of event")
        if "item" in self._entry and "{item}" not in str(self._entry["item"]):
            self.complain("item", "item names what is made, e.g. 'callback/{item}'")

    def _text(self, key: str, *, required: bool = False) -> str:
        value: object = self._entry.get(key, "")
        if not isinstance(value, str):
            self.complain(key, f"{key}: a text, not {value!r}")
            return ""
        if required and not value:
            self.complain(key, f"a norm needs {key!r}")
        return value

    def _languages(self, key: str) -> dict[str, str]:
        value = self._entry.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            self.complain(key, f'{key}: a text for each language, e.g. {{ en = "…", zh = "…" }}')
            return {}
        return value

    def _names(self, key: str) -> tuple[str, ...]:
        value = self._entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self.complain(key, f"{key}: a list of names")
            return ()
        return tuple(value)

    def _events(self, key: str) -> frozenset[str]:
        value = self._entry.get(key, [])
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self.complain(key, f"{key}: a type of event or a list of them")
            return frozenset()
        for name in names:
            if name not in _TYPES and not (key == "start" and name.startswith("field:")):
                self.complain(key, f"{key}: {name!r} is no type of event")
        return frozenset(names)

    def _span(self, key: str) -> Span | None:
        if key not in self._entry:
            return None
        try:
            return parse_span(self._entry[key])
        except ValueError as error:
            self.complain(key, f"{key}: {error}")
            return None

    def _when(self) -> dict[str, tuple[object, ...]]:
        value = self._entry.get("when", {})
        if not isinstance(value, dict):
            self.complain("when", 'when: fields and their values, e.g. { direction = "in" }')
            return {}
        return {
            name: tuple(wanted) if isinstance(wanted, list) else (wanted,) for name, wanted in value.items()
        }
