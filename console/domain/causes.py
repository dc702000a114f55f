"""What an item makes happen in others: tasks that norms ask for, promises fulfilled, matters left open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.domain.instants import Millis, format_utc, moment_of
from console.domain.item import Effect, Item, Matter
from console.domain.making import Making

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.rules import Rules
    from console.domain.selector import Facts

CONTACTED = "customer.contacted"
"""The effect of an answered call on its customer's callbacks."""

MATTER = "customer.matter"
"""The effect of an item that is not settled on its customer's calls."""

REFUSED = "customer.refused"
"""The effect of a refused follow-up on the later ones of its customer."""

VISITED = "customer.visited"
"""The effect of an arrival on the customer's other jobs, of which those of the same case count it."""

BEARING = frozenset({CONTACTED, MATTER, REFUSED, VISITED})
"""What bears on other items of a customer, and is nothing that happened to the customer's own."""

_MATTER_KINDS = frozenset({"callback", "ticket", "job", "repair"})


class Causes:
    """Told every event that made sense, in order; `effects` are what follows of them."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._answers: list[Event] = []
        self._refusal: Event | None = None
        self._arrivals: list[Event] = []
        self._making = Making(item)
        self._begun: Event | None = None
        self._follow = False
        self._contacted: tuple[tuple[int, str, str], list[Effect]] | None = None

    def tell(self, event: Event, rules: Rules, facts: Facts) -> None:
        """Note what this event makes happen."""
        item = self._item
        if self._begun is None and item.begun:
            self._begun = event
            self._follow = rules.pack.matters and item.kind in _MATTER_KINDS
        if event.type == "call.answered":
            self._answers.append(event)
        elif event.type == "followup.refused":
            self._refusal = event
        elif event.type == "job.arrived" and rules.pack.visits:
            self._arrivals.append(event)
        self._making.tell(event, rules, facts)

    def effects(self) -> list[Effect]:
        """All of them, as of the last event. Whose call was answered is what is known of it by now,
        whichever of its events told."""
        item = self._item
        found = self._making.effects()
        if self._answers and item.customer and item.direction in ("in", "out"):
            found += self._contacts()
        if self._refusal is not None and item.customer:
            found.append(self._effect(self._refusal, REFUSED, {"call": item.id}))
        if self._arrivals and item.customer:
            why = item.given.get("reason") or item.given.get("outcome") or ""
            visit = {"case": item.case or item.id, "reason": why}
            found += [self._effect(arrival, VISITED, visit) for arrival in self._arrivals]
        if self._follow and self._begun is not None and item.customer and self._asked():
            found.append(self._effect(self._begun, MATTER, self._matter(), item.opened))
        return found

    def _contacts(self) -> list[Effect]:
        """What the answers cause, made anew only where something about them has changed."""
        item = self._item
        told = (len(self._answers), item.customer, item.direction)
        if self._contacted is None or self._contacted[0] != told:
            data = {"call": item.id, "direction": item.direction}
            self._contacted = told, [self._effect(answer, CONTACTED, data) for answer in self._answers]
        return self._contacted[1]

    def _asked(self) -> bool:
        """Whether it is something that the customer waits for, and not our own wish to speak to them."""
        return not str(self._item.given.get("call", "")).startswith("customer/")

    def _matter(self) -> dict[str, Any]:
        item = self._item
        data: dict[str, Any] = {
            "item": item.id,
            "case": item.case or item.id,
            "first": item.first_owner or "",
        }
        if item.over is not None:
            data["until"] = format_utc(item.over)
        if call := item.given.get("call"):
            data["call"] = call
        # A callback has the site's time where none was promised.
        if item.kind == "callback" or {"due", "window_end"} & item.given.keys():
            data["timed"] = True
        return data

    def _effect(self, event: Event, kind: str, data: Mapping[str, Any], time: Millis | None = None) -> Effect:
        return Effect(
            cause=self._item.id,
            target=f"customer/{self._item.customer}",
            type=kind,
            time=event.time if time is None else time,
            source=event.source,
            id=event.id,
            sequence=event.sequence,
            norm="",
            data=data,
        )


def matter_of(told: Event | Effect) -> Matter:
    """The matter that an effect of the type MATTER tells of."""
    data = told.data
    return Matter(
        item=str(data.get("item", "")),
        opened=told.time,
        over=moment_of(data.get("until")),
        case=str(data.get("case", "")),
        first=str(data.get("first", "")),
        of=str(data.get("call", "")),
        timed=bool(data.get("timed")),
    )
