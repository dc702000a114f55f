"""The lives of the kinds of item, as data: which event makes sense when, and what it leads to.

The order of the steps of a kind is the order of its life; it breaks ties between events of one moment.
To add a kind of item or a type of event, add it here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.event import Event


@frozen
class Step:
    """What one type of event does to an item, and when it makes no sense.

    `state` is the word for the item afterwards (None: as before). `once`: a second one changes nothing.
    `bars`: states in which it makes no sense. `needs`, `sets`, `clears` name a flag of the item
    (`held`, `muted`, `waiting`); a step that sets a flag which stands already makes no sense.
    `ends`: the item is over. `reopens`: the one step that makes sense only when the item is over.
    `late`: it still makes sense when the item is over, and changes no state then.
    """

    state: str | None = None
    once: bool = False
    bars: frozenset[str] = frozenset()
    needs: str | None = None
    sets: str | None = None
    clears: str | None = None
    ends: bool = False
    reopens: bool = False
    late: bool = False


_TALK = frozenset({"talking"})

LIVES: Mapping[str, Mapping[str, Step]] = {
    "call": {
        "call.offered": Step("waiting", once=True, bars=_TALK | {"ringing"}),
        "call.ringing": Step("ringing", bars=_TALK),
        "call.ring_missed": Step(),
        "call.answered": Step("talking", bars=_TALK),
        "call.held": Step(sets="held"),
        "call.resumed": Step(needs="held", clears="held"),
        "call.muted": Step(sets="muted"),
        "call.unmuted": Step(needs="muted", clears="muted"),
        "call.checked_in": Step(),
        "call.silent": Step(),
        "call.inaudible": Step(),
        "call.said": Step(),
        "call.observed": Step(late=True),
        "call.goodbye": Step(),
        "call.transferred": Step("waiting"),
        "call.dropped": Step("dropped", ends=True),
        "call.abandoned": Step("abandoned", ends=True),
        "call.ended": Step("ended", ends=True),
        "call.lost": Step("lost", ends=True),
    },
    "callback": {
        "callback.requested": Step("requested"),
        "callback.tried": Step("tried"),
        "callback.reached": Step("reached", ends=True),
        "callback.done": Step("done", ends=True),
        "callback.cancelled": Step("cancelled", ends=True),
        "customer.contacted": Step("reached", ends=True),
    },
    "ticket": {
        "ticket.opened": Step("opened", once=True),
        "ticket.triaged": Step("triaged"),
        "ticket.assigned": Step("assigned"),
        "ticket.accepted": Step("accepted"),
        "ticket.contact_tried": Step(),
        "ticket.contacted": Step("contacted"),
        "ticket.waiting": Step(sets="waiting"),
        "ticket.resumed": Step(needs="waiting", clears="waiting"),
        "ticket.resolved": Step("resolved", clears="waiting", ends=True),
        "ticket.confirmed": Step("confirmed", late=True),
        "ticket.observed": Step(late=True),
        "job.departed": Step(),
        "ticket.reopened": Step("reopened", reopens=True),
        "ticket.closed": Step("closed", clears="waiting", ends=True, late=True),
    },
    "job": {
        "job.scheduled": Step("scheduled"),
        "job.assigned": Step("assigned"),
        "job.accepted": Step("accepted"),
        "job.contact_tried": Step(),
        "job.contacted": Step("contacted"),
        "job.departed": Step("departed"),
        "job.late_notice": Step(),
        "job.rescheduled": Step("rescheduled"),
        "job.arrived": Step("arrived", bars=frozenset({"arrived"})),
        "job.step": Step(),
        "job.parts_requested": Step(),
        "job.parts_taken": Step(),
        "job.parts_returned": Step(late=True),
        "job.no_show": Step("no_show"),
        "job.observed": Step(late=True),
        "job.finished": Step("finished", ends=True),
        "job.left": Step("left", ends=True, late=True),
    },
    "repair": {
        "repair.registered": Step("registered"),
        "repair.received": Step("received"),
        "repair.estimated": Step("estimated"),
        "repair.ready": Step("ready"),
        "repair.returned": Step("returned", ends=True),
    },
    "visit": {
        "visit.arrived": Step("arrived"),
        "visit.attended": Step("attended"),
        "visit.observed": Step(late=True),
        "visit.left": Step("left", ends=True),
    },
    "followup": {
        "followup.selected": Step("selected"),
        "followup.tried": Step("tried"),
        "followup.done": Step("done", ends=True),
        "followup.refused": Step("refused", ends=True),
    },
    "report": {
        "report.made": Step("made"),
        "report.found": Step("found"),
        "report.read": Step("read", ends=True),
    },
    "handover": {
        "handover.called": Step("called", once=True, bars=frozenset({"given"})),
        "handover.given": Step("given"),
        "handover.accepted": Step("accepted", ends=True),
        "handover.lapsed": Step("lapsed", ends=True),
    },
    "round": {
        "round.called": Step("called", once=True),
        "round.made": Step("made", ends=True),
    },
    "customer": {
        "customer.account": Step("known"),
        "customer.cared": Step(),
        "customer.wished": Step(),
    },
    "floor": {
        "floor.inspected": Step("inspected"),
        "floor.found": Step(),
        "floor.revealed": Step(),
    },
    "agent": {
        "agent.joined": Step("available"),
        "agent.state": Step(),
        "agent.observed": Step(),
        "agent.inspected": Step(),
        "agent.left": Step("offline"),
    },
}

BOARD_KINDS = (
    "call", "callback", "ticket", "job", "repair", "visit", "followup", "report", "handover", "round",
)  # fmt: skip
"""The kinds that stand on the queue, in the order in which the screen counts them."""

OFF_BOARD = frozenset({"agent", "customer", "floor"})
"""The kinds that are looked up and never stand on the queue: nobody works them off."""

HAND_TYPES = (
    "item.reassigned",
    "item.escalated",
    "item.acknowledged",
    "item.noted",
    "item.snoozed",
    "item.undone",
    "item.closed",
    "item.asked",
    "item.revealed",
)
"""What a person does to any item, in the order of their ranks."""

BY_HAND = frozenset(HAND_TYPES)

REVEALED = "item.revealed"
"""Somebody had the customer's number and name shown: it stands in the history, and gets in nobody's way."""

SETTLED = "item.settled"
"""What came of something that another system was asked to do: no hand, and no word of that system's."""

NOTIFIED = "clock.notified"
"""Somebody was told of a breach: it stands in the item's history and changes nothing."""

_UNKNOWN_RANK = 500
_RANKS: Mapping[str, int] = {
    **{kind: rank for life in LIVES.values() for rank, kind in enumerate(life)},
    **{kind: 100 + rank for rank, kind in enumerate(HAND_TYPES)},
}


def rank(event_type: str) -> int:
    """Where a type of event stands in its kind's life; unknown types come last."""
    return _RANKS.get(event_type, _UNKNOWN_RANK)


def order_key(event: Event) -> tuple[int, str, bool, int, int, str]:
    """The order inside an item: (time, source, sequence, rank, id); no sequence sorts before any."""
    return (
        event.time,
        event.source,
        event.sequence is not None,
        event.sequence or 0,
        rank(event.type),
        event.id,
    )


OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "callback": ("reached", "cancelled", "not_needed"),
    "ticket": ("resolved", "closed", "unreachable", "duplicate"),
    "job": ("finished", "cancelled", "no_access"),
    "followup": ("solved", "not_solved", "refused"),
    "report": ("read", "corrected"),
}
"""How an item of each kind may be done; other kinds end by themselves."""
