"""Roles: who may give which order. The settings say who has which; the service asks here before it acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from console.domain.frozen import frozen

ROLES = ("viewer", "supervisor", "lead", "admin")
"""From who may only look to who may do everything; each may do what those before it may."""

ORDINARY = "supervisor"
"""What whoever is not named is, unless the settings say otherwise; and what an order takes that is not in
`NEEDED`."""

NEEDED: Mapping[str, str] = {"apply": "admin", "users": "admin", "confide": "lead"}
"""Orders that take more, by verb: to put settings, norms, phrases or cards in force, to say who signs in, to
see what is for leads alone."""


@frozen
class Roles:
    """Who is what. `named` leads from a user to their role, `others` is the role of everybody else."""

    named: Mapping[str, str] = field(default_factory=dict)
    others: str = ORDINARY

    def of(self, *names: str) -> str:
        """The role of a user who goes by these names: that of the first that the settings know."""
        return next((self.named[name] for name in names if name in self.named), self.others)

    def barred(self, verb: str, *names: str) -> str:
        """Why that user may not give the order `verb`, as a catalogue key (`refusal.needs_ROLE`); empty
        where they may.

        Where the settings name nobody who may give it, whoever may act at all does: a floor without a lead
        has to work too.
        """
        needed = NEEDED.get(verb, ORDINARY)
        least = ROLES.index(needed)
        if not any(ROLES.index(role) >= least for role in self.named.values()):
            least = min(least, ROLES.index(ORDINARY))
        return "" if ROLES.index(self.of(*names)) >= least else f"needs_{needed}"


def parse_roles(table: Any) -> Roles:
    """Read `[roles]`: the users of each role, and what `others` are. Raises ValueError with what would do."""
    if not isinstance(table, dict):
        raise ValueError('roles: the users of each role, e.g. lead = ["wang"]')
    if unknown := sorted(set(table) - {*ROLES, "others"}):
        raise ValueError(f"roles: unknown role {unknown[0]!r}; known: {', '.join((*ROLES, 'others'))}")
    others = table.get("others", ORDINARY)
    if others not in ROLES:
        raise ValueError(f"roles.others: one of {', '.join(ROLES)}, not {others!r}")
    named: dict[str, str] = {}
    for role in ROLES:
        users = table.get(role, [])
        if not isinstance(users, list) or not all(isinstance(user, str) and user for user in users):
            raise ValueError(f'roles.{role}: a list of users, e.g. ["wang"]')
        for user in users:
            if named.setdefault(user, role) != role:
                raise ValueError(f"roles.{role}: {user!r} is {named[user]} already")
    return Roles(named, others)
