"""Tasks: what norms make of the events of one item in others, with its promise and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.domain.frozen import frozen
from console.domain.instants import Millis, format_utc
from console.domain.item import Effect, Item
from console.domain.keeping import keeper_of
from console.domain.lifecycle import BY_HAND, LIVES
from console.domain.pools import pool
from console.domain.running import calendar_of

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.norm import Norm, Task
    from console.domain.pack import TaskNorm
    from console.domain.rules import Rules
    from console.domain.selector import Facts
    from console.domain.site import Site
    from console.domain.span import Span


@frozen
class _Renewed:
    """What a norm that renews made last, and for when: the moment of its delay, however late it was told."""

    effect: Effect
    moment: Millis


class Making:
    """Told every event that made sense, in order; `effects` are what tasks made of them."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._made: dict[tuple[str, str], Effect] = {}
        self._renewed: dict[str, _Renewed] = {}

    def tell(self, event: Event, rules: Rules, facts: Facts) -> None:
        """Make what norms ask for when this event happens."""
        for of in rules.pack.tasks.get((self._item.kind, event.type), ()):
            if of.task.until and of.task.until.met_by(event, facts):
                self._settle(of, event)
            self._make(of, event, rules.site, facts)

    def effects(self) -> list[Effect]:
        """All that was made, but for what fell away since."""
        return [*self._made.values(), *[renewed.effect for renewed in self._renewed.values()]]

    def _make(self, of: TaskNorm, event: Event, site: Site, facts: Facts) -> None:
        item, norm, task = self._item, of.norm, of.task
        if not task.on.met_by(event, facts) or not norm.applies(item.value):
            return
        if not all(event.data.get(name) or item.value(name) for name in task.needs):
            return
        moment: Millis | None = event.time
        if task.delay:
            moment = self._end(site.limits.get(norm.id, task.delay), norm, event.time, site)
        if moment is None:
            return
        time = max(event.time, moment)
        data = self._data(norm, task, event, site, time)
        target = self._target(task, event)
        if task.make not in BY_HAND and task.make not in LIVES.get(target.partition("/")[0], ()):
            return  # of no item, or of one that is told nothing of the kind
        if task.share is not None:
            data["item"], target = target, pool(norm.id)
        effect = self._effect(event, target, task.make, norm.id, data, time)
        if task.renew:
            self._renew(task, event, effect, moment)
        else:
            self._made[norm.id, event.name] = effect

    def _settle(self, of: TaskNorm, event: Event) -> None:
        """What the norm made is wanted no longer: what has come ends, the rest falls away."""
        norm = of.norm.id
        for key in [key for key in self._made if key[0] == norm]:
            effect = self._made[key]
            if event.data.get("call") == effect.target:
                continue  # it has ended itself, and that is what tells
            if effect.time > event.time:
                del self._made[key]
                continue
            end = self._effect(
                event, effect.target, of.task.settle, norm, {"call": self._item.id}, event.time
            )
            self._made.setdefault((f"{norm} settled", effect.target), end)

    def _renew(self, task: Task, event: Event, effect: Effect, moment: Millis) -> None:
        """Put it in place of what the norm made before, unless that says the same."""
        before = self._renewed.get(effect.norm)
        self._renewed[effect.norm] = _Renewed(effect, moment)
        if before is None:
            return
        old = before.effect
        if before.moment == moment and old.data.get("due") == effect.data.get("due"):
            self._renewed[effect.norm] = before
        elif old.time <= event.time and task.settle:
            self._made[old.norm, f"{old.source}/{old.id}"] = old
            if event.data.get("call") == old.target:
                return  # it has ended itself, and that is what renews
            end = self._effect(event, old.target, task.settle, old.norm, {"call": self._item.id}, event.time)
            self._made[f"{old.norm} settled", event.name] = end

    def _data(self, norm: Norm, task: Task, event: Event, site: Site, time: Millis) -> dict[str, Any]:
        """What is told of it: what it came of, whose it is, until when."""
        item = self._item
        data: dict[str, Any] = {"call": item.id, "case": item.case or item.id, "reason": norm.id}
        for name in ("customer", "queue", "name"):
            told = event.data.get(name) if task.own and name != "queue" else getattr(item, name)
            if isinstance(told, str) and told:
                data[name] = told
        if owner := self._owner(task, event, site):
            data["agent"] = owner
        # What a site limits is how much later it comes, else until when it is promised.
        promise = task.due if task.delay or task.due is None else site.limits.get(norm.id, task.due)
        due = self._end(promise, norm, event.time, site) if promise else None
        if task.otherwise and (due is None or due <= time):
            due = self._end(task.otherwise, norm, time, site)
        # What a task asks for can't have been due before it was asked: then the site's time holds.
        if due is not None and due > time:
            data["due"] = format_utc(due)
        # A reason that was given for the item itself is the norm that asked for it.
        known = {**item.given, "reason": "", **event.data}
        notes = [known.get(name) for name in task.note]
        if note := " · ".join(text for text in notes if isinstance(text, str) and text):
            data["note"] = note
        if task.agree:
            data["agree"] = task.agree
        return data

    def _owner(self, task: Task, event: Event, site: Site) -> str:
        item = self._item
        named = event.data.get(task.agent) if task.agent else None
        if isinstance(named, str) and named:
            return site.agent(named)
        if not task.owner:
            return ""
        if item.owner:
            return item.owner
        if first := next((matter.first for matter in item.repeats if matter.first), ""):
            return first
        keeper = keeper_of(site, item.customer, item.given)
        return keeper.agent if keeper else ""

    def _target(self, task: Task, event: Event) -> str:
        item, target = self._item, task.item
        words = {
            "item": item.id,
            "key": item.id.partition("/")[2],
            "id": event.id,
            "customer": item.customer,
            "call": str(item.given.get("call", "")),
            "case": item.case,
            "actor": str(event.data.get("actor", "")),
        }
        for name, value in words.items():
            target = target.replace(f"{{{name}}}", value)
        return target

    def _end(self, span: Span, norm: Norm, start: Millis, site: Site) -> Millis | None:
        return span.end(
            start,
            ring_cycle=site.ring_cycle,
            zone=site.tzinfo,
            given=self._item.given,
            calendar=calendar_of(norm, site),
        )

    def _effect(
        self, event: Event, target: str, kind: str, norm: str, data: dict[str, Any], time: Millis
    ) -> Effect:
        return Effect(
            cause=self._item.id,
            target=target,
            type=kind,
            time=time,
            source=event.source,
            id=event.id,
            sequence=event.sequence,
            norm=norm,
            data=data,
        )
