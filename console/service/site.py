"""Putting norms and settings in force: each change is an event with its hash."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from console.domain.checklists import parse_checklists
from console.domain.cue_deck import parse_cues
from console.domain.event import OURS, Event
from console.domain.frozen import frozen
from console.domain.pack_file import parse_pack
from console.domain.phrase_list import parse_phrases
from console.domain.reckoning import misfits
from console.domain.rules import Rules
from console.domain.site import SettingsError, parse_site
from console.service.ledger import refold

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.ports import Store, Writer

_PARTS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "norm": ("norms", parse_pack),
    "set": ("phrases", parse_phrases),
    "cue": ("cues", parse_cues),
    "checklist": ("checklists", parse_checklists),
}
"""What a file with such tables is, and how it is checked."""

CHUNK = 500
"""Items that are worked out anew in one transaction."""


@frozen
class Applied:
    """What was put in force: its part ("norms", "phrases", "cues", "checklists" or "settings"), hash, moment,
    and items worked out anew."""

    part: str
    digest: str
    effective: Millis
    refolded: int


class NotAllowed(Exception):
    """Who asked for it may not; the message is a catalogue key (`refusal.<reason>`)."""


def part_of(body: str) -> str:
    """Which part a file is, by its tables; raises SettingsError when it is not fit for use."""
    heads = {head[1] for head in re.finditer(r"^\s*\[\[\s*(\w+)\s*\]\]", body, re.MULTILINE)}
    for head, (part, parse) in _PARTS.items():
        if head in heads:
            parse(body)
            return part
    parse_site(body)
    return "settings"


async def apply(
    store: Store, body: str, *, actor: str, event_id: str, now: Millis, since: Millis | None
) -> Applied:
    """Put `body` in force from `since` on, and work every item out anew.

    By default that is from now on, and in a store without items from the beginning. Raises SettingsError
    where norms and settings would not fit together, NotAllowed where `actor` may not.
    """
    part = part_of(body)

    def put(writer: Writer) -> tuple[str, Millis]:
        if barred := writer.rulebook().at(now).site.barred("apply", actor):
            raise NotAllowed(barred)
        _check_fit(writer.rulebook().latest, part, body)
        effective = since if since is not None else (now if writer.item_ids("", 1) else 0)
        digest = writer.put_site(part, body, effective, now)
        writer.add_event(
            Event(
                source=OURS,
                id=event_id,
                type="site.configured",
                subject=f"site/{part}",
                time=now,
                data={"actor": actor, "hash": digest, "part": part, "effective": effective, "body": body},
            ),
            now,
        )
        return digest, effective

    digest, effective = await store.write(put)
    # What a card says changes no verdict, nor what somebody is to look at.
    refolded = 0 if part in ("cues", "checklists") else await rework(store, now)
    return Applied(part, digest, effective, refolded)


def _check_fit(present: Rules, part: str, body: str) -> None:
    """Refuse norms and settings that don't go together: hours that nobody set would silently be all hours."""
    pack = parse_pack(body) if part == "norms" else present.pack
    site = parse_site(body) if part == "settings" else present.site
    problem = next(misfits(Rules(pack, site)), None)
    if part in ("norms", "settings") and problem is not None:
        raise SettingsError(problem)


async def rework(
    store: Store, now: Millis, *, open_only: bool = False, told: Callable[[int], None] = lambda _: None
) -> int:
    """Work every item out anew from the log, some at a time; answers how many rows that changed.

    With `open_only` what is over keeps the verdict that it had. `told` hears how many items are done so far
    while there are more.
    """
    after, changed, done = "", 0, 0

    def some(writer: Writer) -> tuple[str, int]:
        names = writer.item_ids(after, CHUNK)
        writer.folds.clear()  # by what stands written, not by what is remembered of it
        before = writer.changes
        # People, customers and places are never over, nor is what made no sense to an older fold.
        wanted = [row.id for row in writer.items(names) if row.over is None] if open_only else names
        refold(writer, wanted, writer.rulebook(), now)
        return (names[-1] if names else "", writer.changes - before)

    while True:
        last, number = await store.write(some)
        changed += number
        if not last:
            return changed
        after, done = last, done + CHUNK
        told(done)


__all__ = ["Applied", "NotAllowed", "SettingsError", "apply", "part_of", "rework"]
