"""Norm packs as files: TOML, `[[norm]]` tables, each mistake named with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, cast

from console.domain.lifecycle import HAND_TYPES, LIVES
from console.domain.norm import (
    FORMS,
    SEVERITIES,
    Check,
    Choice,
    Form,
    Norm,
    Pack,
    Rule,
    Task,
    Timing,
    is_event,
)
from console.domain.selector import Events, parse_selector
from console.domain.span import Span, parse_span


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


_COMMON = {"id", "form", "subject", "severity", "doc", "name", "short", "text", "when", "quiet", "offer"}
_RULES: tuple[Rule, ...] = ("most", "least", "every")
_PER = ("start", "item", "sum")
_CLOCK = {
    "per", "start", "stop", "again", "free", "rearm", "unless", "arm", "pause", "resume", "otherwise", "warn",
    "must_start", "calendar", *_RULES,
}  # fmt: skip
_CHECK = {"on", "after", "needs", "forbid", "lists", "measure", "at_most", "at_least", "once"}
_TASK = {
    "on", "make", "item", "needs", "owner", "agent", "due", "otherwise", "delay", "renew", "settle", "note",
    "agree", "calendar",
}  # fmt: skip
_FORM_KEYS: dict[str, set[str]] = {
    "clock": _CLOCK,
    "gate": _CHECK,
    "count": _CHECK,
    "phrase": _CHECK,
    "inspection": _CHECK,
    "task": _TASK,
    "guard": set(),
    "rating": set(),
}
_TYPES = {event_type for life in LIVES.values() for event_type in life} | set(HAND_TYPES)
_SUBJECTS = tuple(LIVES)


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
            self.complain("form", f"form {form!r} is unknown; known: {', '.join(FORMS)}")
            form = "guard"
        if subject and subject not in _SUBJECTS:
            self.complain("subject", f"subject {subject!r} is unknown; known: {', '.join(_SUBJECTS)}")
        if severity not in SEVERITIES:
            self.complain("severity", f"severity {severity!r} is unknown; known: {', '.join(SEVERITIES)}")
            severity = "medium"
        for key in self._entry:
            if key not in _COMMON | _FORM_KEYS[form]:
                self.complain(key, f"a {form} has no {key!r}")
        return Norm(
            id=identity,
            form=cast(Form, form),
            subject=subject,
            severity=SEVERITIES.index(severity),
            doc=self._text("doc"),
            name=self._languages("name"),
            short=self._languages("short"),
            text=self._languages("text"),
            when=self._when(),
            quiet=self._yes("quiet"),
            offer=self._text("offer"),
            calendar=self._text("calendar"),
            timing=self._timing() if form == "clock" else None,
            check=self._check() if _FORM_KEYS[form] is _CHECK and "on" in self._entry else None,
            task=self._task() if form == "task" and "on" in self._entry else None,
        )

    def _timing(self) -> Timing:
        rules = [rule for rule in _RULES if rule in self._entry]
        if len(rules) != 1:
            self.complain("id", f"a clock has one of {', '.join(_RULES)}")
        for key in ("start", "stop"):
            if key not in self._entry:
                self.complain("id", f"a clock needs {key!r}")
        per = self._entry.get("per", "start")
        if per not in _PER:
            self.complain("per", f"per is one of {', '.join(_PER)}")
            per = "start"
        if ("pause" in self._entry) != ("resume" in self._entry):
            self.complain("pause", "pause and resume go together")
        rule = rules[0] if rules else "most"
        if rule == "every":
            for key in ("again", "pause", "otherwise", "calendar"):
                if (key in self._entry) != (key == "again"):
                    self.complain(key, "a beat needs 'again'" if key == "again" else f"a beat has no {key!r}")
        # Where it is no limit that has been said; what else is wrong is to be said too.
        limit = self._span(rule) or Span(millis=0)
        if rule == "every" and limit.millis is None:
            self.complain(rule, "a beat has a fixed length, e.g. '30s'")
        return Timing(
            rule=rule,
            limit=limit,
            otherwise=self._span("otherwise"),
            warn=self._span("warn"),
            per=per,
            start=self._events("start", fields=True),
            stop=self._events("stop"),
            again=self._events("again"),
            free=self._events("free"),
            rearm=self._events("rearm"),
            unless=self._events("unless"),
            arm=self._events("arm"),
            pause=self._events("pause"),
            resume=self._events("resume"),
            must_start=self._yes("must_start"),
        )

    def _check(self) -> Check:
        asks = [key for key in ("needs", "forbid", "lists", "measure") if key in self._entry]
        if not asks:
            self.complain("on", "say what it asks for: needs, forbid, lists or measure")
        if "measure" in self._entry and not {"at_most", "at_least"} & self._entry.keys():
            self.complain("measure", "measure needs at_most or at_least")
        return Check(
            on=self._events("on"),
            after=self._records("after"),
            needs=self._records("needs"),
            forbid=self._names("forbid"),
            lists=self._text("lists"),
            measure=self._text("measure"),
            at_most=self._number("at_most"),
            at_least=self._number("at_least"),
            once=self._yes("once"),
        )

    def _task(self) -> Task:
        for key in ("make", "item"):
            if key not in self._entry:
                self.complain("id", f"a task needs {key!r}")
        make, item = self._text("make"), self._text("item")
        if make and make not in _TYPES:
            self.complain("make", f"make: {make!r} is no type of event")
        if (settle := self._text("settle")) and settle not in _TYPES:
            self.complain("settle", f"settle: {settle!r} is no type of event")
        if item and not any(f"{{{name}}}" in item for name in ("item", "key", "id", "customer", "call")):
            self.complain("item", "item names what is made, e.g. 'callback/{item}'")
        return Task(
            on=self._events("on"),
            make=make,
            item=item,
            needs=self._names("needs"),
            owner=self._yes("owner"),
            agent=self._text("agent"),
            due=self._span("due"),
            otherwise=self._span("otherwise"),
            delay=self._span("delay"),
            renew=self._yes("renew"),
            settle=settle,
            note=self._names("note"),
            agree=self._text("agree"),
        )

    def _text(self, key: str, *, required: bool = False) -> str:
        value: object = self._entry.get(key, "")
        if not isinstance(value, str):
            self.complain(key, f"{key}: a text, not {value!r}")
            return ""
        if required and not value:
            self.complain(key, f"a norm needs {key!r}")
        return value

    def _yes(self, key: str) -> bool:
        value: object = self._entry.get(key, False)
        if not isinstance(value, bool):
            self.complain(key, f"{key}: true or false, not {value!r}")
        return value is True

    def _number(self, key: str) -> float | None:
        value: object = self._entry.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            self.complain(key, f"{key}: a number, not {value!r}")
            return None
        return value

    def _languages(self, key: str) -> dict[str, str]:
        value = self._entry.get(key, {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            self.complain(key, f'{key}: a text for each language, e.g. {{ en = "…", zh = "…" }}')
            return {}
        return value

    def _names(self, key: str) -> tuple[str, ...]:
        value = self._entry.get(key, [])
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self.complain(key, f"{key}: a list of names")
            return ()
        return tuple(names)

    def _records(self, key: str) -> tuple[Choice, ...]:
        """Things that must be on record; those that are events must be ones that there are."""
        value = self._entry.get(key, [])
        listed = value if isinstance(value, list) else [value]
        choices = [one if isinstance(one, list) else [one] for one in listed]
        if not all(isinstance(name, str) for choice in choices for name in choice):
            self.complain(key, f'{key}: names, or lists of names of which one will do: ["due", ["a", "b"]]')
            return ()
        for name in (name.removeprefix("!") for choice in choices for name in choice):
            if is_event(name):
                self._known_event(key, name)
        return tuple(tuple(choice) for choice in choices)

    def _events(self, key: str, *, fields: bool = False) -> Events:
        names = self._names(key)
        fine = [
            name for name in names if (fields and name.startswith("field:")) or self._known_event(key, name)
        ]
        return Events(tuple(fine))

    def _known_event(self, key: str, name: str) -> bool:
        try:
            event_type, _ = parse_selector(name)
        except ValueError as error:
            self.complain(key, f"{key}: {error}")
            return False
        if event_type not in _TYPES:
            self.complain(key, f"{key}: {event_type!r} is no type of event")
            return False
        return True

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
