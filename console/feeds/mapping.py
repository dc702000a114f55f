"""The mapping file: which columns of a CSV file make which events. docs/feeding.md describes it.

A mapping is read once and checked whole, so that what reads rows meets no mistake of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from pathlib import Path

from console.domain.event import EVENTS_LIMIT
from console.domain.instants import DAY, HOUR, MINUTE, SECOND, Millis
from console.feeds.conditions import Condition, parse_condition
from console.feeds.envelope import is_type
from console.feeds.lookups import UTC_ZONE, FixedZone, Lookup, LookupZone, load_lookup, zone_named
from console.feeds.moments import (
    ChosenMoment,
    ClockMoment,
    ConditionalMoment,
    Moment,
    ReadMoment,
    ShiftedMoment,
    Zone,
)
from console.feeds.records import Dialect, read_dialect
from console.feeds.sanitise import bad_identifier
from console.feeds.sections import MappingError, Section, guess
from console.feeds.templates import PREVIOUS, Template
from console.feeds.timeformat import TimeFormat
from console.feeds.values import ConstantValue, MomentValue, NumberValue, TextValue, Value

_UNITS: ReadOnly[str, Millis] = {"seconds": SECOND, "minutes": MINUTE, "hours": HOUR, "days": DAY}


@dataclass(frozen=True, slots=True)
class EventRule:
    """One kind of event that a row can make."""

    name: str
    type: str
    subject: Template
    time: str
    when: Condition
    data: ReadOnly[str, Value]
    id: Template | None = None
    """Its own in place of the row's."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept from row to row: the last values of some columns, for each key."""

    key: Template
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file, checked."""

    source: str
    dialect: Dialect
    missing: frozenset[str]
    missing_in: ReadOnly[str, frozenset[str]]
    when: Condition
    id: Template | None
    memory: Memory | None
    moments: ReadOnly[str, Moment]
    events: tuple[EventRule, ...]
    columns: frozenset[str]
    """Every column that is read; a file without one of them is not what the mapping is for."""


def load_mapping(text: str, *, base: Path) -> Mapping:
    """The mapping that the TOML `text` describes; look-up files are found from the folder `base`.

    Raises MappingError, one line.
    """
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MappingError(f"not TOML: {error}") from None
    return _Reader(Section(values), base).read()


class _Reader:
    """Reads one mapping file, and gathers the columns it speaks of."""

    def __init__(self, root: Section, base: Path) -> None:
        self._root = root
        self._base = base
        self._columns: set[str] = set()
        self._lookups: dict[str, Lookup] = {}
        self._zone: Zone | None = None

    def read(self) -> Mapping:
        """The whole file."""
        root = self._root
        source = root.text("source")
        if bad_identifier(source):
            raise root.error("source", "must be a short name without invisible characters")
        dialect = read_dialect(root.table("csv"))
        when = self._condition(root)
        id_ = self._template(root, "id") if "id" in root else None
        markers = root.table("missing_in")
        missing_in = {column: frozenset(markers.texts(column)) for column in markers.names()}
        self._columns.update(missing_in)
        self._lookups = {
            name: load_lookup(table, self._base) for name, table in root.table("lookup").tables()
        }
        self._zone = self._read_zone(root)
        memory = self._memory(root.table("remember")) if "remember" in root else None
        moments = {name: self._moment(table) for name, table in root.table("moment").tables()}
        _check_order(moments)
        missing = frozenset(root.texts("missing")) | {""}
        events = self._events(moments)
        root.done()
        return Mapping(
            source=source,
            dialect=dialect,
            missing=missing,
            missing_in=missing_in,
            when=when,
            id=id_,
            memory=memory,
            moments=moments,
            events=events,
            columns=self._own_columns(memory),
        )

    def _own_columns(self, memory: Memory | None) -> frozenset[str]:
        """The columns of the file itself; what is said of earlier rows must be remembered."""
        remembered = memory.columns if memory else ()
        for column in self._columns:
            name = column.removeprefix(PREVIOUS)
            if name != column and name not in remembered:
                raise MappingError(
                    f"remember.columns: needs {name!r}, of which an earlier value is asked for"
                )
        return frozenset(column for column in self._columns if not column.startswith(PREVIOUS))

    def _memory(self, section: Section) -> Memory:
        memory = Memory(self._template(section, "key"), section.texts("columns"))
        self._columns.update(memory.columns)
        section.done()
        return memory

    def _templates(self, section: Section, key: str) -> tuple[Template, ...]:
        """A template or a list of them."""
        if not isinstance(section.take(key), list):
            return (self._template(section, key),)
        texts = section.texts(key)
        if not texts:
            raise section.error(key, "is empty")
        return tuple(self._template(section, key, text) for text in texts)

    def _template(self, section: Section, key: str, text: str | None = None) -> Template:
        text = section.text(key) if text is None else text
        try:
            template = Template(text)
        except ValueError as error:
            raise section.error(key, str(error)) from None
        self._columns |= template.columns
        return template

    def _condition(self, section: Section) -> Condition:
        condition = parse_condition(section, "when")
        self._columns |= condition.columns
        return condition

    def _read_zone(self, section: Section) -> Zone | None:
        """`zone`: a name, or a look-up by a cell; what the file says for all where a moment has none."""
        if "zone" not in section:
            return self._zone
        if isinstance(section.take("zone"), dict):
            table = section.table("zone")
            zone = LookupZone(table.path, self._lookup(table), self._template(table, "key"))
            table.done()
            return zone
        named = zone_named(section.text("zone"))
        if named is None:
            raise section.error("zone", f"no IANA time zone is called {section.text('zone')!r}")
        return FixedZone(named)

    def _lookup(self, section: Section) -> Lookup:
        name = section.text("lookup")
        if name not in self._lookups:
            raise section.error("lookup", f"no [lookup.{name}]{guess(name, self._lookups)}")
        return self._lookups[name]

    def _moment(self, section: Section) -> Moment:
        kind = section.only_one_of("text", "from", "first", "latest")
        moment: Moment
        if kind == "text":
            moment = self._read_moment(section)
        elif kind == "from":
            moment = self._shifted_moment(section)
        else:
            moment = ChosenMoment(section.texts(kind), latest=kind == "latest")
        if "when" in section:
            moment = ConditionalMoment(moment, self._condition(section))
        section.done()
        return moment

    def _read_moment(self, section: Section) -> Moment:
        where = section.where("text")
        text = self._template(section, "text")
        formats: list[TimeFormat] = []
        for each in section.texts("format"):
            try:
                formats.append(TimeFormat(each))
            except ValueError as error:
                raise section.error("format", str(error)) from None
        if not formats:
            raise section.error("format", "is missing")
        zone = self._read_zone(section)
        if zone is None:
            if not all(each.has_offset for each in formats):
                raise section.error("zone", "is missing, here and for the whole file")
            zone = FixedZone(UTC_ZONE)
        anchored = "after" in section or "near" in section
        if any(each.has_date == anchored for each in formats):
            raise section.error("format", "needs a whole date, or none and then `after` or `near`")
        if not anchored:
            return ReadMoment(where, text, tuple(formats), zone)
        anchor = section.only_one_of("after", "near")
        return ClockMoment(where, text, tuple(formats), zone, section.text(anchor), nearest=anchor == "near")

    def _shifted_moment(self, section: Section) -> Moment:
        key = section.only_one_of("add", "subtract")
        unit = section.text("unit")
        if unit not in _UNITS:
            raise section.error("unit", f"unknown unit{guess(unit, _UNITS)}")
        return ShiftedMoment(
            where=section.where(key),
            start=section.text("from"),
            by=self._template(section, key),
            unit=_UNITS[unit],
            sign=1 if key == "add" else -1,
        )

    def _events(self, moments: ReadOnly[str, Moment]) -> tuple[EventRule, ...]:
        subject = self._template(self._root, "subject") if "subject" in self._root else None
        rules: dict[str, EventRule] = {}
        for section in self._root.list_of_tables("event"):
            type_ = section.text("type")
            if not is_type(type_):
                raise section.error("type", f"a type looks like call.offered, not {type_!r}")
            name = section.text("name", type_)
            if name in rules:
                raise section.error(
                    "name", f"{name!r} stands twice; events of one type need names of their own"
                )
            own = self._template(section, "subject") if "subject" in section else subject
            if own is None:
                raise section.error("subject", "is missing, here and for the whole file")
            time = section.text("time")
            _check_moment(section, "time", time, moments)
            data = section.table("data")
            rules[name] = EventRule(
                name=name,
                type=type_,
                subject=own,
                time=time,
                when=self._condition(section),
                data={field: self._value(data, field, moments) for field in data.names()},
                id=self._template(section, "id") if "id" in section else None,
            )
            section.done()
        if not 0 < len(rules) <= EVENTS_LIMIT:
            raise MappingError(f"event: needs one to {EVENTS_LIMIT} [[event]] tables, has {len(rules)}")
        return tuple(rules.values())

    def _value(self, data: Section, field: str, moments: ReadOnly[str, Moment]) -> Value:
        given = data.take(field)
        if isinstance(given, str):
            return TextValue((self._template(data, field),))
        if isinstance(given, bool | int | float):
            return ConstantValue(given)
        if not isinstance(given, dict):
            raise data.error(field, f"must be a text, a number, true, false or a table, not {given!r}")
        section = data.table(field)
        kind = section.only_one_of("text", "number", "moment")
        value: Value
        if kind == "moment":
            value = MomentValue(section.text("moment"))
            _check_moment(section, "moment", value.name, moments)
        elif kind == "number":
            value = NumberValue(section.where(kind), self._template(section, kind))
        else:
            words = self._lookup(section) if "lookup" in section else None
            if "map" in section:
                words = section.text_map("map")
            default = section.text("default") if "default" in section else None
            value = TextValue(self._templates(section, kind), words, default)
        section.done()
        return value


def _check_moment(section: Section, key: str, name: str, moments: ReadOnly[str, Moment]) -> None:
    if name not in moments:
        raise section.error(key, f"no moment is called {name!r}{guess(name, moments)}")


def _check_order(moments: ReadOnly[str, Moment]) -> None:
    """A moment may be worked out from others, but not from itself."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise MappingError(f"moment.{name}: is worked out from itself ({' from '.join((*path, name))})")
        for needed in moments[name].needs:
            if needed not in moments:
                raise MappingError(f"moment.{name}: no moment is called {needed!r}{guess(needed, moments)}")
            if needed not in done:
                visit(needed, (*path, name))
        done.add(name)

    for name in moments:
        visit(name, ())
