"""Checklists as data (TOML, `[[checklist]]`): what a person goes through for a place, an item or a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, cast

from console.domain.frozen import frozen
from console.domain.lifecycle import LIVES
from console.domain.norm import NO_EVENTS
from console.domain.selector import Events, parse_selector
from console.domain.tables import Table, read_named

PLACES = ("area", "floor")
"""What a list is gone through for where it is no item: each area, or the whole floor."""

TOLD: Mapping[str, str] = {
    kind: next(verb for verb in (f"{kind}.inspected", f"{kind}.observed") if verb in life)
    for kind, life in LIVES.items()
    if not {f"{kind}.inspected", f"{kind}.observed"}.isdisjoint(life)
}
"""By kind of item, the type of event that says what was seen of one."""

ABOUT = (*PLACES, *(kind for kind in TOLD if kind not in PLACES))
"""What a list may be gone through for: a place, or the item or person under the cursor."""

ROUND = "round"
"""The list of a supervision round: going through it settles a round that was called for."""

_KEYS = frozenset({"id", "name", "about", "during", "when", "unless", "norm", "items"})
_ITEM_KEYS = frozenset({"id", "text", "must", "possible", "record", "norm"})


@frozen
class CheckItem:
    """One thing to look at. `must`: nowhere is it no matter; `possible`: it is only wanted where that can be.
    `record` are the events that the record has of it, e.g. `job.arrived`. `norm` is the norm that it is held
    to, where that is not the list's."""

    id: str
    text: Mapping[str, str]
    must: bool = False
    possible: bool = False
    record: Events = NO_EVENTS
    norm: str = ""


@frozen
class Checklist:
    """One list. `during` names a kind of item: it is offered while one of them is open; `when` are fields of
    the item that it is about and the values that they must have, `unless` such as it must not have ("": none
    was given). `norm` is the norm that the item is held to by it."""

    id: str
    name: Mapping[str, str]
    about: str
    items: tuple[CheckItem, ...]
    during: str = ""
    norm: str = ""
    when: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[object, ...]] = field(default_factory=dict)

    @property
    def of_item(self) -> bool:
        """Whether it is about an item or a person, and no place."""
        return self.about not in PLACES

    def fits(self, value_of: Callable[[str], object]) -> bool:
        """Whether it is for an item whose fields `value_of` gives."""

        def among(name: str, values: tuple[object, ...]) -> bool:
            value = value_of(name)
            return ("" if value is None else value) in values

        wanted = all(among(name, values) for name, values in self.when.items())
        return wanted and not any(among(name, values) for name, values in self.unless.items())

    def by_norm(self) -> Mapping[str, tuple[str, ...]]:
        """The items that are held to each norm, the list's own first."""
        found: dict[str, tuple[str, ...]] = {self.norm: ()}
        for item in self.items:
            norm = item.norm or self.norm
            found[norm] = (*found.get(norm, ()), item.id)
        return found


class Checklists:
    """The lists of one file, read when somebody looks at them."""

    def __init__(self, text: str = "") -> None:
        self._text = text
        self._lists: tuple[Checklist, ...] | None = None

    @property
    def all(self) -> tuple[Checklist, ...]:
        """All of them, in the order of the file. Raises TableError where the text is none."""
        if self._lists is None:
            self._lists = parse_checklists(self._text) if self._text else ()
        return self._lists

    def named(self, name: str) -> Checklist | None:
        """The list of that id."""
        return next((each for each in self.all if each.id == name), None)


def parse_checklists(text: str) -> tuple[Checklist, ...]:
    """Read checklists. Raises TableError with every problem and its line."""
    return read_named(text, "checklist", _checklist)


def _checklist(table: Table) -> Checklist:
    table.knows(_KEYS)
    items: dict[str, CheckItem] = {}
    for entry in table.tables("items"):
        item = _item(table, entry)
        if item.id in items:
            table.complain("items", f"items: {item.id!r} is here twice", item.id)
        items[item.id] = item
    if not items:
        table.complain("items", 'items: at least one, e.g. { id = "prices", text = { zh = "…", en = "…" } }')
    about = table.one_of("about", ABOUT, "area")
    made = Checklist(
        id=table.text("id", required=True),
        name=table.languages("name", required=True),
        about=about,
        items=tuple(items.values()),
        during=table.text("during"),
        norm=table.text("norm"),
        when=_values(table, "when"),
        unless=_values(table, "unless"),
    )
    if made.of_item and not made.norm:
        table.complain("about", f"a list about a {about} needs the norm that it is held to by it")
    if not made.of_item and (made.when or made.unless or any(item.norm for item in made.items)):
        table.complain("about", "when, unless and norms of items are for lists about items or people")
    return made


def _values(table: Table, key: str) -> dict[str, tuple[object, ...]]:
    value = table.entry.get(key, {})
    if not isinstance(value, dict):
        table.complain(key, f'{key}: fields and their values, e.g. {{ type = "complaint" }}')
        return {}
    return {name: tuple(wanted) if isinstance(wanted, list) else (wanted,) for name, wanted in value.items()}


def _item(table: Table, entry: dict[str, Any]) -> CheckItem:
    name, texts, norm = entry.get("id"), entry.get("text"), entry.get("norm", "")
    must, possible = entry.get("must", False), entry.get("possible", False)
    if unknown := sorted(set(entry) - _ITEM_KEYS):
        table.complain("items", f"items: unknown key {unknown[0]!r}; known: {', '.join(sorted(_ITEM_KEYS))}")
    if not isinstance(name, str) or not name.strip():
        table.complain("items", "items: each needs an id")
        name = ""
    fine = isinstance(texts, dict) and all(
        isinstance(texts.get(language), str) and texts[language].strip() for language in ("zh", "en")
    )
    if not fine:
        table.complain("items", f"items: {name!r} needs a text in zh and en", name)
        texts = {}
    for key, flag in (("must", must), ("possible", possible)):
        if not isinstance(flag, bool):
            table.complain("items", f"items: {key} is true or false, not {flag!r}", name)
    if must is True and possible is True:
        table.complain("items", f"items: {name!r} is a must or where possible, not both", name)
    if not isinstance(norm, str):
        table.complain("items", f"items: norm is the id of one, not {norm!r}", name)
        norm = ""
    record = _record(table, name, entry.get("record", []))
    return CheckItem(name, cast(Mapping[str, str], texts), must is True, possible is True, record, norm)


def _record(table: Table, name: str, listed: object) -> Events:
    known = {kind for life in LIVES.values() for kind in life}
    try:
        if isinstance(listed, list) and all(parse_selector(one)[0] in known for one in listed):
            return Events(tuple(listed))
    except (TypeError, ValueError):
        pass
    table.complain("items", f"items: record of {name!r} is a list of types of event", name)
    return NO_EVENTS
