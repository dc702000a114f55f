"""A small floor at 09:31:07 of a Monday: what the sketches of the queue show, as events."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.event import Event
from console.domain.instants import parse_rfc3339

NOW = parse_rfc3339("2026-03-02T09:31:07+08:00")

SITE = """
name = "South floor"
[agents.li]
name = "Li Na"
queues = ["support"]
languages = ["中文"]
[agents.zhang]
name = "Zhang Wei"
queues = ["billing", "support"]
languages = ["中文", "English"]
[agents.sun]
name = "Sun Yue"
queues = ["support"]
languages = ["中文"]
[agents.omar]
name = "Omar"
queues = ["repair", "returns"]
languages = ["English"]
[agents.chen]
name = "Chen Jing"
queues = ["south"]
[agents."li.wei"]
name = "Li Wei"
"""


def at(clock: str) -> int:
    """A moment of that morning; `.` and milliseconds may follow."""
    return parse_rfc3339(f"2026-03-02T{clock}+08:00")


def floor() -> Iterator[Event]:
    """All that happened so far."""
    number = 0

    def event(source: str, clock: str, kind: str, subject: str, **data: object) -> Event:
        nonlocal number
        number += 1
        return Event(source=source, id=str(number), type=kind, subject=subject, time=at(clock), data=data)

    yield event("asterisk", "09:30:28", "call.offered", "call/c1", queue="support", **{"from": "13800000042"})
    yield event("asterisk", "09:30:29", "call.ringing", "call/c1", agent="sun")
    yield event(
        "asterisk",
        "09:20:00",
        "call.offered",
        "call/c2",
        queue="support",
        name="王小明",
        customer="13911112222",
    )
    yield event("asterisk", "09:20:01", "call.ringing", "call/c2", agent="li")
    yield event("asterisk", "09:20:05", "call.answered", "call/c2", agent="li")
    yield event("asterisk", "09:28:55.120", "call.held", "call/c2")
    yield event("asterisk", "09:30:58", "call.offered", "call/c5", queue="sales", **{"from": "13577779920"})
    yield event("asterisk", "09:30:59", "call.ringing", "call/c5")
    for item, due in (("b1", "09:17:00"), ("b2", "09:50:00")):
        yield event(
            "desk", "09:00:00", "callback.requested", f"callback/{item}", queue="billing",
            customer="13722223311", agent="zhang", due=f"2026-03-02T{due}+08:00",
        )  # fmt: skip
    yield event("desk", "09:10:00", "callback.tried", "callback/b1")
    yield event("desk", "09:12:00", "callback.tried", "callback/b1")
    yield event(
        "field", "08:00:00", "job.scheduled", "job/J-17", queue="south", name="刘洋", agent="chen",
        window_end="2026-03-02T09:28:00+08:00",
    )  # fmt: skip
    yield event(
        "field", "08:00:00", "job.scheduled", "job/J-18", queue="north", name="陈小红", agent="zhou",
        window_end="2026-03-02T09:35:00+08:00",
    )  # fmt: skip
    yield event("field", "09:10:00", "job.departed", "job/J-18", agent="zhou")
    yield event("desk", "09:09:47", "ticket.opened", "ticket/T-8812", queue="repair", name="Anna Berg")
    yield event("desk", "09:09:47", "ticket.accepted", "ticket/T-8812")
    yield event(
        "desk",
        "08:00:00",
        "ticket.opened",
        "ticket/T-8813",
        queue="repair",
        customer="13955555521",
        agent="omar",
    )
    yield event("desk", "08:30:00", "ticket.waiting", "ticket/T-8813")
    for count in range(30):
        yield event("desk", f"08:{count:02}:30", "ticket.opened", f"ticket/T-{9000 + count}", queue="billing",
                    customer=f"1360000{count:04}")  # fmt: skip
    for agent, state, clock in (
        ("li", "talking", "09:20:05"),
        ("zhang", "available", "09:27:00"),
        ("sun", "ringing", "09:30:29"),
        ("omar", "wrap-up", "09:30:47"),
    ):
        yield event("asterisk", "08:00:00", "agent.joined", f"agent/{agent}")
        yield event("asterisk", clock, "agent.state", f"agent/{agent}", state=state)


FEEDS = (("asterisk", 0), ("desk", 4_000), ("field", 130_000))
"""Each feed, and how long ago it was heard."""
