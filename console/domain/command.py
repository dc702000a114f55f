"""What a person asks for, and what comes of it: an event, "already so", or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from console.domain.event import OURS, Event
from console.domain.frozen import frozen
from console.domain.lifecycle import OUTCOMES, REVEALED
from console.domain.place import AT_RISK, BREACHED

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.item import Item

LEVELS = ("lead", "manager", "on-call")
"""Whom an item may be escalated to, nearest first."""

ASKS = ("first", "pause", "unpause", "dial", "listen", "whisper")
"""What is nothing but asked of another system: to put a caller first in the line, to pause an agent or end
her pause, to call a customer from the telephone of whoever has the callback, to let whoever asks hear a talk,
or speak to the agent in it."""

_ASIDE = frozenset({"reveal", "listen", "whisper"})
"""What gets in nobody's way, whatever they did meanwhile."""

WHY_REVEALED = ("call", "identify", "correct", "other")
"""What a customer's number and name may be looked at for; `other` says so in words."""

TRIED = frozenset({"callback", "followup"})
"""Kinds of item for which somebody is called, perhaps in vain."""

BUSY, NO_ANSWER = "busy", "no_answer"
"""Why a follow-up was tried in vain: who is busy says when to call again."""

LEAST_DIGITS = 3
"""Fewer digits are no telephone number, not even one inside the house."""


def outcomes(kind: str, state: str) -> tuple[str, ...]:
    """How an item of that kind, in that state, may be done: what was found wanting is corrected, not read."""
    if kind == "report":
        return ("corrected",) if state == "found" else ("read",)
    return OUTCOMES[kind]


@frozen
class Command:
    """One wish about one item.

    `id` names it once and for ever, so that saying it twice does it once. `hand` is the count that the
    actor's screen showed; another hand since then refuses it. `batch` joins commands given together.
    `data` holds what the verb needs: `to` or `to_queue`; `level`, `reason`; `outcome`; `text`; `until`; `of`;
    of a callback its `due`, `next_time` of a try, the `number` that was left; why a customer is `reveal`ed.
    """

    id: str
    verb: str
    item: str
    actor: str
    hand: int
    data: Mapping[str, Any] = field(default_factory=dict)
    batch: str = ""


@frozen
class Refusal:
    """Why a command was not carried out: `reason` is a catalogue key (`refusal.<reason>`)."""

    item: str
    reason: str
    detail: str = ""
    actor: str = ""
    time: Millis | None = None
    event: Event | None = None


@frozen
class AlreadySo:
    """What was wished for is so already: success, and nothing to write."""

    item: str


Decision = Event | AlreadySo | Refusal


def guard(verb: str, item: Item) -> str:
    """Why `verb` can't be done to `item` now, as a catalogue key; empty where it can."""
    check = _GUARDS.get(verb)
    return check(item) if check else "unknown_verb"


def decide(item: Item, command: Command, now: Millis, keeper: str = "") -> Decision:
    """What `command` leads to on the item as it is. `keeper` is who looks after its customer, if anybody:
    taking it away from them needs a reason."""
    if _already(item, command, now):
        return AlreadySo(item.id)
    if item.hand != command.hand and command.verb not in _ASIDE:
        acted = item.acted
        return Refusal(
            item.id,
            "conflict",
            actor=str(acted.data.get("actor", "")) if acted else "",
            time=acted.time if acted else item.last,
            event=acted,
        )
    reason = guard(command.verb, item) or _missing(item, command)
    away = command.verb == "reassign" and keeper and (item.asked or item.owner) == keeper
    if not reason and away and not str(command.data.get("reason", "")).strip():
        reason = "needs_reason"
    if reason:
        return Refusal(item.id, reason)
    kind, subject, data = _event_of(item, command, now)
    if away:
        data["keeper"] = keeper
    data |= {"actor": command.actor, "hand": command.hand}
    if command.batch:
        data["batch"] = command.batch
    return Event(
        source=OURS, id=command.id, type=kind, subject=subject, time=max(now, item.last + 1), data=data
    )


def urgent_clocks(item: Item, now: Millis) -> list[str]:
    """The names of an item's clocks that are broken or at risk at `now`, and of what broke at an event."""
    rows = [clock.row() for clock in item.clocks if not clock.norm.quiet]
    return [
        row.as_of(now).name for row in rows if row.broken_at_event or row.band(now) in (BREACHED, AT_RISK)
    ]


def _open(item: Item) -> str:
    if not item.begun:
        return "withdrawn"
    return "" if item.over is None else "over"


def _closable(item: Item) -> str:
    if item.kind not in OUTCOMES:
        return "ends_by_itself"
    return _open(item)


def _callable(item: Item) -> str:
    if not item.customer:
        return "no_number"
    return _open(item)


def _in_line(item: Item) -> str:
    return _open(item) or ("" if item.kind == "call" and not item.answered else "not_waiting")


def _talked_on(item: Item) -> str:
    return _open(item) or ("" if item.kind == "call" and item.answered and item.owner else "nobody_talks")


def _an_agent(item: Item) -> str:
    return "" if item.begun and item.kind == "agent" else "no_agent"


def _hidden(item: Item) -> str:
    return "" if item.customer or item.name else "nothing_hidden"


def _dialable(item: Item) -> str:
    return _callable(item) or ("" if item.kind == "callback" else "no_callback")


_GUARDS: Mapping[str, Callable[[Item], str]] = {
    "reassign": _open,
    "escalate": _open,
    "acknowledge": _open,
    "close": _closable,
    "note": lambda item: "" if item.begun else "withdrawn",
    "snooze": _open,
    "call_back": _open,
    "undo": lambda item: "",
    "first": _in_line,
    "pause": _an_agent,
    "unpause": _an_agent,
    "dial": _dialable,
    "listen": _talked_on,
    "whisper": _talked_on,
    "reveal": _hidden,
}


def _already(item: Item, command: Command, now: Millis) -> bool:
    data = command.data
    if command.verb == "reassign" and item.over is None:
        if data.get("to"):
            return bool(data["to"] == (item.asked or item.owner))
        if not data.get("to_queue"):
            return False
        if item.asked is not None:
            return item.asked == f"#{data['to_queue']}"
        return bool(item.queue == data["to_queue"]) and item.owner is None
    if command.verb == "acknowledge":
        urgent = urgent_clocks(item, now)
        return bool(urgent) and all(name in item.acknowledged for name in urgent)
    if command.verb == "escalate":
        return bool(item.level) and item.level == data.get("level")
    if command.verb == "close":
        return item.over is not None and item.given.get("outcome") == data.get("outcome")
    return command.verb == "undo" and data.get("of") in item.undone


def _missing(item: Item, command: Command) -> str:
    data = command.data
    if command.verb == "reassign" and not (data.get("to") or data.get("to_queue")):
        return "nobody_named"
    if command.verb == "escalate" and data.get("level") not in LEVELS:
        return "no_level"
    if command.verb == "close":
        return _not_done(item, command)
    if command.verb == "call_back" and item.kind not in TRIED and not item.customer:
        return "" if _digits(data.get("number")) >= LEAST_DIGITS else "no_number"
    if command.verb == "call_back" and data.get("number") and _digits(data["number"]) < LEAST_DIGITS:
        return "no_number"
    if command.verb == "call_back" and item.kind == "followup" and lacks_time(data):
        return "no_time"
    if command.verb == "note" and not str(data.get("text", "")).strip():
        return "no_text"
    if command.verb == "snooze" and not data.get("until"):
        return "no_time"
    if command.verb == "reveal":
        return _unsaid(data)
    return ""


def lacks_time(data: Mapping[str, Any]) -> bool:
    """Whether a try of a follow-up found somebody busy and does not say when to call again."""
    return data.get("reason") == BUSY and not data.get("next_time")


def _unsaid(data: Mapping[str, Any]) -> str:
    """Why a customer may not be looked at yet: nobody has said what for."""
    other = data.get("reason") == "other" and not str(data.get("text", "")).strip()
    return "no_why" if other or data.get("reason") not in WHY_REVEALED else ""


def _not_done(item: Item, command: Command) -> str:
    """Why an item is not done yet."""
    outcome = command.data.get("outcome")
    if outcome not in outcomes(item.kind, item.state):
        return "no_outcome"
    if item.kind == "report" and item.owner is not None and command.actor == item.owner:
        return "own_finding" if outcome == "corrected" else "own_report"
    agree = str(item.given.get("agree", ""))
    if item.kind == "followup" and not str(command.data.get("words", "")).strip():
        return "no_words"
    if outcome == "reached" and agree and not str(command.data.get(agree, "")).strip():
        return "not_agreed"
    return ""


def _digits(number: object) -> int:
    return sum(character.isdigit() for character in str(number or ""))


_TYPES = {
    "reassign": "item.reassigned",
    "escalate": "item.escalated",
    "acknowledge": "item.acknowledged",
    "close": "item.closed",
    "note": "item.noted",
    "snooze": "item.snoozed",
    "undo": "item.undone",
    "reveal": REVEALED,
    **dict.fromkeys(ASKS, "item.asked"),
}


def _event_of(item: Item, command: Command, now: Millis) -> tuple[str, str, dict[str, Any]]:
    data = dict(command.data)
    if command.verb == "acknowledge":
        data["clocks"] = urgent_clocks(item, now)
    elif command.verb == "reassign":
        data["from"] = item.owner
    elif command.verb in ASKS:
        data["verb"] = command.verb
    elif command.verb == "close" and item.kind == "followup":
        # What the customer said is what it is for; why they would say nothing is the list's.
        if data["outcome"] == "refused":
            data["reason"] = data.pop("words")
            return "followup.refused", item.id, data
        return "followup.done", item.id, data
    elif command.verb == "call_back":
        if item.kind in TRIED:
            return f"{item.kind}.tried", item.id, data
        # The number that was left is where they are to be reached.
        customer = str(data.pop("number", "") or "").strip() or item.customer
        data |= {"customer": customer, "case": item.case or item.id, "call": item.id}
        for name in ("queue", "name"):
            if getattr(item, name):
                data[name] = getattr(item, name)
        if item.owner:
            data.setdefault("agent", item.owner)
        return "callback.requested", f"callback/{item.id}", data
    return _TYPES[command.verb], item.id, data
