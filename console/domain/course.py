"""One item's course: taken through its events in the order of their time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.domain.causes import CONTACTED, Causes
from console.domain.checks import Checks
from console.domain.clockwork import Clockwork
from console.domain.event import OURS
from console.domain.instants import Millis, moment_of
from console.domain.item import Acknowledgement, Item
from console.domain.lifecycle import BY_HAND, LIVES, NOTIFIED, REVEALED, SETTLED, Step
from console.domain.localtime import local_day
from console.domain.owning import Owning
from console.domain.roster import COMPLAINED, COMPLAINT, RECORD
from console.domain.speech import Speech, recorded

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.rules import RuleBook, Rules
    from console.domain.selector import Facts

MOMENT_FIELDS = frozenset({"due", "window_start", "window_end", "next_time", "expires", "back_at"})
"""Fields of an event's data that are moments; norms may count to them."""

_GIVEN_FIELDS = frozenset(
    {
        "type", "importance", "urgency", "area", "outcome", "reason", "checklist", "call", "by", "channel",
        "promise", "priority", "manager", "key", "place", "agree", "way", "paid", "marks",
        "cause", "measure", "tools", "parts", "request", "answer", "contact", "department", "thanked",
        "trip", "affected",
    }
)  # fmt: skip

_OWN_FIELDS = frozenset({"queue", "case", "name", "note"})

_NO_FACTS: Facts = {}
_TOLD: Mapping[tuple[bool, bool], Facts] = {
    (False, False): _NO_FACTS,
    (True, False): {"first": True},
    (False, True): {"handed": True},
    (True, True): {"first": True, "handed": True},
}
"""By whether an event is the first of its type, and whether somebody else has the item since, or nobody. Of
a try at another time than the last there is `apart`, too."""


class Course:
    """Takes one item through its events."""

    def __init__(self, item: Item, book: RuleBook, caused: set[int]) -> None:
        self._item = item
        self._book = book
        self._caused = caused
        self._life = LIVES.get(item.kind, {})
        self._clocks = Clockwork(item)
        self._owning = Owning(item, book, self._clocks)
        self._checks = Checks(item)
        self._causes = Causes(item)
        self._speech: Speech | None = None
        self._last_word: Millis | None = None
        self._complained: Millis | None = None
        self._apart = False
        self._moments: set[str] = set()

    def step(self, event: Event) -> None:
        """Apply one event, or note why it changes nothing."""
        item = self._item
        item.last = event.time
        if event.type == SETTLED:
            self._owning.settle(event)
            return
        if event.type == NOTIFIED:
            return
        if event.source == OURS and id(event) not in self._caused:
            if event.type != REVEALED:
                self._owning.handed(event)
            if event.name in item.undone:
                return
        else:
            self._last_word = event.time
            if event.type not in RECORD:  # what somebody saw of a person says nothing of what they do
                item.source = event.source
            item.mine = item.mine and id(event) in self._caused
        rules = self._book.at(event.time)
        if event.type in BY_HAND:
            self._take_hand(event, rules)
            return
        step = self._life.get(event.type)
        reason = "unknown" if step is None else self._nonsense(step, event)
        if step is None or reason:
            item.ignored[event.name] = reason
            return
        past = self._past(event)
        gave = self._take_fields(event, rules)
        self._moments |= gave
        owner, tried = item.owner, item.tried
        self._move(step, event, rules)
        self._mark(event, rules)
        if event.type == "call.said":
            facts = self._hear(event, rules)
        else:
            facts = _TOLD[event.type not in item.seen, item.owner != owner]
            if item.tried != tried:
                facts = {**facts, "apart": True}
        if past:
            facts = {**facts, "past": past}
        if item.matters and item.direction == "in" and (not item.repeats or "case" in event.data):
            self._repeats(rules)
        self._clocks.tell(event, rules, gave, facts)
        self._follow(event, rules, facts)
        item.seen.add(event.type)

    def _take_hand(self, event: Event, rules: Rules) -> None:
        """What a person did to the item, and what norms make of it."""
        item, known = self._item, _NO_FACTS
        self._by_hand(event)
        if event.type == "item.noted" and item.note:
            hits, _ = rules.phrases.scan("", item.note)
            known = {"noted": frozenset(name for hit in hits for name in hit.names)}
            item.facts.update(recorded(known))
        if event.name not in item.ignored:
            self._follow(event, rules, known)

    def _mark(self, event: Event, rules: Rules) -> None:
        """Keep the marks (new, complained) of who has the item; of a person what was held valid of them."""
        item = self._item
        if event.type in RECORD:
            if event.data.get(COMPLAINT) is True:
                self._complained = event.time
        elif item.owner is not None or item.marks:
            item.marks = rules.site.marks(item.owner or "", event.time)

    def _past(self, event: Event) -> frozenset[str]:
        """Which of the moments that were given before this event have passed when it happens."""
        if not self._moments:
            return frozenset()
        given = self._item.given
        return frozenset(name for name in self._moments if given.get(name, event.time) < event.time)

    def _hear(self, event: Event, rules: Rules) -> Facts:
        if self._speech is None:
            self._speech = Speech(self._item)
        return self._speech.tell(event, rules.phrases)

    def _repeats(self, rules: Rules) -> None:
        """Find what this call asks about once more: matters of the customer's that were open when it came.
        A call that names no case belongs to that of the oldest."""
        item = self._item
        since = item.opened - rules.site.repeat_window
        item.repeats = [
            matter
            for matter in item.matters
            if since <= matter.opened < item.opened
            and (matter.over is None or matter.over > item.opened)
            and matter.case in (item.case or matter.case, item.id)
            and matter.of != item.id
        ]
        item.repeats.sort(key=lambda matter: (matter.opened, matter.item))
        item.linked = item.repeats[0].case if item.repeats else ""

    def _follow(self, event: Event, rules: Rules, facts: Facts) -> None:
        """What norms look at, and make happen, when this event does."""
        if rules.pack.facts or rules.pack.checks:
            self._checks.tell(event, rules, facts)
        self._causes.tell(event, rules, facts)

    def close(self, now: Millis) -> None:
        """After the last event: a call that fell silent is lost, an item without a beginning is withdrawn."""
        item = self._item
        item.effects = self._causes.effects()
        if item.kind == "agent":
            self._now_and_here(now)
        if self._complained is not None:
            until = self._complained + self._book.at(now).site.complaint_for
            item.marks = frozenset({COMPLAINED}) if now < until else frozenset()
            if now < until and (item.next_event is None or until < item.next_event):
                item.next_event = until
        if not item.begun:
            item.withdrawn = item.kind != "agent"
        elif item.kind == "call" and item.over is None and self._last_word is not None:
            silent = self._last_word + self._book.at(self._last_word).site.lost_after
            if silent <= now:
                item.state, item.since, item.over = "lost", silent, silent
                item.asked = None
                self._clocks.stop_all(silent, None)
            elif item.next_event is None or silent < item.next_event:
                item.next_event = silent

    def _now_and_here(self, now: Millis) -> None:
        """What lists about a person ask besides: the month, and whose dress it is."""
        site = self._book.at(now).site
        known = site.agents.get(site.agent(self._item.id.partition("/")[2]))
        self._item.given["month"] = local_day(now, site.tzinfo).month
        if known is not None and known.dress:
            self._item.given["dress"] = known.dress

    def _nonsense(self, step: Step, event: Event) -> str:
        item = self._item
        if step.reopens:
            return "" if item.over is not None or not item.begun else "not over"
        if item.over is not None and not step.late:
            return "over"
        if step.once and event.type in item.seen:
            return "again"
        if item.state in step.bars and (step.once or "passed" not in item.flags):
            return f"while {item.state}"
        if step.needs and step.needs not in item.flags:
            return f"not {step.needs}"
        if step.sets and step.sets in item.flags:
            return f"already {step.sets}"
        if event.type == CONTACTED and not (item.begun and item.opened < event.time):
            return "before it began"
        if not item.begun and not event.type.startswith(item.kind):
            return "before it began"
        if item.kind == "callback":
            if not item.begun and event.type != "callback.requested":
                return "before it began"
            if step.ends and event.type != "callback.cancelled" and not self._agreed(event):
                return "not agreed"
        return ""

    def _agreed(self, event: Event) -> bool:
        """Whether what had to be agreed with the customer is known."""
        needed = self._item.given.get("agree")
        return not needed or bool(event.data.get(str(needed)) or self._item.given.get(str(needed)))

    def _take_fields(self, event: Event, rules: Rules) -> set[str]:
        """Take over what the event says of the item; answers which moments it gave."""
        item, data = self._item, event.data
        gave: set[str] = set()
        if event.type == CONTACTED or self._elsewhere(event):
            return gave
        self._forget(data)
        others = item.kind == "visit" and "step" in data  # of one of those who take part in a course
        known = rules.pack.by_id
        asked_for = item.given.get("reason") in known
        for name, value in data.items():
            if name in _GIVEN_FIELDS:
                if isinstance(value, list) and name == "marks":
                    item.given[name] = frozenset(one for one in value if isinstance(one, str))
                elif isinstance(value, (str, int, bool)) and not (
                    # Why it was tried in vain is not why it is there.
                    name == "reason" and asked_for and value not in known
                ):
                    item.given[name] = value
            elif name in MOMENT_FIELDS:
                moment = moment_of(value)
                if moment is not None:
                    item.given[name] = moment
                    gave.add(name)
            elif name in _OWN_FIELDS and isinstance(value, str) and not (others and name == "name"):
                setattr(item, name, value)
        if rules.site.trips and "trip" not in data and str(data.get("area")) in rules.site.trips:
            item.given["trip"] = True
        if item.kind == "call":
            self._take_direction(event)
        raw = data.get("customer")
        if not raw and item.kind == "customer":
            raw = item.customer or item.id.partition("/")[2]
        if not raw and item.direction == "in":
            raw = None if item.customer else data.get("from")
        if isinstance(raw, str) and raw and not others:
            item.customer = self._book.customer(raw, rules.site)
        return gave

    def _elsewhere(self, event: Event) -> bool:
        """Whether it tells an item that began by itself of what happened in another: nothing else of it."""
        return self._apart and id(event) in self._caused and event.type != next(iter(self._life))

    def _forget(self, data: Mapping[str, Any]) -> None:
        """What was said of an earlier step alone says nothing of this one."""
        item = self._item
        if item.kind in ("floor", "visit"):
            item.given.pop("due", None)  # that was an earlier finding's, an earlier question's
        elif item.kind == "followup":
            item.given.pop("next_time", None)  # that was an earlier try's
        elif item.kind == "job" and "step" in data:
            item.given.pop("due", None)  # that was an earlier open point's
        elif item.kind == "agent" and "state" in data:
            item.given.pop("reason", None)  # that was an earlier break's

    def _take_direction(self, event: Event) -> None:
        direction = event.data.get("direction")
        if direction in ("in", "out", "internal"):
            self._item.direction = direction
        elif not self._item.direction:
            self._item.direction = "in"

    def _move(self, step: Step, event: Event, rules: Rules) -> None:
        item = self._item
        if not item.begun:
            item.begun, item.opened, item.since = True, event.time, event.time
            self._apart = id(event) not in self._caused
        if step.reopens:
            item.over = None
        if event.type == "job.arrived":
            item.arrived += 1
        was = item.word
        if step.sets:
            item.flags[step.sets] = event.time
        if step.clears:
            item.flags.pop(step.clears, None)
        if step.state is not None and not (step.late and item.over is not None and not step.ends):
            item.state = step.state
        if item.declined and item.over is None:
            item.state, item.over = "refused", event.time  # who is on the list is excused
        if step.ends and item.over is None:
            item.over = event.time
            item.asked = None
        self._owning.tell(event, rules)
        if item.word != was:
            item.since = event.time

    def _by_hand(self, event: Event) -> None:
        """What may be done to an item of any kind: by a person here, or in the system that has the item."""
        item, data = self._item, event.data
        if event.type == REVEALED:
            return
        if event.type == "item.acknowledged":
            names = data.get("clocks")
            for name in names if isinstance(names, list) else []:
                item.acknowledged[str(name)] = Acknowledgement(str(data.get("actor", "")), event.time)
        elif event.type == "item.noted":
            item.note = str(data.get("text", data.get("reason", "")))
        elif event.type == "item.escalated":
            item.level = str(data.get("level", ""))
        elif event.type == "item.snoozed":
            item.snoozed = moment_of(data.get("until"))
        elif item.over is not None:
            item.ignored[event.name] = "over"
        elif event.type == "item.reassigned":
            self._owning.reassign(event)
        elif event.type == "item.closed" and item.begun:
            item.state, item.since, item.over = "closed", event.time, event.time
            item.asked = None
            item.flags.clear()
            if isinstance(data.get("outcome"), str):
                item.given["outcome"] = data["outcome"]
            self._clocks.stop_all(event.time, moment_of(data.get("not_before")))
