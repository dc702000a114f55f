"""What the rules call things: all that the board needs of them, small enough to be kept beside them.

To understand a norm pack and the settings takes longer than all else that comes before the first frame. So
what the last console made of them is kept, with the versions that it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from console.domain.frozen import frozen
from console.domain.roles import Roles

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.rules import Rules
    from console.service.ports import Reader, Writer

NOTE = "names"
"""The store's note of them."""

Versions = Sequence[tuple["Millis", str, str]]


@frozen
class NormName:
    """A norm in a word or two, by language. `promises`: its limit is a moment that somebody promised."""

    short: Mapping[str, str]
    promises: bool = False


@frozen
class Names:
    """The site's name and zone, its norms by id, its agents' names by id, their ids by what feeds call them,
    and who is what."""

    site: str = "Three Rings"
    zone: str = "Asia/Shanghai"
    norms: Mapping[str, NormName] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    roles: Roles = field(default_factory=Roles)

    @property
    def tzinfo(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.zone)

    def agent(self, raw: str) -> str:
        """The id of the agent whom a feed calls `raw`."""
        return self.aliases.get(raw, raw)

    def role(self, user: str) -> str:
        """What a user is here, by any of their names."""
        return self.roles.of(user, self.agent(user))

    def barred(self, verb: str, user: str) -> str:
        """Why a user may not give the order `verb`, as a catalogue key; empty where they may."""
        return self.roles.barred(verb, user, self.agent(user))


def names_of(rules: Rules) -> Names:
    """What those rules call things."""
    site = rules.site
    return Names(
        site.name,
        site.zone,
        {
            norm.id: NormName(norm.short, norm.timing is not None and norm.timing.limit.field is not None)
            for norm in rules.pack.norms
        },
        {agent.id: agent.name for agent in site.agents.values()},
        site.agent_aliases,
        site.roles,
    )


def kept_names(reader: Reader) -> Names | None:
    """The names that were kept, if they are those of the rules in the store."""
    note = reader.meta(NOTE)
    if not note:
        return None
    try:
        versions, names = msgspec.json.decode(note)
        return _from(names) if versions == _key(reader.site_versions()) else None
    except (msgspec.DecodeError, LookupError, TypeError, ValueError):
        return None  # another version of this program kept something else


def keep_names(writer: Writer) -> None:
    """Keep the names of the newest rules for whoever starts next."""
    note = _note(writer)
    if note != writer.meta(NOTE):
        writer.put_meta(NOTE, note)


def names_kept(reader: Reader) -> bool:
    """Whether the names of the newest rules are kept."""
    return _note(reader) == reader.meta(NOTE)


def _note(reader: Reader) -> str:
    names = names_of(reader.rulebook().latest)
    plain = {
        "site": names.site,
        "zone": names.zone,
        "norms": {key: [dict(norm.short), norm.promises] for key, norm in names.norms.items()},
        "agents": dict(names.agents),
        "aliases": dict(names.aliases),
        "roles": [dict(names.roles.named), names.roles.others],
    }
    return msgspec.json.encode([_key(reader.site_versions()), plain]).decode()


def _key(versions: Versions) -> list[list[Any]]:
    return [list(version) for version in versions]


def _from(plain: Mapping[str, Any]) -> Names:
    named, others = plain["roles"]
    return Names(
        plain["site"],
        plain["zone"],
        {key: NormName(short, promises) for key, (short, promises) in plain["norms"].items()},
        plain["agents"],
        plain["aliases"],
        Roles(named, others),
    )
