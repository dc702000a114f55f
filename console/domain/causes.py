"""What an item makes happen in others: tasks that norms ask for, promises fulfilled, matters left open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.domain.clock import calendar_of
from console.domain.event import Event
from console.domain.instants import Millis, format_utc, moment_of
from console.domain.item import Effect, Item, Matter
from console.domain.norm import Norm, TaskNorm
from console.domain.rules import Rules
from console.domain.selector import Facts
from console.domain.span import Span

CONTACTED = "customer.contacted"
"""The effect of an answered call on its customer's callbacks."""

MATTER = "customer.matter"
"""The effect of an item that is not settled on its customer's calls."""

_MATTER_KINDS = frozenset({"callback", "ticket", "job", "repair"})


class Causes:
    """Told every event that made sense, in order; `effects` are what follows of them."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._answers: list[Event] = []
        self._made: dict[object, Effect] = {}
        self._begun: Event | None = None
        self._follow = False

    def tell(self, event: Event, rules: Rules, facts: Facts) -> None:
        """Note what this event makes happen."""
        item = self._item
        if self._begun is None and item.begun:
            self._begun = event
            self._follow = rules.pack.matters and item.kind in _MATTER_KINDS
        if event.type == "call.answered":
            self._answers.append(event)
        for of in rules.pack.tasks.get((item.kind, event.type), ()):
            self._make(of, event, rules, facts)

    def effects(self) -> list[Effect]:
        """All of them, as of the last event. Whose call was answered is what is known of it by now,
        whichever of its events told."""
        item = self._item
        found = list(self._made.values())
        if item.customer and item.direction in ("in", "out"):
            target = f"customer/{item.customer}"
            found += [
                self._effect(answer, target, CONTACTED, "", {"call": item.id}) for answer in self._answers
            ]
        if self._follow and self._begun is not None and item.customer:
            data = {"item": item.id, "case": item.case or item.id, "first": item.first_owner or ""}
            if item.over is not None:
                data["until"] = format_utc(item.over)
            if call := item.given.get("call"):
                data["call"] = call
            begun = self._begun
            found.append(self._effect(begun, f"customer/{item.customer}", MATTER, "", data, item.opened))
        return found

    def _make(self, of: TaskNorm, event: Event, rules: Rules, facts: Facts) -> None:
        item, norm, task = self._item, of.norm, of.task
        if not task.on.met_by(event, facts) or not norm.applies(item.value):
            return
        if not all(event.data.get(name) or item.value(name) for name in task.needs):
            return
        data: dict[str, Any] = {"call": item.id, "case": item.case or item.id, "reason": norm.id}
        for name in ("customer", "queue", "name"):
            if getattr(item, name):
                data[name] = getattr(item, name)
        owner = item.owner if task.owner else event.data.get(task.agent) if task.agent else None
        if isinstance(owner, str) and owner:
            data["agent"] = rules.site.agent(owner)
        due = self._end(task.due, norm, event, rules) if task.due else None
        if due is not None:
            data["due"] = format_utc(due)
        time = self._end(task.delay, norm, event, rules) if task.delay else event.time
        if time is None:
            return
        words = {"item": item.id, "key": item.id.partition("/")[2], "id": event.id}
        target = task.item
        for name, value in words.items():
            target = target.replace(f"{{{name}}}", value)
        effect = self._effect(event, target, task.make, norm.id, data, time)
        self._made[norm.id if task.renew else (norm.id, event.name)] = effect

    def _end(self, span: Span, norm: Norm, event: Event, rules: Rules) -> Millis | None:
        site = rules.site
        return span.end(
            event.time,
            ring_cycle=site.ring_cycle,
            zone=site.tzinfo,
            given=self._item.given,
            calendar=calendar_of(norm, site),
        )

    def _effect(
        self,
        event: Event,
        target: str,
        kind: str,
        norm: str,
        data: Mapping[str, Any],
        time: Millis | None = None,
    ) -> Effect:
        return Effect(
            cause=self._item.id,
            target=target,
            type=kind,
            time=event.time if time is None else time,
            source=event.source,
            id=event.id,
            sequence=event.sequence,
            norm=norm,
            data=data,
        )


def matter_of(event: Event) -> Matter:
    """The matter that an effect of the type MATTER tells of."""
    data = event.data
    return Matter(
        item=str(data.get("item", "")),
        opened=event.time,
        over=moment_of(data.get("until")),
        case=str(data.get("case", "")),
        first=str(data.get("first", "")),
        of=str(data.get("call", "")),
    )
