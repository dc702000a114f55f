"""Norm packs as files: TOML, `[[norm]]` tables, each mistake named with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from console.domain.lifecycle import HAND_TYPES, LIVES
from console.domain.norm import (
    FORMS,
    TIMES,
    Check,
    Choice,
    Form,
    Norm,
    Rule,
    Situation,
    Task,
    Timing,
    is_event,
    may_beat,
)
from console.domain.pack import Pack
from console.domain.place import SEVERITIES
from console.domain.schedule import KEYS, parse_schedule
from console.domain.selector import Events, parse_selector
from console.domain.span import Span, parse_span
from console.domain.tables import Table, read_named

if TYPE_CHECKING:
    from console.domain.instants import Millis


def parse_pack(text: str) -> Pack:
    """Read a norm pack (TOML, `[[norm]]` tables). Raises TableError with every problem and its line."""
    return Pack(read_named(text, "norm", lambda table: _Reader(table).norm()))


_COMMON = {
    "id", "form", "subject", "severity", "doc", "name", "short", "text", "when", "quiet", "confidential",
    "offer",
}  # fmt: skip
_RULES: tuple[Rule, ...] = ("most", "least", "every")
_PER = ("start", "item", "sum")
_CLOCK = {
    "per", "start", "stop", "again", "free", "rearm", "unless", "arm", "pause", "resume", "otherwise", "warn",
    "must_start", "calendar", "beside", *_RULES,
}  # fmt: skip
_CHECK = {
    "on", "after", "needs", "forbid", "lists", "measure", "at_most", "at_least", "within", "once", "anew",
    "why",
}  # fmt: skip
_TASK = {
    "on", "make", "item", "needs", "owner", "agent", "due", "otherwise", "delay", "renew", "settle", "until",
    "note", "agree", "own", "calendar", *KEYS,
}  # fmt: skip
_DRAWN = (_TASK - {"renew", "settle", "until", "each", "times", "only"}) | {"share"}
_PLACES = ("item", "key", "id", "customer", "call", "case", "actor", "period")
_FORM_KEYS: dict[str, set[str]] = {
    "clock": _CLOCK,
    "gate": _CHECK,
    "count": _CHECK,
    "phrase": _CHECK,
    "inspection": _CHECK,
    "task": _TASK,
    "guard": _CHECK,
    "rating": set(),
}
_TYPES = {event_type for life in LIVES.values() for event_type in life} | set(HAND_TYPES)
_SUBJECTS = tuple(LIVES)


def _told(make: str, settle: str) -> bool:
    """Whether what an event of type `make` makes is told of `settle`."""
    return settle in HAND_TYPES or settle in LIVES.get(make.partition(".")[0], ())


class _Reader:
    """One `[[norm]]` table on its way to a Norm."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._entry = table.entry
        self._complain = table.complain

    def norm(self) -> Norm:
        identity = self._table.text("id", required=True)
        form = self._table.text("form", required=True)
        subject = self._table.text("subject", required=True)
        severity = self._table.one_of("severity", SEVERITIES, "medium")
        if form not in _FORM_KEYS:
            self._complain("form", f"form {form!r} is unknown; known: {', '.join(FORMS)}")
            form = "guard"
        if subject and subject not in _SUBJECTS:
            self._complain("subject", f"subject {subject!r} is unknown; known: {', '.join(_SUBJECTS)}")
        drawn = form == "count" and "share" in self._entry
        made = drawn or (form == "task" and bool({"on", "every"} & self._entry.keys()))
        for key in self._entry:
            if key not in _COMMON | (_DRAWN if drawn else _FORM_KEYS[form]):
                self._complain(key, f"a {form} has no {key!r}")
        return Norm(
            id=identity,
            form=cast(Form, form),
            subject=subject,
            severity=SEVERITIES.index(severity),
            doc=self._table.text("doc"),
            name=self._table.languages("name"),
            short=self._table.languages("short"),
            text=self._table.languages("text"),
            when=self._when(),
            quiet=self._table.flag("quiet"),
            confidential=self._table.flag("confidential"),
            offer=self._table.text("offer"),
            calendar=self._table.text("calendar"),
            beside=self._events("beside"),
            timing=self._timing() if form == "clock" else None,
            check=self._check() if _FORM_KEYS[form] is _CHECK and "on" in self._entry and not drawn else None,
            task=self._task() if made else None,
            schedule=parse_schedule(self._table, drawn=drawn) if form == "task" or drawn else None,
        )

    def _timing(self) -> Timing:
        rules = [rule for rule in _RULES if rule in self._entry]
        if len(rules) != 1:
            self._complain("id", f"a clock has one of {', '.join(_RULES)}")
        for key in ("start", "stop"):
            if key not in self._entry:
                self._complain("id", f"a clock needs {key!r}")
        per = self._entry.get("per", "start")
        if per not in _PER:
            self._complain("per", f"per is one of {', '.join(_PER)}")
            per = "start"
        if ("pause" in self._entry) != ("resume" in self._entry):
            self._complain("pause", "pause and resume go together")
        if (warn := self._span("warn")) and warn.workdays:
            self._complain("warn", "warn: a length from the start, e.g. '45s'")
        rule = rules[0] if rules else "most"
        if rule == "every":
            for key in ("again", "pause", "otherwise", "calendar"):
                if (key in self._entry) != (key == "again"):
                    self._complain(
                        key, "a beat needs 'again'" if key == "again" else f"a beat has no {key!r}"
                    )
        # Where it is no limit that has been said; what else is wrong is to be said too.
        limit = self._span(rule) or Span(millis=0)
        if rule == "every" and not may_beat(limit):
            self._complain(rule, "a beat has a fixed length of a second or more, e.g. '30s'")
        return Timing(
            rule=rule,
            limit=limit,
            otherwise=self._span("otherwise"),
            warn=warn,
            per=per,
            start=self._events("start", fields=True),
            stop=self._events("stop", fields=True),
            again=self._events("again"),
            free=self._events("free"),
            rearm=self._events("rearm"),
            unless=self._events("unless"),
            arm=self._its_own("arm"),
            pause=self._events("pause"),
            resume=self._events("resume"),
            must_start=self._table.flag("must_start"),
        )

    def _check(self) -> Check:
        asks = [key for key in ("needs", "forbid", "lists", "measure") if key in self._entry]
        if not asks:
            self._complain("on", "say what it asks for: needs, forbid, lists or measure")
        if "measure" in self._entry and not {"at_most", "at_least"} & self._entry.keys():
            self._complain("measure", "measure needs at_most or at_least")
        if ("within" in self._entry) != (self._entry.get("measure") == TIMES):
            self._complain("measure", f"within and measure = {TIMES!r} go together")
        return Check(
            on=self._events("on"),
            after=self._records("after"),
            needs=self._records("needs"),
            forbid=self._names("forbid"),
            lists=self._table.text("lists"),
            measure=self._table.text("measure"),
            at_most=self._number("at_most"),
            at_least=self._number("at_least"),
            within=self._length("within"),
            once=self._table.flag("once"),
            anew=self._its_own("anew", HAND_TYPES),
            why=self._table.text("why"),
        )

    def _task(self) -> Task:
        for key in ("make", "item"):
            if key not in self._entry:
                self._complain("id", f"a task needs {key!r}")
        make, item = self._table.text("make"), self._table.text("item")
        if make and make not in _TYPES:
            self._complain("make", f"make: {make!r} is no type of event")
        if (settle := self._table.text("settle")) and settle not in _TYPES:
            self._complain("settle", f"settle: {settle!r} is no type of event")
        if "until" in self._entry and not settle:
            self._complain("until", "until needs 'settle': what ends it")
        elif settle in _TYPES and "until" in self._entry and not _told(make, settle):
            self._complain("settle", f"settle: {settle!r} is told to nothing that {make!r} makes")
        if "until" in self._entry and "renew" in self._entry:
            self._complain("until", "until: what is renewed ends when it is, and has no 'until'")
        if item and not any(f"{{{name}}}" in item for name in _PLACES):
            self._complain("item", "item names what is made, e.g. 'callback/{item}'")
        return Task(
            on=self._events("on"),
            make=make,
            item=item,
            needs=self._names("needs"),
            owner=self._table.flag("owner"),
            agent=self._table.text("agent"),
            due=self._span("due"),
            otherwise=self._span("otherwise"),
            delay=self._span("delay"),
            renew=self._table.flag("renew"),
            settle=settle,
            until=self._events("until"),
            note=self._names("note"),
            agree=self._table.text("agree"),
            own=self._table.flag("own"),
            share=self._share(),
        )

    def _share(self) -> float | None:
        share = self._number("share")
        if share is not None and not 0 < share <= 1:
            self._complain("share", "share: a part of the whole, e.g. 0.3")
        fine = {"on", "every"} <= self._entry.keys() and self._entry.get("at") == "end"
        if share is not None and not fine:
            self._complain("share", "a share goes with 'on', 'every' and at = \"end\": of what, drawn when")
        return share

    def _number(self, key: str) -> float | None:
        value: object = self._entry.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            self._complain(key, f"{key}: a number, not {value!r}")
            return None
        return value

    def _names(self, key: str) -> tuple[str, ...]:
        value = self._entry.get(key, [])
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._complain(key, f"{key}: a list of names")
            return ()
        return tuple(names)

    def _records(self, key: str) -> tuple[Choice, ...]:
        """Things that must be on record; those that are events must be ones that there are."""
        value = self._entry.get(key, [])
        listed = value if isinstance(value, list) else [value]
        choices = [one if isinstance(one, list) else [one] for one in listed]
        if not all(isinstance(name, str) for choice in choices for name in choice):
            self._complain(key, f'{key}: names, or lists of names of which one will do: ["due", ["a", "b"]]')
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

    def _its_own(self, key: str, more: tuple[str, ...] = ()) -> Events:
        """Events that happen to what the norm is about: of others it is never told."""
        events = self._events(key)
        life = LIVES.get(str(self._entry.get("subject")), _TYPES)
        for event_type in events.types:
            if event_type not in life and event_type not in more:
                self._complain(key, f"{key}: no {self._entry['subject']} is told of {event_type!r}")
        return events

    def _known_event(self, key: str, name: str) -> bool:
        try:
            event_type, _ = parse_selector(name)
        except ValueError as error:
            self._complain(key, f"{key}: {error}")
            return False
        if event_type not in _TYPES:
            self._complain(key, f"{key}: {event_type!r} is no type of event")
            return False
        return True

    def _span(self, key: str) -> Span | None:
        if key not in self._entry:
            return None
        try:
            return parse_span(self._entry[key])
        except ValueError as error:
            self._complain(key, f"{key}: {error}")
            return None

    def _length(self, key: str) -> Millis | None:
        span = self._span(key)
        if span is not None and span.millis is None:
            self._complain(key, f"{key}: a fixed length, e.g. '1h'")
        return span.millis if span else None

    def _when(self) -> tuple[Situation, ...]:
        value = self._entry.get("when", [])
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(one, dict) for one in listed):
            example = '{ direction = "in" }; of a list of such one must be so'
            self._complain("when", f"when: fields and their values, e.g. {example}")
            return ()
        return tuple(
            {name: tuple(wanted) if isinstance(wanted, list) else (wanted,) for name, wanted in one.items()}
            for one in listed
        )
