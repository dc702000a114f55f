"""The floor's own settings: zone, country, ring cycle, limits, people and what they are called elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from console.domain.frozen import frozen
from console.domain.hours import Wanted, parse_calendars, parse_holidays, parse_hours, wanted, zone_named
from console.domain.instants import DAY, HOUR, MINUTE, SECOND, Millis
from console.domain.roles import Roles, parse_roles
from console.domain.roster import COMPLAINED, NEW, Agent, parse_agents
from console.domain.shifts import STANDARD, ShiftHours, Shifts, parse_shifts
from console.domain.span import Span, parse_duration, parse_span
from console.domain.target import Targets, parse_targets
from console.domain.upkeep import Upkeep, parse_upkeep

if TYPE_CHECKING:
    from console.domain.calendar import Calendar


_NONE: frozenset[str] = frozenset()


class SettingsError(ValueError):
    """A settings file that can't be used; the message names the key and says what would do."""


_NAME, _ZONE, _COUNTRY = "Three Rings", "Asia/Shanghai", "CN"


@frozen
class Site:
    """One version of a floor's settings.

    `ring_cycle` and `lost_after` are milliseconds. `limits` overrides the limit of a clock by its norm's id,
    `numbers` what a count may come to. A call about a matter that was begun no longer than `repeat_window`
    before is a repeat. An acknowledgement silences for `acknowledged_for`, a customer's number is shown for
    `revealed_for`. Who refused a follow-up is not asked again for `refused_for`. Somebody is new for
    `new_for`, and a complaint about them counts for `complaint_for`.
    `managers` look after the customers of an area, `accounts` after one customer each; a job in an area of
    `trips` is a trip. `upkeep` is what is looked at regularly.
    `calendars` are business hours by name; `hours` says which of them a norm (by id) runs on here.
    `roles` say who may give which order, `shift_hours` when one shift takes over from another.
    Consoles lock after `lock_after` without a key (None: those alone at which people sign in, 0: none), and
    `lock_board`: show the board then. `pinned` have a PIN; the settings say nothing of them.
    `agent_aliases` and `customer_aliases` lead from what a feed calls somebody to the id used here.
    """

    name: str = _NAME
    zone: str = _ZONE
    country: str = _COUNTRY
    ring_cycle: Millis = 5 * SECOND
    lost_after: Millis = 4 * HOUR
    short_abandon: Millis = 0
    repeat_window: Millis = 7 * DAY
    acknowledged_for: Millis = 15 * MINUTE
    revealed_for: Millis = 30 * SECOND
    refused_for: Millis = 36_500 * DAY
    new_for: Millis = 90 * DAY
    complaint_for: Millis = 180 * DAY
    renewal_target: float | None = None
    first_visit_target: float | None = None
    service_level: Targets = field(default_factory=Targets)
    limits: Mapping[str, Span] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)
    roles: Roles = field(default_factory=Roles)
    shift_hours: tuple[ShiftHours, ...] = STANDARD
    agents: Mapping[str, Agent] = field(default_factory=dict)
    areas: tuple[str, ...] = ()
    managers: Mapping[str, str] = field(default_factory=dict)
    trips: frozenset[str] = frozenset()
    upkeep: tuple[Upkeep, ...] = ()
    accounts: Mapping[str, str] = field(default_factory=dict)
    agent_aliases: Mapping[str, str] = field(default_factory=dict)
    customer_aliases: Mapping[str, str] = field(default_factory=dict)
    lock_after: Millis | None = None
    lock_board: bool = False
    pinned: frozenset[str] = frozenset()

    @property
    def tzinfo(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.zone)

    @property
    def shifts(self) -> Shifts:
        """The shifts of its day."""
        return Shifts(self.shift_hours, self.tzinfo)

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that the settings name, in their order."""
        named = (queue for agent in self.agents.values() for queue in agent.queues)
        return tuple(dict.fromkeys((*self.service_level.queues, *named)))

    def calendar(self, norm: str, named: str) -> Calendar | None:
        """The business hours that a norm runs on, whose pack names the calendar `named` ("" where none).

        None is around the clock: also where the pack names a calendar that this site does not have.
        """
        return self.calendars.get(self.hours.get(norm, named))

    def marks(self, agent: str, moment: Millis) -> frozenset[str]:
        """What the settings say that somebody counted as at a moment: NEW, COMPLAINED, both or neither."""
        known = self.agents.get(agent)
        if known is None or known.joined is known.complained is None:
            return _NONE
        spans = ((NEW, known.joined, self.new_for), (COMPLAINED, known.complained, self.complaint_for))
        return frozenset(
            mark for mark, since, lasts in spans if since is not None and since <= moment < since + lasts
        )

    def agent(self, raw: str) -> str:
        """The id of the agent whom a feed calls `raw`."""
        return self.agent_aliases.get(raw, raw)

    def agent_name(self, agent: str) -> str:
        """What people call the agent with this id."""
        known = self.agents.get(agent)
        return known.name if known else agent

    def with_users(self, roles: Mapping[str, str], pinned: frozenset[str]) -> Site:
        """The same with those who sign in: what each is where the settings name no role of theirs, and who of
        them has a PIN."""
        if not roles and not pinned:
            return self
        named = {self.agent(name) for name in self.roles.named}
        ours = {name: role for name, role in roles.items() if name not in named}
        return replace(self, roles=Roles({**ours, **self.roles.named}, self.roles.others), pinned=pinned)

    def role(self, user: str) -> str:
        """What a user is here, by any of their names."""
        return self.roles.of(user, self.agent(user))

    def barred(self, verb: str, user: str) -> str:
        """Why a user may not give the order `verb`, as a catalogue key; empty where they may."""
        return self.roles.barred(verb, user, self.agent(user))


_KEYS = frozenset(
    {
        "name", "zone", "country", "ring_cycle", "lost_after", "short_abandon", "repeat_window", "limits",
        "acknowledged_for", "revealed_for", "refused_for", "renewal_target", "first_visit_target",
        "calendars", "lock_after", "lock_board",
        "service_level", "holidays", "hours", "agents", "customers", "areas", "accounts", "roles", "shifts",
        "new_for", "complaint_for", "upkeep",
    }
)  # fmt: skip


_LENGTHS = (
    "ring_cycle", "lost_after", "short_abandon", "repeat_window", "acknowledged_for", "revealed_for",
    "refused_for", "new_for", "complaint_for", "lock_after",
)  # fmt: skip
"""Lengths of time. Of one that is not there `Site` has what holds."""


def wanted_holidays(text: str) -> list[Wanted]:
    """The sets of holidays that a site file (TOML) follows and does not hold. Raises SettingsError."""
    table = _table(text)
    try:
        holidays = parse_holidays(table.get("holidays", {}))
        return wanted(table.get("calendars", {}), holidays, _text(table, "zone", _ZONE))
    except ValueError as error:
        raise SettingsError(str(error)) from None


def parse_site(text: str) -> Site:
    """Read a site file (TOML). Raises SettingsError with the key and what would do."""
    table = _table(text)
    if unknown := sorted(set(table) - _KEYS):
        raise SettingsError(f"unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    return Site(
        name=_text(table, "name", _NAME),
        country=_country(table),
        renewal_target=_part(table, "renewal_target"),
        first_visit_target=_part(table, "first_visit_target"),
        lock_board=_yes(table, "lock_board"),
        limits=_limits(table.get("limits", {})),
        numbers=_numbers(table.get("limits", {})),
        accounts=_accounts(table.get("accounts", {})),
        customer_aliases=_customers(table.get("customers", {})),
        **_parts(table),
        **_areas(table.get("areas", {})),
        **_lengths(table),
    )


def _parts(table: Mapping[str, Any]) -> dict[str, Any]:
    """The fields whose tables are read elsewhere, most of them by the site's zone."""
    zone = _text(table, "zone", _ZONE)
    try:
        zone_named(zone, "zone")
        calendars = parse_calendars(
            table.get("calendars", {}), parse_holidays(table.get("holidays", {})), zone
        )
        agents, aliases = parse_agents(table.get("agents", {}), zone)
        return {
            "zone": zone,
            "calendars": calendars,
            "hours": parse_hours(table.get("hours", {}), calendars),
            "roles": parse_roles(table.get("roles", {})),
            "shift_hours": parse_shifts(table["shifts"]) if "shifts" in table else STANDARD,
            "service_level": parse_targets(table.get("service_level", {})),
            "upkeep": parse_upkeep(table.get("upkeep", {})),
            "agents": agents,
            "agent_aliases": aliases,
        }
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _lengths(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _duration(table, key) for key in _LENGTHS if key in table}


def _country(table: Mapping[str, Any]) -> str:
    country = _text(table, "country", _COUNTRY)
    if len(country) != 2 or not country.isascii() or not country.isupper():
        raise SettingsError(f"country: two capital letters (ISO 3166), not {country!r}")
    return country


def _table(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not TOML: {error}") from None


def _text(table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or not value:
        raise SettingsError(f"{key}: a text, not {value!r}")
    return value


def _duration(table: Mapping[str, Any], key: str) -> Millis:
    try:
        return parse_duration(table[key])
    except ValueError as error:
        raise SettingsError(f"{key}: {error}") from None


def _yes(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise SettingsError(f"{key}: true or false, not {value!r}")
    return value


def _part(table: Mapping[str, Any], key: str) -> float | None:
    value = table.get(key)
    if value is not None and not (_is_number(value) and 0 <= value <= 1):
        raise SettingsError(f"{key}: a part of the whole from 0 to 1, e.g. 0.9, not {value!r}")
    return value


def _limits(table: Any) -> dict[str, Span]:
    if not isinstance(table, dict):
        raise SettingsError('limits: a table of norm = "limit"')
    limits = {}
    for norm, value in table.items():
        if _is_number(value):
            continue
        try:
            limits[norm] = parse_span(value)
        except ValueError as error:
            raise SettingsError(f"limits.{norm}: {error}") from None
    return limits


def _numbers(table: Mapping[str, Any]) -> dict[str, float]:
    return {norm: value for norm, value in table.items() if _is_number(value)}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _areas(table: Any) -> dict[str, Any]:
    """The areas, who manages each, and in which a job is a trip."""
    if not isinstance(table, dict) or not all(isinstance(entry, dict) for entry in table.values()):
        raise SettingsError('areas: a table for each, e.g. [areas.north] manager = "li"')
    for area, entry in table.items():
        if unknown := sorted(set(entry) - {"manager", "trip"}):
            raise SettingsError(f"areas.{area}: unknown key {unknown[0]!r}; known: manager, trip")
    managers = {area: _text(entry, "manager", "") for area, entry in table.items() if "manager" in entry}
    trips = frozenset(area for area, entry in table.items() if _yes(entry, "trip"))
    return {"areas": tuple(table), "managers": managers, "trips": trips}


def _accounts(table: Any) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(agent, str) and agent for agent in table.values()):
        raise SettingsError('accounts: a customer and who looks after them, e.g. "+8613800000001" = "li"')
    return table


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
