"""The ten norms once more, naively: each a straight walk over sorted events, sharing nothing with the engine.

It knows nothing of packs, rows or increments. Where it and the engine disagree, one of them is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from console.domain.event import Event
from console.numbers import normalise

RINGS = 15_000
MINUTE = 60_000
HALF_HOUR = 30 * MINUTE
DAY = 24 * 60 * MINUTE
LOST_AFTER = 4 * 60 * MINUTE

Verdict = tuple[str, str, int, int | None, int | None, bool]
"""(item, norm, started, due or None while paused, stopped, broken)."""

ON_PAPER = frozenset(
    {
        "call.pickup.three-rings", "call.wait", "call.hold.one-minute", "callback.due",
        "ticket.contact.thirty-minutes", "ticket.reply.twenty-four-hours", "ticket.due", "job.arrive.on-time",
    }
)  # fmt: skip
"""The norms that are worked out here; the two tasks among the ten show in callback.due."""

_RANKS = [
    ("call", "offered ringing ring_missed answered held resumed muted unmuted checked_in silent inaudible "
             "said observed goodbye transferred dropped abandoned ended lost"),
    ("callback", "requested tried reached done cancelled contacted"),
    ("ticket", "opened triaged assigned accepted contact_tried contacted waiting resumed resolved confirmed "
               "observed reopened closed"),
    ("job", "scheduled assigned accepted contact_tried contacted departed late_notice rescheduled arrived "
            "step parts_requested parts_taken parts_returned no_show observed finished left"),
]  # fmt: skip
_HANDS = ["reassigned", "escalated", "acknowledged", "noted", "snoozed", "undone", "closed"]
RANK = {f"{kind}.{verb}": rank for kind, verbs in _RANKS for rank, verb in enumerate(verbs.split())}
RANK |= {f"item.{verb}": 100 + rank for rank, verb in enumerate(_HANDS)}


def in_order(events: Iterable[Event]) -> list[Event]:
    def key(event: Event) -> tuple[int, str, int, int, int, str]:
        numbered = 0 if event.sequence is None else 1
        return (event.time, event.source, numbered, event.sequence or 0, RANK.get(event.type, 500), event.id)

    return sorted(events, key=key)


def moment(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        return round(datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() * 1000)
    except ValueError:
        return None


def number(raw: str) -> str:
    return normalise(raw, "CN")


@dataclass
class Running:
    """A clock on its way."""

    norm: str
    started: int
    due: int
    stopped: int | None = None
    paused: int | None = None
    moves: bool = False

    def stop(self, now: int) -> None:
        self.go_on(now)
        self.stopped = now

    def go_on(self, now: int) -> None:
        if self.paused is not None and self.moves:
            self.due += now - self.paused
        self.paused = None

    def verdict(self, item: str, until: int) -> Verdict:
        if self.paused is not None:
            return (item, self.norm, self.started, None, None, False)
        end = until if self.stopped is None else self.stopped
        return (item, self.norm, self.started, self.due, self.stopped, end > self.due)


@dataclass
class Call:
    clocks: list[Running] = field(default_factory=list)
    answers: list[Event] = field(default_factory=list)
    promises: list[Event] = field(default_factory=list)
    customer: str = ""
    direction: str = ""


def undone_names(events: list[Event]) -> set[str]:
    return {str(e.data.get("of")) for e in events if e.type == "item.undone" and e.source == "console"}


def taken_back(event: Event, names: set[str]) -> bool:
    return event.source == "console" and f"{event.source}/{event.id}" in names


def walk_call(events: list[Event], until: int) -> Call:
    call = Call()
    begun = offered = talking = answered = held = passed = muted = ringing_state = False
    over = False
    pickup: Running | None = None
    wait: Running | None = None
    hold: Running | None = None
    wait_done = pickup_done = False
    phones: set[str] = set()
    last = None
    back = undone_names(events)

    def end(now: int) -> None:
        nonlocal over
        over = True
        for clock in (pickup, wait, hold):
            if clock is not None and clock.stopped is None:
                clock.stop(now)

    for event in events:
        now, verb, data = event.time, event.type, event.data
        if event.source != "console":
            last = now
        if taken_back(event, back):
            continue
        if verb == "item.closed" and begun and not over:
            end(now)
            continue
        if verb.startswith("item.") or verb not in RANK or over:
            continue
        if verb == "call.offered" and (offered or talking or ringing_state):
            continue
        if verb in ("call.ringing", "call.answered") and talking and not passed:
            continue
        if held if verb == "call.held" else verb == "call.resumed" and not held:
            continue
        if muted if verb == "call.muted" else verb == "call.unmuted" and not muted:
            continue
        begun = True
        if data.get("direction") in ("in", "out", "internal"):
            call.direction = data["direction"]
        elif not call.direction:
            call.direction = "in"
        if data.get("customer"):
            call.customer = number(data["customer"])
        elif call.direction == "in" and data.get("from") and not call.customer:
            call.customer = number(data["from"])
        inbound = call.direction == "in"
        if verb == "call.muted":
            muted = True
        elif verb == "call.unmuted":
            muted = False
        elif verb == "call.offered":
            offered, ringing_state = True, False
            if inbound and not wait_done:
                wait_done = True
                wait = Running("call.wait", now, now + MINUTE)
                call.clocks.append(wait)
        elif verb == "call.ringing":
            if passed:
                answered = False
            passed, talking, ringing_state = False, False, True
            if data.get("agent"):
                phones.add(data["agent"])
            waits = pickup is not None and pickup.stopped is None
            if inbound and not pickup_done and not waits:
                pickup_done = True
                pickup = Running("call.pickup.three-rings", now, now + RINGS)
                call.clocks.append(pickup)
        elif verb == "call.ring_missed":
            phones.discard(data.get("agent") or "")
            if not phones:
                ringing_state = False
        elif verb == "call.answered":
            talking, answered, passed, ringing_state = True, True, False, False
            phones.clear()
            call.answers.append(event)
            for clock in (pickup, wait):
                if clock is not None and clock.stopped is None:
                    clock.stop(now)
        elif verb == "call.transferred":
            passed, pickup_done, ringing_state = True, False, False
            if data.get("to_queue") or not data.get("to_agent"):
                answered = talking = False
            else:
                talking = answered
        elif verb == "call.held":
            held = True
            hold = Running("call.hold.one-minute", now, now + MINUTE)
            call.clocks.append(hold)
        elif verb == "call.resumed":
            held = False
            assert hold is not None
            hold.stop(now)
        elif verb in ("call.dropped", "call.abandoned", "call.ended", "call.lost"):
            end(now)
            missed = inbound and not answered and verb != "call.lost"
            dropped = verb == "call.dropped" and answered and call.direction in ("in", "out")
            if call.customer and (missed or dropped):
                call.promises.append(event)
    if begun and not over and last is not None and last + LOST_AFTER <= until:
        end(last + LOST_AFTER)
    return call


def walk_ticket(events: list[Event], until: int) -> list[Running]:
    clocks: list[Running] = []
    running: dict[str, Running] = {}
    begun = opened = over = waiting = contacted = accepted = False
    due: int | None = None
    back = undone_names(events)

    def stop(now: int, *norms: str) -> None:
        for norm in norms:
            if norm in running:
                running.pop(norm).stop(now)

    def start(norm: str, now: int, due: int, moves: bool = True) -> None:
        running[norm] = Running(norm, now, due)
        clocks.append(running[norm])
        if waiting and norm != CONTACT:
            running[norm].paused, running[norm].moves = now, moves

    for event in events:
        now, verb = event.time, event.type
        if taken_back(event, back):
            continue
        if verb == "item.closed" and begun and not over:
            over, waiting = True, False
            stop(now, *list(running))
            continue
        if verb.startswith("item.") or verb not in RANK:
            continue
        if verb == "ticket.reopened":
            if begun and not over:
                continue
        elif over and verb not in ("ticket.closed", "ticket.confirmed", "ticket.observed"):
            continue
        if verb == "ticket.opened" and opened:
            continue
        if waiting if verb == "ticket.waiting" else verb == "ticket.resumed" and not waiting:
            continue
        begun = True
        given = moment(event.data.get("due"))
        if given is not None:
            due = given
        if verb == "ticket.reopened":
            over = False
        if verb == "ticket.opened":
            opened = True
        if verb == "ticket.waiting":
            waiting = True
        if verb in ("ticket.resumed", "ticket.resolved", "ticket.closed"):
            waiting = False
        if verb in ("ticket.resolved", "ticket.closed"):
            over = True
        # A due given anew is moved by none of the pauses that began before it.
        if given is not None and DUE in running:
            running[DUE].due, running[DUE].moves = given, False
            if waiting and running[DUE].paused is None and now < given and verb != "ticket.waiting":
                running[DUE].paused = now
        if verb == "ticket.waiting":
            for norm in (REPLY, DUE):
                if norm in running and running[norm].paused is None and now < running[norm].due:
                    running[norm].paused, running[norm].moves = now, True
                elif norm in running and running[norm].paused is not None:
                    running[norm].moves = True
        if verb == "ticket.resumed":
            for clock in running.values():
                clock.go_on(now)
        if verb == "ticket.contacted":
            stop(now, REPLY, CONTACT)
            contacted = True
        if over:
            stop(now, *list(running))
            continue
        if verb == "ticket.accepted" and not accepted and not contacted:
            accepted = True
            start(CONTACT, now, now + HALF_HOUR)
        if verb in ("ticket.opened", "ticket.reopened") and REPLY not in running:
            start(REPLY, now, now + DAY)
        if (given is not None or verb == "ticket.reopened") and DUE not in running and due is not None:
            start(DUE, now, due, moves=verb == "ticket.waiting")
    return clocks


CONTACT, REPLY, DUE = "ticket.contact.thirty-minutes", "ticket.reply.twenty-four-hours", "ticket.due"


def walk_job(events: list[Event]) -> list[Running]:
    clocks: list[Running] = []
    running: Running | None = None
    begun = over = arrived = False
    promised = False
    back = undone_names(events)
    for event in events:
        now, verb = event.time, event.type
        if taken_back(event, back):
            continue
        if verb == "item.closed" and begun and not over:
            over = True
            if running:
                running.stop(now)
            running = None
            continue
        if verb.startswith("item.") or verb not in RANK:
            continue
        if over and verb not in ("job.parts_returned", "job.observed", "job.left"):
            continue
        if verb == "job.arrived" and arrived:
            continue
        begun = True
        aside = ("job.contact_tried", "job.late_notice", "job.step", "job.observed")
        if verb not in aside and not verb.startswith("job.parts"):
            arrived = verb == "job.arrived"
        window = moment(event.data.get("window_end"))
        if running and window is not None and verb != "job.rescheduled":
            running.due = window
        if running and verb in ("job.arrived", "job.no_show", "job.rescheduled", "job.finished", "job.left"):
            running.stop(now)
            running = None
        over = over or verb in ("job.finished", "job.left")
        if verb == "job.rescheduled":
            promised = False
        if window is not None and not promised and not over:
            promised = True
            running = Running("job.arrive.on-time", now, window)
            clocks.append(running)
    return clocks


def walk_callback(own: list[Event], calls: dict[str, Call], name: str) -> list[Running]:
    made = [
        Event(source=e.source, id=e.id, type="callback.requested", subject=name, time=e.time,
              data={"customer": call.customer}, sequence=e.sequence)
        for subject, call in calls.items() if name == f"callback/{subject}" for e in call.promises
    ]  # fmt: skip
    events = in_order([*own, *made])
    back = undone_names(events)
    caused = {id(event) for event in made}
    # Whose callback it is: the last that it was told before it was over by itself.
    customer, begun = "", None
    over = False
    for event in events:
        if id(event) not in caused and taken_back(event, back):
            continue
        if event.type == "item.closed" and begun is not None:
            over = True
        if over or not event.type.startswith("callback.") or event.type not in RANK:
            continue
        if begun is None and event.type != "callback.requested":
            continue
        begun = event.time if begun is None else begun
        if event.data.get("customer"):
            customer = number(event.data["customer"])
        over = event.type in ("callback.reached", "callback.done", "callback.cancelled")
    if begun is None:
        return []
    contacts = [
        Event(
            source=e.source,
            id=e.id,
            type="callback.contacted",
            subject=name,
            time=e.time,
            sequence=e.sequence,
        )
        for call in calls.values()
        if customer and call.customer == customer and call.direction in ("in", "out")
        for e in call.answers
        if e.time > begun
    ]
    theirs = {id(event) for event in contacts} | caused
    clock: Running | None = None
    for event in in_order([*events, *contacts]):
        now, verb = event.time, event.type
        if id(event) not in theirs and taken_back(event, back):
            continue
        if clock is None:
            if verb == "callback.requested":
                clock = Running("callback.due", now, moment(event.data.get("due")) or now + HALF_HOUR)
            continue
        if verb in (
            "callback.reached",
            "callback.done",
            "callback.cancelled",
            "callback.contacted",
            "item.closed",
        ):
            given = moment(event.data.get("due"))
            if given is not None and verb != "item.closed":
                clock.due = given
            clock.stop(now)
            break
        if verb in RANK and verb.startswith("callback."):
            clock.due = moment(event.data.get("due")) or clock.due
    return [clock] if clock else []


def ten_norms(events: Iterable[Event], until: int) -> set[Verdict]:
    """Every clock of a history as of `until`."""
    own: dict[str, list[Event]] = defaultdict(list)
    for event in in_order(event for event in events if event.time <= until):
        own[event.subject].append(event)
    calls = {name: walk_call(own[name], until) for name in own if name.startswith("call/")}
    found: set[Verdict] = set()
    callbacks = {name for name in own if name.startswith("callback/")} | {
        f"callback/{name}" for name, call in calls.items() if call.promises
    }
    for name, clocks in (
        *((name, call.clocks) for name, call in calls.items()),
        *((name, walk_ticket(own[name], until)) for name in own if name.startswith("ticket/")),
        *((name, walk_job(own[name])) for name in own if name.startswith("job/")),
        *((name, walk_callback(own.get(name, []), calls, name)) for name in callbacks),
    ):
        found |= {clock.verdict(name, until) for clock in clocks}
    return found
