"""Gates, counts, phrases and inspections: norms that are looked at when something happens."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from console.domain.norm import TIMES, Norm
from console.domain.running import Point
from console.domain.speech import recorded

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.instants import Millis
    from console.domain.item import Item
    from console.domain.pack import CheckNorm, Fact
    from console.domain.rules import Rules
    from console.domain.selector import Facts
    from console.domain.site import Site


class Checks:
    """Told every event that made sense, in order. What broke stands in `item.clocks`, what was kept in
    `item.passed`."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._answered: dict[str, int] = {}
        self._settled: set[str] = set()
        self._forgotten: dict[str, set[str]] = {}
        self._broken: set[str] = set()
        self._times: dict[str, list[Millis]] = {}

    def tell(self, event: Event, rules: Rules, facts: Facts) -> None:
        """Note what some norm wants to find on record, and ask those that look at this event."""
        item = self._item
        for name, events in rules.pack.facts.get(event.type, ()):
            if events.met_by(event, facts):
                item.facts.add(name)
                self._remember(name)
        if self._forgotten:
            for name in recorded(facts):
                self._remember(name)
        for of in rules.pack.checks.get((item.kind, event.type), ()):
            if of.first <= item.facts:
                self._ask(of, event, rules.site, facts)
        for of in rules.pack.anew.get((item.kind, event.type), ()):
            if of.check.anew.met_by(event, facts):
                self._settled.discard(of.norm.id)
                self._forgotten[of.norm.id] = set(item.facts)

    def _remember(self, name: str) -> None:
        """It happened once more."""
        for gone in self._forgotten.values():
            gone.discard(name)

    def _ask(self, of: CheckNorm, event: Event, site: Site, facts: Facts) -> None:
        norm, check = of.norm, of.check
        number = self._answered.get(norm.id, 0)
        if (check.once and norm.id in self._settled) or not check.on.met_by(event, facts):
            return
        item = self._item
        if not norm.applies(item.value):
            return
        gone: Container[str] = self._forgotten.get(norm.id, ())
        for choice in of.after:
            # What has shown once that the feed tells of such things goes on to show it.
            if not self._any(choice, event, gone, lasting=True):
                return
        if check.within is not None:
            before = self._times.get(norm.id, [])
            self._times[norm.id] = [at for at in before if at > event.time - check.within] + [event.time]
        missing = self._missing(of, event, facts, site.numbers.get(norm.id))
        if missing:
            self._broken.add(norm.id)
            self._settled.add(norm.id)
            self._answered[norm.id] = number + 1
            item.clocks.append(Point.at(item.owner, norm, event, number + 1, _rule(norm), missing))
        elif not check.forbid or (item.over is not None and norm.id not in self._broken):
            self._settled.add(norm.id)
            self._answered[norm.id] = number + 1
            item.passed.append((norm.id, event.time))

    def _missing(self, of: CheckNorm, event: Event, facts: Facts, limit: float | None) -> tuple[str, ...]:
        check = of.check
        gone: Container[str] = self._forgotten.get(of.norm.id, ())
        missing = [
            " / ".join(fact.name for fact in choice if fact.wanted)
            for choice in of.needs
            if not self._any(choice, event, gone)
        ]
        words = facts.get("words")
        if check.forbid and isinstance(words, tuple):
            said = dict.fromkeys(word for name, word in words if _among(name, check.forbid))
            missing += [word for word in said if not any(word != other and word in other for other in said)]
        if check.lists:
            listed = event.data.get(check.lists)
            missing += [str(one) for one in listed] if isinstance(listed, list) else []
        if check.measure:
            times = check.measure == TIMES
            value = len(self._times.get(of.norm.id, ())) if times else self._item.value(check.measure)
            most = check.at_most if limit is None else limit
            if isinstance(value, (int, float)):
                if most is not None and value > most:
                    missing.append(f"{check.measure} {value} > {most:g}")
                if check.at_least is not None and value < check.at_least:
                    missing.append(f"{check.measure} {value} < {check.at_least:g}")
        if missing and check.why and (why := self._item.value(check.why)):
            missing.append(str(why))
        return tuple(dict.fromkeys(missing))

    def _any(
        self, choice: tuple[Fact, ...], event: Event, gone: Container[str], *, lasting: bool = False
    ) -> bool:
        """Whether one of them is on record at this event. What is `gone` has to happen once more; `lasting`:
        unless it is asked for, and not that it never was."""
        for name, wanted, told in choice:
            if told:
                recorded = name in self._item.facts and ((lasting and wanted) or name not in gone)
            else:
                value = event.data.get(name)
                recorded = bool(value if value is not None else self._item.value(name))
            if recorded is wanted:
                return True
        return False


def _rule(norm: Norm) -> str:
    """What it broke by: a guard has no rule but to count."""
    return "count" if norm.form == "guard" else norm.form


def _among(name: str, wanted: tuple[str, ...]) -> bool:
    return any(name == one or (one.endswith("*") and name.startswith(one[:-1])) for one in wanted)
