"""The fold: an item's state and clocks, worked out from its events in the order of their time.

Pure: the same events give the same item whatever order they came in, and `now` is an argument. Cutting
the events off at a moment gives the item as it was then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from console.domain.clock import RunningClock
from console.domain.event import Event
from console.domain.instants import Millis, parse_rfc3339, to_datetime, to_millis
from console.domain.item import Acknowledgement, Effect, Item
from console.domain.lifecycle import HAND_TYPES, LIVES, Step, order_key
from console.domain.norm import Norm
from console.domain.rules import RuleBook, Rules

FOLD_VERSION = 1
"""Raised whenever the same events would fold to something else: open items are then worked out anew."""

MOMENT_FIELDS = ("due", "window_start", "window_end", "next_time")
"""Fields of an event's data that are moments; norms may count to them."""

_GIVEN_FIELDS = ("type", "importance", "urgency", "area", "outcome", "reason", "checklist")

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
    folder = _Folder(item, book, {id(event) for event in caused})
    if item.kind == "agent":
        due = _since_joined(item, due, book, now)
    for event in due:
        folder.step(event)
    folder.close(now)
    return item


class Folding:
    """The fold of an item that is told everything itself, kept so that it can go on where it stopped.

    It gives what `fold` gives. `told` counts the events so far. It shares its item with whoever asks:
    that one is as of the latest `go_on`.
    """

    def __init__(self, item_id: str, book: RuleBook) -> None:
        self._item = Item(id=item_id, kind=item_id.partition("/")[0])
        self._folder = _Folder(self._item, book, set())
        self._last: tuple[int, str, bool, int, int, str] | None = None
        self.book = book
        self.told = 0

    def go_on(self, events: Iterable[Event], now: Millis) -> Item | None:
        """The item as of `now` with these events too; None, and no more use, where they don't simply come
        after those before: a late one, one yet to come, one that takes another back."""
        ordered = sorted(events, key=order_key)
        item = self._item
        if item.state == "lost" or (self._last is not None and self._last[0] > now):
            return None
        for event in ordered:
            key = order_key(event)
            if (self._last is not None and key <= self._last) or event.time > now:
                return None
            if event.type == "item.undone":
                return None
            self._last = key
            self._folder.step(event)
        self.told += len(ordered)
        item.next_event, item.withdrawn = None, False
        self._folder.close(now)
        return item


def _since_joined(item: Item, events: list[Event], book: RuleBook, now: Millis) -> list[Event]:
    """An agent's events from the last `joined`, else from the site's midnight, when they are forgotten."""
    for index in range(len(events) - 1, -1, -1):
        if events[index].type == "agent.joined":
            return events[index:]
    rules = book.at(now)
    midnight = site_midnight(rules, now)
    today = [event for event in events if event.time >= midnight]
    if today:
        forgotten = site_midnight(rules, now, days=1)
        item.next_event = forgotten if item.next_event is None else min(item.next_event, forgotten)
    return today


def site_midnight(rules: Rules, now: Millis, days: int = 0) -> Millis:
    """The moment at which the site's day began that `now` lies in, or one so many days later."""
    zone = rules.site.tzinfo
    day = to_datetime(now).astimezone(zone).date() + timedelta(days=days)
    return to_millis(datetime.combine(day, time(), zone))


class _Folder:
    """Takes one item through its events."""

    def __init__(self, item: Item, book: RuleBook, caused: set[int]) -> None:
        self._item = item
        self._book = book
        self._caused = caused
        self._life = LIVES.get(item.kind, {})
        self._running: list[RunningClock] = []
        self._periods: dict[str, int] = {}
        self._spent: set[str] = set()
        self._last_word: Millis | None = None
        self._answers: list[Event] = []
        self._effects: list[Effect] = []

    def step(self, event: Event) -> None:
        """Apply one event, or note why it changes nothing."""
        item = self._item
        item.last = event.time
        if event.source == OURS and id(event) not in self._caused:
            self._handed(event)
            if event.name in item.undone:
                return
        else:
            self._last_word = event.time
            item.source = event.source
            item.mine = item.mine and id(event) in self._caused
        if event.type in HAND_TYPES:
            self._by_hand(event)
            return
        rules = self._book.at(event.time)
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
        self._tell_clocks(event, rules, gave)
        self._cause(event, rules)
        item.seen.add(event.type)

    def close(self, now: Millis) -> None:
        """After the last event: a call that fell silent is lost, an item without a beginning is withdrawn.
        Whose call was answered is what is known of it by now, whichever of its events told."""
        item = self._item
        item.effects = list(self._effects)
        if item.customer and item.direction in ("in", "out"):
            target = f"customer/{item.customer}"
            item.effects += [
                self._effect(answer, target, "customer.contacted", "", {"call": item.id})
                for answer in self._answers
            ]
        if not item.begun:
            item.withdrawn = item.kind != "agent"
        elif item.kind == "call" and item.over is None and self._last_word is not None:
            silent = self._last_word + self._book.at(self._last_word).site.lost_after
            if silent <= now:
                item.state, item.since, item.over = "lost", silent, silent
                item.asked = None
                self._stop_all(silent, None)
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
        if event.type == "customer.contacted" and not (item.begun and item.opened < event.time):
            return "before it began"
        if not item.begun and item.kind == "callback" and event.type != "callback.requested":
            return "before it began"
        return ""

    def _take_fields(self, event: Event, rules: Rules) -> set[str]:
        """Take over what the event says of the item; answers which moments it gave."""
        item, data = self._item, event.data
        gave: set[str] = set()
        if event.type == "customer.contacted":
            return gave
        for name in MOMENT_FIELDS:
            moment = _moment(data.get(name))
            if moment is not None:
                item.given[name] = moment
                gave.add(name)
        for name in _GIVEN_FIELDS:
            if isinstance(data.get(name), (str, int, bool)):
                item.given[name] = data[name]
        for name in ("queue", "case", "name"):
            if isinstance(data.get(name), str):
                setattr(item, name, data[name])
        if item.kind == "call":
            self._take_direction(event)
        raw = data.get("customer")
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
        elif verb == "tried" or verb == "contact_tried":
            item.tries += 1
        elif verb in (
            "assigned",
            "accepted",
            "requested",
            "scheduled",
            "rescheduled",
            "opened",
            "registered",
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
        if agent != item.owner:
            item.owner = agent
            self._handed(event)
        item.asked = None

    def _handed(self, event: Event) -> None:
        """Count a hand: what a person did, or word of another owner."""
        self._item.hand += 1
        self._item.acted = event

    def _tell_clocks(self, event: Event, rules: Rules, gave: set[str]) -> None:
        item = self._item
        for clock in list(self._running):
            norm = clock.norm
            if norm.most is not None and norm.most.field in gave and event.type not in norm.rearm:
                clock.give(item.given)
                if self._waits(norm) and event.type not in norm.pause and event.time < clock.due:
                    clock.stand(event.time, moves=False)
            if event.type in norm.stop:
                self._stop(clock, event.time, _not_before(event))
            elif event.type in norm.pause:
                clock.pause(event.time)
            elif event.type in norm.resume:
                clock.resume(event.time)
        if item.over is not None:
            self._stop_all(event.time, _not_before(event))
            return
        self._name_agents(event, rules)
        for norm in rules.pack.clocks.get(item.kind, ()):
            if event.type in norm.rearm:
                self._spent.discard(norm.id)
            if event.type in norm.unless:
                self._spent.add(norm.id)
            if self._starts(norm, event, gave):
                self._start(norm, event, rules)

    def _starts(self, norm: Norm, event: Event, gave: set[str]) -> bool:
        if norm.id in self._spent or any(clock.norm.id == norm.id for clock in self._running):
            return False
        if event.type not in norm.start and not any(f"field:{name}" in norm.start for name in gave):
            return False
        return norm.applies(self._item.value)

    def _start(self, norm: Norm, event: Event, rules: Rules) -> None:
        item = self._item
        period = self._periods.get(norm.id, 0) + 1
        clock = RunningClock.begin(norm, rules.site, event, period, item.given)
        if clock is None:
            return
        self._periods[norm.id] = period
        if norm.per == "item":
            self._spent.add(norm.id)
        for agent in (*item.ringing, item.owner):
            if agent and agent not in clock.agents:
                clock.agents.append(agent)
        if self._waits(norm):
            # A pause moves no moment that was given after it began.
            given_later = (
                norm.most is not None and norm.most.field is not None and event.type not in norm.pause
            )
            clock.stand(event.time, moves=not given_later)
        self._running.append(clock)
        item.clocks.append(clock)

    def _waits(self, norm: Norm) -> bool:
        return bool(norm.pause) and "waiting" in self._item.flags

    def _stop(self, clock: RunningClock, now: Millis, not_before: Millis | None) -> None:
        clock.stop(now, not_before)
        self._running.remove(clock)

    def _stop_all(self, now: Millis, not_before: Millis | None) -> None:
        for clock in list(self._running):
            self._stop(clock, now, not_before)

    def _name_agents(self, event: Event, rules: Rules) -> None:
        """Whose telephone rang, or who had the item, while the clocks ran."""
        item = self._item
        raw = event.data.get("agent")
        people = [item.owner]
        if event.type in ("call.ringing", "call.answered") and isinstance(raw, str) and raw:
            people.append(rules.site.agent(raw))
        for clock in self._running:
            clock.agents.extend(agent for agent in people if agent and agent not in clock.agents)

    def _cause(self, event: Event, rules: Rules) -> None:
        """Note what this event makes happen in other items."""
        item = self._item
        if event.type == "call.answered":
            self._answers.append(event)
        for norm in rules.pack.tasks.get(event.type, ()):
            if not norm.applies(item.value) or not all(item.value(name) for name in norm.needs):
                continue
            data: dict[str, Any] = {"call": item.id, "case": item.case or item.id, "reason": norm.id}
            for name in ("customer", "queue", "name"):
                if getattr(item, name):
                    data[name] = getattr(item, name)
            if norm.owner and item.owner:
                data["agent"] = item.owner
            target = norm.item.replace("{item}", item.id)
            self._effects.append(self._effect(event, target, norm.make, norm.id, data))

    def _effect(self, event: Event, target: str, kind: str, norm: str, data: Mapping[str, Any]) -> Effect:
        return Effect(
            cause=self._item.id,
            target=target,
            type=kind,
            time=event.time,
            source=event.source,
            id=event.id,
            sequence=event.sequence,
            norm=norm,
            data=data,
        )

    def _by_hand(self, event: Event) -> None:
        """What may be done to an item of any kind: by a person here, or in the system that has the item."""
        item, data = self._item, event.data
        if event.type == "item.acknowledged":
            names = data.get("clocks")
            for name in names if isinstance(names, list) else []:
                item.acknowledged[str(name)] = Acknowledgement(str(data.get("actor", "")), event.time)
        elif event.type == "item.noted":
            item.note = str(data.get("text", data.get("reason", "")))
        elif event.type == "item.escalated":
            item.level = str(data.get("level", ""))
        elif event.type == "item.snoozed":
            item.snoozed = _moment(data.get("until"))
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
            self._stop_all(event.time, _not_before(event))

    def _reassign(self, event: Event) -> None:
        item = self._item
        to = event.data.get("to")
        agent = self._book.at(event.time).site.agent(to) if isinstance(to, str) and to else None
        to_queue = event.data.get("to_queue")
        theirs = event.source != OURS
        if item.begun and (item.mine or theirs):
            if isinstance(to_queue, str):
                item.queue = to_queue
            if theirs:
                self._give(agent, event)
            else:
                item.owner = agent
            for clock in self._running:
                if agent and agent not in clock.agents:
                    clock.agents.append(agent)
        else:
            item.asked = agent if agent else (f"#{to_queue}" if isinstance(to_queue, str) else None)


def _not_before(event: Event) -> Millis | None:
    return _moment(event.data.get("not_before"))


def _moment(value: object) -> Millis | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_rfc3339(value)
    except ValueError:
        return None
