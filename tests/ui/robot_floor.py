"""The floor that churns under the robot: items come, change, are over, and come back."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

from console.domain.event import Event
from console.domain.instants import MINUTE, format_utc, parse_rfc3339

NOW = parse_rfc3339("2026-03-02T09:31:07+08:00")

QUEUES = ("support", "billing", "repair")

KINDS = (
    "ticket", "ticket", "ticket", "callback", "callback", "call", "job", "job", "followup", "visit", "repair",
)  # fmt: skip

AGENTS = ("li", "zhang", "sun", "omar")

AREAS = ("north", "south")

SITE = """
name = "Robot floor"
[agents.li]
name = "Li Na"
queues = ["support"]
[agents.zhang]
name = "Zhang Wei"
queues = ["billing", "support"]
[agents.sun]
name = "Sun Yue"
[agents.omar]
name = "Omar"
queues = ["repair"]
[areas.north]
manager = "sun"
[areas.south]
[shifts]
dawn = "01:36-09:36"
noon = "09:36-17:36"
dusk = "17:36-01:36"
"""
"""A shift ends five minutes after the robot begins: the hand-over stands on the board from then on."""

SURNAMES = ("Berg", "X王", "B\x1b[31m", "\u202eNoel")


class StillClock:
    """The clock of the floor, which only the robot moves."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> int:
        """The present moment of the floor."""
        return self.moment


class Stopwatch:
    """The clock on the wall, by which the screen holds still under a key. It can be put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        """As `time.monotonic`."""
        return time.monotonic() + self.ahead


class Floor:
    """Makes things happen: items come, change, are over, and come back."""

    def __init__(self, rand: random.Random, clock: StillClock) -> None:
        self._rand = rand
        self._clock = clock
        self._number = 0
        self._name = 0
        self.open: dict[str, None] = {}
        self.over: dict[str, None] = {}

    def begin(self, count: int) -> list[Event]:
        """The first items and people of the floor."""
        people = [self._event("agent.joined", f"agent/{agent}") for agent in AGENTS]
        return [*people, *(event for _ in range(count) for event in self.appear())]

    def something(self, dear: Sequence[str]) -> list[Event]:
        """One change; more often than not of an item that somebody has under the cursor or marked."""
        rand, roll = self._rand, self._rand.random()
        if roll < 0.25:
            return self.appear()
        if roll < 0.35 and self.over:
            item = rand.choice(list(self.over))
            if item.startswith("ticket/"):
                del self.over[item]
                self.open[item] = None
                return [self._event("ticket.reopened", item)]
        if roll < 0.37:
            return [self._about_somebody()]
        if roll < 0.4:
            state = rand.choice(("available", "talking", "wrap-up", "break"))
            return [self._event("agent.state", f"agent/{rand.choice(AGENTS)}", state=state)]
        if not self.open:
            return self.appear()
        known = [item for item in dear if item in self.open]
        item = rand.choice(known if known and rand.random() < 0.6 else list(self.open))
        return self.end(item) if roll < 0.65 and len(self.open) > 3 else self.change(item)

    def appear(self) -> list[Event]:
        """A new item, now and then a second promise to the same customer."""
        rand = self._rand
        self._number += 1
        number = self._number
        kind = rand.choice(KINDS)
        data: dict[str, Any] = {"queue": rand.choice(QUEUES), "customer": f"1380000{number:04}"}
        if rand.random() < 0.8:
            data["name"] = f"Z{number:04} {rand.choice(SURNAMES)}"
        due = format_utc(self._clock.now() + rand.randrange(-20, 60) * MINUTE)
        item = f"{kind}/z{number:04}"
        self.open[item] = None
        if kind == "call":
            offered = self._event("call.offered", item, direction="in", **data)
            return [offered, self._event("call.ringing", item)]
        if rand.random() < 0.4:
            data["agent"] = rand.choice(AGENTS)
        if kind != "callback":
            return [self._begin(item, due, data)]
        made = [self._event("callback.requested", item, due=due, **data)]
        if rand.random() < 0.4:
            made.append(self._event("callback.requested", f"{item}b", due=due, **data))
            self.open[f"{item}b"] = None
        return made

    def _begin(self, item: str, due: str, data: dict[str, Any]) -> Event:
        """An item that says what it is about: by that other items come of it, and lists are for it."""
        rand, kind = self._rand, item.partition("/")[0]
        if kind == "ticket":
            return self._event(
                "ticket.opened", item, due=due, type=rand.choice(("", "fault", "complaint")), **data
            )
        if kind == "job":
            start = format_utc(self._clock.now() - 20 * MINUTE)
            told = {"type": rand.choice(("repair", "complaint", "visit")), "area": rand.choice(AREAS)}
            return self._event("job.scheduled", item, window_start=start, window_end=due, **told, **data)
        if kind == "followup":
            return self._event("followup.selected", item, due=due, **data)
        if kind == "visit":
            return self._event("visit.arrived", item, type=rand.choice(("", "training")), **data)
        return self._event("repair.received", item, by=rand.choice(("mail", "hand")), **data)

    def _about_somebody(self) -> Event:
        """What is on record of a person or a customer beyond what they do now."""
        rand, agent = self._rand, self._rand.choice(AGENTS)
        if rand.random() < 0.5:
            customer = f"customer/1380000{rand.randrange(1, self._number + 2):04}"
            return self._event("customer.account", customer, manager=agent)
        failed = rand.choice(([], ["no badge"]))
        return self._event("agent.inspected", f"agent/{agent}", norm="agent.smile", failed=failed)

    def end(self, item: str) -> list[Event]:
        """It is over; what ends says now and then what else there is to do."""
        kind = item.partition("/")[0]
        ends: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
            "ticket": (
                ("ticket.resolved", {"confirm": True}),
                ("ticket.resolved", {}),
                ("ticket.closed", {}),
            ),
            "call": (("call.ended", {}), ("call.abandoned", {})),
            "callback": (("callback.done", {}), ("callback.cancelled", {})),
            "job": (
                ("job.finished", {"type": "complaint", "place": "2-301"}),
                ("job.finished", {"affected": "the plant's manager"}),
            ),
            "followup": (
                ("followup.done", {"outcome": "solved", "words": "fine"}),
                ("followup.refused", {"reason": "no time", "place": "2-301"}),
            ),
            "visit": (("visit.left", {"outcome": "solved"}), ("visit.left", {})),
            "repair": (("repair.returned", {}),),
        }
        self.open.pop(item, None)
        self.over[item] = None
        name, data = self._rand.choice(ends[kind])
        return [self._event(name, item, **data)]

    def change(self, item: str) -> list[Event]:
        """It moves: another owner, queue, or clock."""
        rand, kind = self._rand, item.partition("/")[0]
        agent, queue = rand.choice(AGENTS), rand.choice(QUEUES)
        due = format_utc(self._clock.now() + rand.randrange(-20, 60) * MINUTE)
        changes: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
            "ticket": (
                ("ticket.assigned", {"agent": agent}),
                ("ticket.triaged", {"queue": queue, "due": due}),
                ("ticket.waiting", {}),
                ("ticket.resumed", {}),
                ("ticket.contacted", {}),
                ("ticket.contacted", {"guidance": "refused", "next_time": due}),
                ("ticket.contact_tried", {"outcome": "no_answer"}),
                ("ticket.triaged", {"error": "ours"}),
            ),
            "call": (
                ("call.answered", {"agent": agent}),
                ("call.held", {}),
                ("call.resumed", {}),
                ("call.transferred", {"queue": queue}),
            ),
            "callback": (("callback.tried", {"agent": agent}), ("callback.requested", {"due": due})),
            "job": (
                ("job.assigned", {"agent": agent}),
                ("job.rescheduled", {"window_end": due}),
                ("job.step", {"step": "need", "text": "one more line", "due": due}),
                ("job.step", {"step": "open_point", "text": "a loose plug", "due": due, "agent": agent}),
                ("job.departed", {}),
                ("job.arrived", {}),
            ),
            "followup": (
                ("followup.tried", {"reason": "busy", "next_time": due, "agent": agent}),
                ("followup.tried", {"reason": "no_answer"}),
            ),
            "visit": (("visit.attended", {"agent": agent}),),
            "repair": (("repair.estimated", {"due": due}), ("repair.ready", {})),
        }  # fmt: skip
        name, data = rand.choice(changes[kind])
        return [self._event(name, item, **data)]

    def _event(self, kind: str, subject: str, **data: Any) -> Event:
        self._name += 1
        source = "asterisk" if kind.startswith(("call.", "agent.")) else "desk"
        # What comes of an event may be named by it: the customer's number stays in every name.
        name = f"r{self._name}.{subject.rpartition('/')[2]}"
        return Event(source=source, id=name, type=kind, subject=subject, time=self._clock.now(), data=data)
