"""The people of a floor, as its settings name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from console.domain.frozen import frozen
from console.domain.localtime import local_moment

if TYPE_CHECKING:
    from console.domain.instants import Millis

NEW, COMPLAINED = "new", "complained"
"""What a feed, or the settings, may say of somebody: that they are new, that a complaint about them was held
valid."""

DRESS = ("women", "men")
"""Whose list of dress somebody is held to."""

RECORD = frozenset({"agent.observed", "agent.inspected"})
"""What is known of somebody beyond their shift: with each new one all else is forgotten."""

COMPLAINT = "complaint"
"""The field of such an event that says that a complaint about them was held valid."""


@frozen
class Agent:
    """A person of the floor: `id` is what events and rows hold, `name` what people read. They work here since
    `joined`, and a complaint about them was last held valid at `complained`. `dress` is whose list of dress
    they are held to, empty where nobody says."""

    id: str
    name: str
    queues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    joined: Millis | None = None
    complained: Millis | None = None
    dress: str = ""


def parse_agents(table: Any, zone: str) -> tuple[dict[str, Agent], dict[str, str]]:
    """The people of a site's table, and their ids by what feeds call them. Raises ValueError."""
    if not isinstance(table, dict):
        raise ValueError('agents: a table for each, e.g. [agents.li] name = "Li Na"')
    agents: dict[str, Agent] = {}
    aliases: dict[str, str] = {}
    for key, entry in table.items():
        if not isinstance(entry, dict):
            raise ValueError(f'agents.{key}: a table, e.g. [agents.{key}] name = "Li Na"')
        agents[key] = Agent(
            id=key,
            name=_name(entry, key),
            queues=_texts(entry, "queues", f"agents.{key}"),
            languages=_texts(entry, "languages", f"agents.{key}"),
            joined=_day(entry, "joined_on", f"agents.{key}", zone),
            complained=_day(entry, "complained_on", f"agents.{key}", zone),
            dress=_dress(entry, f"agents.{key}"),
        )
        for alias in _texts(entry, "aliases", f"agents.{key}"):
            if aliases.setdefault(alias, key) != key:
                raise ValueError(f"agents.{key}: alias {alias!r} belongs to {aliases[alias]!r} already")
    return agents, aliases


def _day(table: Mapping[str, Any], key: str, where: str, zone: str) -> Millis | None:
    """The beginning of a day of the site's."""
    value = table.get(key)
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
        if day is None:
            return None
        if type(day) is not date:
            raise ValueError
        return local_moment(day, 0, ZoneInfo(zone))
    except (ValueError, OverflowError):
        raise ValueError(f"{where}.{key}: a day, e.g. 2026-03-02, not {value!r}") from None


def _dress(entry: Mapping[str, Any], where: str) -> str:
    value = entry.get("dress", "")
    if value not in ("", *DRESS):
        raise ValueError(f"{where}.dress: one of {', '.join(DRESS)}, not {value!r}")
    return str(value)


def _name(entry: Mapping[str, Any], default: str) -> str:
    value = entry.get("name", default)
    if not isinstance(value, str) or not value:
        raise ValueError(f"name: a text, not {value!r}")
    return value


def _texts(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError(f"{where}.{key}: a list of texts")
    return tuple(value)
