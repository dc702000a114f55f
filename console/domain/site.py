"""The floor's own settings: zone, country, ring cycle, limits, people and what they are called elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.instants import HOUR, SECOND, Millis
from console.domain.span import Span, parse_duration, parse_span


class SettingsError(ValueError):
    """A settings file that can't be used; the message names the key and says what would do."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person of the floor: `id` is what events and rows hold, `name` what people read."""

    id: str
    name: str
    queues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """One version of a floor's settings.

    `ring_cycle` and `lost_after` are milliseconds. `limits` overrides the `most` of a norm by id.
    `agent_aliases` and `customer_aliases` lead from what a feed calls somebody to the id used here.
    """

    name: str = "Three Rings"
    zone: str = "Asia/Shanghai"
    country: str = "CN"
    ring_cycle: Millis = 5 * SECOND
    lost_after: Millis = 4 * HOUR
    short_abandon: Millis = 0
    limits: Mapping[str, Span] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    agent_aliases: Mapping[str, str] = field(default_factory=dict)
    customer_aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def tzinfo(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.zone)

    def agent(self, raw: str) -> str:
        """The id of the agent whom a feed calls `raw`."""
        return self.agent_aliases.get(raw, raw)

    def agent_name(self, agent: str) -> str:
        """What people call the agent with this id."""
        known = self.agents.get(agent)
        return known.name if known else agent


_KEYS = frozenset(
    {"name", "zone", "country", "ring_cycle", "lost_after", "short_abandon", "limits", "agents", "customers"}
)


def parse_site(text: str) -> Site:
    """Read a site file (TOML). Raises SettingsError with the key and what would do."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not TOML: {error}") from None
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise SettingsError(f"unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    zone = _text(table, "zone", "Asia/Shanghai")
    try:
        ZoneInfo(zone)
    except Exception:
        raise SettingsError(f"zone: no such time zone: {zone!r}, e.g. 'Asia/Shanghai'") from None
    country = _text(table, "country", "CN")
    if len(country) != 2 or not country.isascii() or not country.isupper():
        raise SettingsError(f"country: two capital letters (ISO 3166), not {country!r}")
    agents, aliases = _agents(table.get("agents", {}))
    return Site(
        name=_text(table, "name", "Three Rings"),
        zone=zone,
        country=country,
        ring_cycle=_duration(table, "ring_cycle", 5 * SECOND),
        lost_after=_duration(table, "lost_after", 4 * HOUR),
        short_abandon=_duration(table, "short_abandon", 0),
        limits=_limits(table.get("limits", {})),
        agents=agents,
        agent_aliases=aliases,
        customer_aliases=_customers(table.get("customers", {})),
    )


def _text(table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or not value:
        raise SettingsError(f"{key}: a text, not {value!r}")
    return value


def _duration(table: Mapping[str, Any], key: str, default: Millis) -> Millis:
    value = table.get(key)
    if value is None:
        return default
    try:
        return parse_duration(value)
    except ValueError as error:
        raise SettingsError(f"{key}: {error}") from None


def _limits(table: Any) -> dict[str, Span]:
    if not isinstance(table, dict):
        raise SettingsError('limits: a table of norm = "limit"')
    limits = {}
    for norm, value in table.items():
        try:
            limits[norm] = parse_span(value)
        except ValueError as error:
            raise SettingsError(f"limits.{norm}: {error}") from None
    return limits


def _agents(table: Any) -> tuple[dict[str, Agent], dict[str, str]]:
    if not isinstance(table, dict):
        raise SettingsError('agents: a table for each, e.g. [agents.li] name = "Li Na"')
    agents: dict[str, Agent] = {}
    aliases: dict[str, str] = {}
    for key, entry in table.items():
        if not isinstance(entry, dict):
            raise SettingsError(f'agents.{key}: a table, e.g. [agents.{key}] name = "Li Na"')
        agents[key] = Agent(
            id=key,
            name=_text(entry, "name", key),
            queues=_texts(entry, "queues", f"agents.{key}"),
            languages=_texts(entry, "languages", f"agents.{key}"),
        )
        for alias in _texts(entry, "aliases", f"agents.{key}"):
            if aliases.setdefault(alias, key) != key:
                raise SettingsError(f"agents.{key}: alias {alias!r} belongs to {aliases[alias]!r} already")
    return agents, aliases


def _customers(table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise SettingsError('customers: a table of key = ["alias", …]')
    aliases: dict[str, str] = {}
    for key in table:
        for alias in _texts(table, key, "customers"):
            if aliases.setdefault(alias, key) != key:
                raise SettingsError(f"customers.{key}: alias {alias!r} belongs to {aliases[alias]!r} already")
    return aliases


def _texts(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise SettingsError(f"{where}.{key}: a list of texts")
    return tuple(value)
