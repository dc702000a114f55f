"""The fold: an item's state and clocks, worked out from its events in the order of their time.

Pure: the same events give the same item whatever order they came in, and `now` is an argument. Whoever
changes what they fold to raises `version.FOLD_VERSION`. Cutting
the events off at a moment gives the item as it was then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from console.domain.causes import CONTACTED, MATTER, Causes, matter_of
from console.domain.checks import Checks
from console.domain.clockwork import Clockwork
from console.domain.instants import Millis, moment_of
from console.domain.item import Acknowledgement, Effect, Item
from console.domain.keeping import keeper_of
from console.domain.lifecycle import BY_HAND, LIVES, NOTIFIED, REVEALED, SETTLED, Step, order_key
from console.domain.localtime import midnight
from console.domain.speech import Speech

if TYPE_CHECKING:
    from console.domain.event import Event
    from console.domain.rules import RuleBook, Rules
    from console.domain.selector import Facts

MOMENT_FIELDS = frozenset({"due", "window_start", "window_end", "next_time", "expires", "back_at"})
"""Fields of an event's data that are moments; norms may count to them."""

_GIVEN_FIELDS = frozenset(
    {
        "type", "importance", "urgency", "area", "outcome", "reason", "checklist", "call", "by", "channel",
        "promise", "priority", "manager", "key", "place", "agree", "way",
    }
)  # fmt: skip

_OWN_FIELDS = frozenset({"queue", "case", "name", "note"})

_NO_FACTS: Facts = {}
_FIRST: Facts = {"first": True}
"""Of an event that is the first of its type."""

OURS = "console"
"""The source of every event that a person made here."""


def fold(
    item_id: str, events: Iterable[Event], effects: Iterable[Effect], book: RuleBook, now: Millis
) -> Item:
    """The item as of `now` from its own events and the effects that point at it, in any order."""
    caused = [effect.as_event(item_id) for effect in effects]
    ordered = sorted([*events, *caused], key=order_key)
    due = [event for event in ordered if event.time <= now]
    item = Item(id=item_id, kind=item_id.partition("/")[0])
    if len(due) < len(ordered):
        item.next_event = ordered[len(due)].time
    item.undone = {
        str(event.data.get("of", "")) for event in due if event.type == "item.undone" and event.source == OURS
    }
    if item.kind == "call":
        _take_bearing(item, due)
        due = [event for event in due if event.type not in (MATTER, CONTACTED)]
    folder = _Folder(item, book, {id(event) for event in caused})
    if item.kind == "agent":
        due = _since_joined(item, due, book, now)
    for event in due:
        folder.step(event)
    folder.close(now)
    return item


class Folding:
    """The fold of an item that is told everything itself, kept so that it can go on where it stopped.

    It gives what `fold` gives. `bearing` is what else of its customer bears on a call; when that changes, the
    fold is of no more use. `told` counts the events so far. It shares its item with whoever asks: that one
    is as of the latest `go_on`.
    """

    def __init__(self, item_id: str, book: RuleBook, bearing: Sequence[Effect] = ()) -> None:
        self._item = Item(id=item_id, kind=item_id.partition("/")[0])
        _take_bearing(self._item, bearing)
        self.bearing = list(bearing)
        self._folder = _Folder(self._item, book, set())
        self._last: tuple[int, str, bool, int, int, str] | None = None
        self.book = book
        self.told = 0

    def go_on(self, events: Sequence[Event], now: Millis) -> Item | None:
        """The item as of `now` with these events too; None, and no more use, where they don't simply come
        after those before: a late one, one yet to come, one that takes another back."""
        item = self._item
        if item.state == "lost" or (self._last is not None and self._last[0] > now):
            return None
        if self.bearing and any(effect.time > now for effect in self.bearing):
            return None
        for event in sorted(events, key=order_key) if len(events) > 1 else events:
            key = order_key(event)
            if (self._last is not None and key <= self._last) or event.time > now:
                return None
            if event.type == "item.undone":
                return None
            self._last = key
            self._folder.step(event)
        self.told += len(events)
        item.next_event, item.withdrawn = None, False
        self._folder.close(now)
        return item


def _take_bearing(call: Item, told: Sequence[Event | Effect]) -> None:
    """What the customer of a call had open besides, and which calls of theirs were answered."""
    call.matters = [matter_of(one) for one in told if one.type == MATTER]
    call.spoken = [
        (str(one.data.get("call")), one.time)
        for one in told
        if one.type == CONTACTED and one.data.get("direction") == "in"
    ]


def _since_joined(item: Item, events: list[Event], book: RuleBook, now: Millis) -> list[Event]:
    """An agent's events from the last `joined`, else from the site's midnight, when they are forgotten."""
    for index in range(len(events) - 1, -1, -1):
        if events[index].type == "agent.joined":
            return events[index:]
    rules = book.at(now)
    began = site_midnight(rules, now)
    today = [event for event in events if event.time >= began]
    if today:
        forgotten = site_midnight(rules, now, days=1)
        item.next_event = forgotten if item.next_event is None else min(item.next_event, forgotten)
    return today


def site_midnight(rules: Rules, now: Millis, days: int = 0) -> Millis:
    """The moment at which the site's day began that `now` lies in, or one so many days later."""
    return midnight(now, rules.site.tzinfo, days)


class _Folder:
    """Takes one item through its events."""

    def __init__(self, item: Item, book: RuleBook, caused: set[int]) -> None:
        self._item = item
        self._book = book
        self._caused = caused
        self._life = LIVES.get(item.kind, {})
        self._clocks = Clockwork(item)
        self._checks = Checks(item)
        self._causes = Causes(item)
        self._speech: Speech | None = None
        self._last_word: Millis | None = None
        self._asking = ""

    def step(self, event: Event) -> None:
        """Apply one event, or note why it changes nothing."""
        item = self._item
        item.last = event.time
        if event.type == SETTLED:
            self._settled(event)
            return
        if event.type == NOTIFIED:
            return
        if event.source == OURS and id(event) not in self._caused:
            if event.type != REVEALED:
                self._handed(event)
            if event.name in item.undone:
                return
        else:
            self._last_word = event.time
            item.source = event.source
            item.mine = item.mine and id(event) in self._caused
        rules = self._book.at(event.time)
        if event.type in BY_HAND:
            self._by_hand(event)
            if event.type == "item.noted" and item.note:
                hits, _ = rules.phrases.scan("", item.note)
                item.facts.update(f"noted:{name}" for hit in hits for name in hit.names)
            if event.name not in item.ignored:
                self._follow(event, rules, _NO_FACTS)
            return
        step = self._life.get(event.type)
        if step is None:
            item.ignored[event.name] = "unknown"
            return
        reason = self._nonsense(step, event)
        if reason:
            item.ignored[event.name] = reason
            return
        gave = self._take_fields(event, rules)
        self._move(step, event, rules)
        if event.type == "call.said":
            facts = self._hear(event, rules)
        else:
            facts = _NO_FACTS if event.type in item.seen else _FIRST
        if item.matters and item.direction == "in" and (not item.repeats or "case" in event.data):
            self._repeats(rules)
        self._clocks.tell(event, rules, gave, facts)
        self._follow(event, rules, facts)
        item.seen.add(event.type)

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
        if event.type == CONTACTED:
            return gave
        if item.kind == "floor":
            item.given.pop("due", None)  # that was an earlier finding's
        for name, value in data.items():
            if name in _GIVEN_FIELDS:
                if isinstance(value, (str, int, bool)):
                    item.given[name] = value
            elif name in MOMENT_FIELDS:
                moment = moment_of(value)
                if moment is not None:
                    item.given[name] = moment
                    gave.add(name)
            elif name in _OWN_FIELDS and isinstance(value, str):
                setattr(item, name, value)
        if item.kind == "call":
            self._take_direction(event)
        raw = data.get("customer")
        if not raw and item.kind == "customer":
            raw = item.customer or item.id.partition("/")[2]
        if not raw and item.direction == "in":
            raw = None if item.customer else data.get("from")
        if isinstance(raw, str) and raw:
            item.customer = self._book.customer(raw, rules.site)
        return gave

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
        if step.reopens:
            item.over = None
        was = item.word
        if step.sets:
            item.flags[step.sets] = event.time
        if step.clears:
            item.flags.pop(step.clears, None)
        if step.state is not None and not (step.late and item.over is not None and not step.ends):
            item.state = step.state
        if step.ends and item.over is None:
            item.over = event.time
            item.asked = None
        self._own(event, rules)
        if item.word != was:
            item.since = event.time

    def _own(self, event: Event, rules: Rules) -> None:
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
            self._own_call(verb, agent, event, rules)
        elif item.kind == "customer":
            keeper = keeper_of(rules.site, item.customer, item.given)
            self._give(keeper.agent if keeper else None, event)
        elif verb == "tried" or verb == "contact_tried":
            item.tries += 1
            if "next_time" not in event.data:
                item.given.pop("next_time", None)
        elif verb in (
            "assigned",
            "accepted",
            "requested",
            "scheduled",
            "rescheduled",
            "opened",
            "registered",
            "made",
            "found",
            "given",
        ):
            if "agent" in event.data:
                self._give(agent, event)
        elif agent is not None and item.owner is None:
            self._give(agent, event)

    def _own_call(self, verb: str, agent: str | None, event: Event, rules: Rules) -> None:
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
            if agent is not None and item.first_owner is not None:
                item.handovers += 1
            item.first_owner = item.first_owner or agent
            item.owner = agent
            self._handed(event)
        item.asked = None

    def _handed(self, event: Event) -> None:
        """Count a hand: what a person did, or word of another owner."""
        self._item.hand += 1
        self._item.acted = event

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
            self._reassign(event)
        elif event.type == "item.closed" and item.begun:
            item.state, item.since, item.over = "closed", event.time, event.time
            item.asked = None
            item.flags.clear()
            if isinstance(data.get("outcome"), str):
                item.given["outcome"] = data["outcome"]
            self._clocks.stop_all(event.time, moment_of(data.get("not_before")))

    def _reassign(self, event: Event) -> None:
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
            else:
                if agent is not None and agent != item.owner:
                    item.handovers += item.first_owner is not None
                    item.first_owner = item.first_owner or agent
                item.owner = agent
            if agent:
                self._clocks.give_agent(agent)
        else:
            item.asked = agent if agent else (f"#{to_queue}" if isinstance(to_queue, str) else None)
            self._asking = event.name

    def _settled(self, event: Event) -> None:
        """What was asked for last is asked for no longer: it came about, or did not, or nobody knows."""
        if event.data.get("of") == self._asking:
            self._item.asked = None
