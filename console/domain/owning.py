"""Who has an item: in the words of the system that its events come from, and by a person's hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.event import OURS
from console.domain.instants import MINUTE, Millis
from console.domain.keeping import keeper_of

if TYPE_CHECKING:
    from console.domain.clockwork import Clockwork
    from console.domain.event import Event
    from console.domain.item import Item
    from console.domain.rules import RuleBook, Rules

_SAYS_WHOSE = frozenset(
    {
        "assigned", "accepted", "requested", "scheduled", "rescheduled", "opened", "registered", "made",
        "found", "given",
    }
)  # fmt: skip
"""After these an item is nobody's where they name no agent but have the field."""


ANOTHER_TIME: Millis = 30 * MINUTE
"""A try to reach somebody is one at another time when it comes so long after the last of those."""


class Owning:
    """Told in order what bears on that: who it is stands in the item."""

    def __init__(self, item: Item, book: RuleBook, clocks: Clockwork) -> None:
        self._item = item
        self._book = book
        self._clocks = clocks
        self._asking = ""

    def tell(self, event: Event, rules: Rules) -> None:
        """Who has it now, in the words of the system that the event comes from."""
        item = self._item
        raw = event.data.get("agent")
        agent = rules.site.agent(raw) if isinstance(raw, str) and raw else None
        verb = event.type.partition(".")[2]
        if item.kind == "agent":
            state = event.data.get("state")
            if isinstance(state, str):
                item.state = state
        elif item.kind == "call":
            self._call(verb, agent, event, rules)
        elif item.kind == "customer":
            keeper = keeper_of(rules.site, item.customer, item.given)
            self._give(keeper.agent if keeper else None, event)
        elif verb in ("tried", "contact_tried"):
            item.tries += 1
            if item.tried is None or event.time - item.tried >= ANOTHER_TIME:
                item.tried = event.time
            if "next_time" not in event.data:
                item.given.pop("next_time", None)
        elif verb in _SAYS_WHOSE:
            if "agent" in event.data:
                self._give(agent, event)
        elif agent is not None and item.owner is None:
            self._give(agent, event)

    def reassign(self, event: Event) -> None:
        """A person gives it to somebody, or asks the system that has it to."""
        item = self._item
        to = event.data.get("to")
        agent = self._book.at(event.time).site.agent(to) if isinstance(to, str) and to else None
        to_queue = event.data.get("to_queue")
        theirs = event.source != OURS
        keeper = event.data.get("keeper")
        if isinstance(keeper, str) and keeper:
            item.away = keeper
        elif agent is not None and agent == item.away:
            item.away = ""
        if item.begun and (item.mine or theirs):
            if isinstance(to_queue, str):
                item.queue = to_queue
            if theirs:
                self._give(agent, event)
            elif agent != item.owner:
                self._own(agent)
            if agent:
                self._clocks.give_agent(agent)
        else:
            item.asked = agent if agent else (f"#{to_queue}" if isinstance(to_queue, str) else None)
            self._asking = event.name

    def settle(self, event: Event) -> None:
        """What was asked for last is asked for no longer: it came about, or did not, or nobody knows."""
        if event.data.get("of") == self._asking:
            self._item.asked = None

    def handed(self, event: Event) -> None:
        """Count a hand: what a person did, or word of another owner."""
        self._item.hand += 1
        self._item.acted = event

    def _call(self, verb: str, agent: str | None, event: Event, rules: Rules) -> None:
        item = self._item
        if verb == "ringing":
            if item.flags.pop("passed", None) is not None:
                item.answered = False
                self._give(None, event)
            if agent:
                item.ringing[agent] = event.time
        elif verb == "ring_missed":
            item.ringing.pop(agent or "", None)
            if not item.ringing and item.state == "ringing":
                item.state = "waiting"
        elif verb == "answered":
            item.answered = True
            item.answered_at = item.answered_at or event.time
            item.ringing.clear()
            item.flags.pop("passed", None)
            self._give(agent or item.owner, event)
        elif verb == "transferred":
            # It may be answered without a ring, ring first, or be talked on at once: what comes next tells.
            item.flags["passed"] = event.time
            to_agent = event.data.get("to_agent")
            if event.data.get("to_queue") or not isinstance(to_agent, str):
                item.answered = False
                item.queue = str(event.data.get("to_queue") or item.queue)
                self._give(None, event)
            else:
                item.state = "talking" if item.answered else "waiting"
                self._give(rules.site.agent(to_agent), event)
        if item.over is not None:
            item.ringing.clear()

    def _give(self, agent: str | None, event: Event) -> None:
        item = self._item
        if agent is not None and agent == item.away:
            item.away = ""
        if agent != item.owner:
            self._own(agent)
            self.handed(event)
        item.asked = None

    def _own(self, agent: str | None) -> None:
        """Somebody else has it, or nobody."""
        item = self._item
        if agent is not None and item.first_owner is not None:
            item.handovers += 1
        item.first_owner = item.first_owner or agent
        item.owner = agent
