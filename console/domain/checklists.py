"""Checklists as data (TOML, `[[checklist]]`): what a person goes through, at a place or on a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from console.domain.frozen import frozen
from console.domain.lifecycle import LIVES
from console.domain.tables import Table, read_named

About = Literal["area", "floor", "call"]

ABOUT: tuple[About, ...] = ("area", "floor", "call")
"""What a list is gone through for: each area, the whole floor, or the call under the cursor."""

ROUND = "round"
"""The list of a supervision round: going through it settles a round that was called for."""

_KEYS = frozenset({"id", "name", "about", "during", "norm", "items"})
_ITEM_KEYS = frozenset({"id", "text", "must", "possible", "record"})


@frozen
class CheckItem:
    """One thing to look at. `must`: nowhere is it no matter; `possible`: it is only wanted where that can be.
    `record` are types of event that the record has of it, e.g. `job.arrived`."""

    id: str
    text: Mapping[str, str]
    must: bool = False
    possible: bool = False
    record: tuple[str, ...] = ()


@frozen
class Checklist:
    """One list. `during` names a kind of item: it is offered while one of them is open. `norm` is the norm
    that a call is held to by it."""

    id: str
    name: Mapping[str, str]
    about: About
    items: tuple[CheckItem, ...]
    during: str = ""
    norm: str = ""


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
    norm = table.text("norm")
    if about == "call" and not norm:
        table.complain("about", "a list about calls needs the norm that they are held to by it")
    return Checklist(
        id=table.text("id", required=True),
        name=table.languages("name", required=True),
        about=cast(About, about),
        items=tuple(items.values()),
        during=table.text("during"),
        norm=norm,
    )


def _item(table: Table, entry: dict[str, Any]) -> CheckItem:
    name, texts, record = entry.get("id"), entry.get("text"), entry.get("record", [])
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
    known = {kind for life in LIVES.values() for kind in life}
    if not isinstance(record, list) or not all(isinstance(kind, str) and kind in known for kind in record):
        table.complain("items", f"items: record of {name!r} is a list of types of event", name)
        record = []
    return CheckItem(name, cast(Mapping[str, str], texts), must is True, possible is True, tuple(record))
