"""Whose customer somebody is: the person named for a key account, else the manager of their area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from console.domain.site import Site

Why = Literal["account", "area"]


class Keeper(NamedTuple):
    """The agent who looks after a customer, and why: a key account of theirs, or the manager of `area`."""

    agent: str
    why: Why
    area: str = ""


def keeper_of(site: Site, customer: str, *given: Mapping[str, Any]) -> Keeper | None:
    """Who looks after a customer by the settings, else by what is `given` of them: `key` names the person of
    a key account, `manager` that of their area, `area` the area itself. None: nobody in particular."""
    if agent := site.accounts.get(customer) or _named(given, "key"):
        return Keeper(site.agent(agent), "account")
    area = next((str(fields["area"]) for fields in given if fields.get("area")), "")
    if agent := site.managers.get(area) or _named(given, "manager"):
        return Keeper(site.agent(agent), "area", area)
    return None


def _named(given: tuple[Mapping[str, Any], ...], name: str) -> str:
    return next((fields[name] for fields in given if isinstance(fields.get(name), str)), "")
