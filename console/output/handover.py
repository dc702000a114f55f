"""The hand-over of a shift as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from console.domain.instants import Millis, format_utc
from console.masks import mask_text
from console.output.status import shown_id

if TYPE_CHECKING:
    from console.service.handover import Handover
    from console.service.model import QueueRow


def handover_object(seen: Handover) -> dict[str, Any]:
    """What `rings handover --json` prints. `state` is null before the shift's end, else called, given or
    accepted; `broken` counts, lists hold the first hundred."""
    shift, following = seen.shift, seen.following
    return {
        "at": format_utc(seen.at),
        "item": seen.item or None,
        "shift": None
        if shift is None
        else {"name": shift.name, "from": format_utc(shift.start), "until": format_utc(shift.end)},
        "next": None
        if following is None
        else {
            "name": following.name,
            "from": format_utc(following.start),
            "until": format_utc(following.end),
        },
        "state": seen.state or None,
        "giver": seen.giver or None,
        "taker": seen.taker or None,
        "given": _utc(seen.given),
        "note": mask_text(seen.note) or None,
        "accepted_by": seen.accepted_by or None,
        "accepted": _utc(seen.accepted),
        "due": _utc(seen.due),
        "broken": seen.broken,
        "leaver": seen.leaver or None,
        "breached": _rows(seen.breached),
        "promised": _rows(seen.promised),
        "claimed": _rows(seen.claimed),
        "quiet": [
            {"item": shown_id(row.id), "owner": row.owner, "until": _utc(row.snoozed)} for row in seen.quiet
        ],
        "notes": [
            {
                "item": shown_id(note.row.id),
                "actor": note.actor,
                "at": format_utc(note.time),
                "text": mask_text(note.text, note.row.customer),
            }
            for note in seen.notes
        ],
        "paused": [
            {
                "agent": agent.id,
                "name": agent.name,
                "since": _utc(agent.since),
                "reason": agent.reason or None,
            }
            for agent in seen.paused
        ],
        "notices": [
            {"channel": one.channel, "to": one.address, "at": format_utc(one.changed), "state": one.state}
            for one in seen.notices
        ],
        "earlier": [shown_id(row.id) for row in seen.earlier],
    }


def _rows(rows: Iterable[QueueRow]) -> list[dict[str, Any]]:
    return [
        {
            "item": shown_id(row.id),
            "kind": row.kind,
            "norm": row.norm or None,
            "due": _utc(row.due),
            "owner": row.owner,
            "queue": row.queue or None,
        }
        for row in rows
    ]


def _utc(moment: Millis | None) -> str | None:
    return None if moment is None else format_utc(moment)
