"""What is for leads alone: norms of which nobody else is shown what was seen, or asked to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.command import Refusal
from console.service import inspecting

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.rules import Rules
    from console.service.inspecting import CheckState, Inspection
    from console.service.model import Done
    from console.service.ports import Reader, Writer

VERB = "confide"
"""The order that whoever is shown it must be allowed to give."""


def hidden(rules: Rules, viewer: str) -> frozenset[str]:
    """The norms that are kept from `viewer`."""
    if not rules.site.barred(VERB, viewer):
        return frozenset()
    return frozenset(norm.id for norm in rules.pack.norms if norm.confidential)


def checks(reader: Reader, viewer: str, now: Millis, item: str) -> tuple[CheckState, ...]:
    """The lists that there are for an item and for each place, but for those kept from `viewer`."""
    kept = hidden(reader.rulebook().at(now), viewer)
    return tuple(
        state for state in inspecting.checks(reader, now, item) if kept.isdisjoint(state.checklist.by_norm())
    )


def inspect(writer: Writer, what: Inspection, actor: str, now: Millis) -> Done | Refusal:
    """Put an inspection on record, unless its list is kept from `actor`."""
    rules = writer.rulebook().at(now)
    checklist = rules.checklists.named(what.checklist)
    if checklist is not None and not hidden(rules, actor).isdisjoint(checklist.by_norm()):
        return Refusal(what.place, rules.site.barred(VERB, actor))
    return inspecting.inspect(writer, what, actor, now)
