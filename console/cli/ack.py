"""`rings ack`: say that an item has been seen, without a screen. Exit code 0 done or already so, 1 nothing to
acknowledge, 2 misused, unknown or not recorded."""

from __future__ import annotations

import argparse
import asyncio
import re
import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from console.cli.common import Parser, catalogue, chosen_store, complain, on_store, progress, typed
from console.masks import mask_id

if TYPE_CHECKING:
    from console.domain.command import Command
    from console.domain.instants import Millis
    from console.locale.catalogue import Catalogue
    from console.service.desk import Desk
    from console.service.model import Outcome, QueueRow
    from console.service.ports import Reader
    from console.store.sqlite import SqliteStore

DONE, NOTHING, MISUSED = 0, 1, 2

_NAMED = 5
"""So many items are named at most where several are meant."""

_TRIES = 3
"""How often it is said again where somebody else acted in the same moment: the two don't contradict."""


def main(words: Sequence[str]) -> int:
    parser = Parser("ack", words, "rings ack T-8812 --note 'I call him back'")
    say = parser.say
    parser.add_argument("item", metavar="ITEM", help=say("cli.ack.item"))
    parser.shared("as")
    parser.add_argument("--note", metavar="TEXT", default="", help=say("cli.ack.note"))
    options = parser.options()
    say = catalogue(options.lang)
    return on_store("ack", options, lambda: asyncio.run(_ack(options, say)), failed=MISUSED)


async def _ack(options: argparse.Namespace, say: Catalogue) -> int:
    from console.bootstrap import open_desk

    desk, store = await open_desk(chosen_store(options), actor=options.actor, told=progress("ack", options))
    try:
        found = await store.read(lambda reader: find(reader, options.item))
        if len(found) != 1:
            unknown = say("cli.ack.unknown", item=options.item)
            return complain("ack", several(found, options.item, say) if found else unknown, MISUSED)
        code = await _acknowledge(desk, store, found[0], say)
        if options.note.strip() and code != MISUSED:
            code = max(code, await _note(desk, found[0], options.note.strip(), say))
        return code
    finally:
        await store.close()


def find(reader: Reader, text: str) -> list[str]:
    """The ids of the items that `text` may mean: the one of that id, else the open ones whose ids end with
    it, after a slash or a hyphen, and as they are shown where it is masked."""
    from console.domain.lifecycle import BOARD_KINDS
    from console.domain.query import Query

    if reader.item(text) is not None:
        return [text]
    named = [f"{kind}/{text}" for kind in BOARD_KINDS]
    there = reader.items(named)
    if found := [row.id for row in there if row.open] or [row.id for row in there]:
        return found
    if not text.strip() or len(text) > 256:
        return []
    masked, word = "*" in text, text.rpartition("/")[2] if "*" in text else text
    ending = re.compile(rf"[/-]{re.escape(word)}$", re.IGNORECASE)
    found, after = [], None
    while True:
        rows, reached = reader.window(Query(words=(word.casefold(),)), 200, after, None)
        found += [row.id for row in rows if ending.search(row.id) and (not masked or mask_id(row.id) == text)]
        if reached is None:
            return found
        after = reached


def several(found: list[str], text: str, say: Catalogue) -> str:
    """That `text` may mean any of these items."""
    names = ", ".join(map(mask_id, found[:_NAMED])) + (" …" if len(found) > _NAMED else "")
    return say("cli.ack.many", item=text, items=names)


async def _acknowledge(desk: Desk, store: SqliteStore, item: str, say: Catalogue) -> int:
    """Acknowledge it, with the other promises that its row stands for."""
    for _ in range(_TRIES):
        row = (await desk.rows([item])).get(item)
        if row is None:
            return complain("ack", say("cli.ack.over", item=item, why=say("refusal.over")), NOTHING)
        rows = [row, *(await desk.rows(row.twins)).values()] if row.twins else [row]
        urgent = await store.read(partial(_urgent, items=[each.id for each in rows], now=desk.now()))
        rows = [each for each in rows if each.id in urgent]
        if not rows:
            return complain("ack", say("cli.ack.nothing", item=item), NOTHING)
        batch = secrets.token_hex(8) if len(rows) > 1 else ""
        outcomes = await desk.act([_command(desk, "acknowledge", each, {}, batch) for each in rows])
        if not _conflict(outcomes):
            break
    if (code := _failed(outcomes, item, say)) is not None:
        return code
    return await _done(desk, item, outcomes, say)


async def _done(desk: Desk, item: str, outcomes: Sequence[Outcome], say: Catalogue) -> int:
    """Say what was acknowledged; or by whom it was, before."""
    from console.service.model import Done

    rules = (await desk.rules()).at(desk.now())
    events = [each.event for each in outcomes if isinstance(each, Done) and each.event is not None]
    if not events:
        view = await desk.view(item)
        names = dict.fromkeys(view.acknowledged_by.values()) if view else {}
        who = ", ".join(rules.site.agent_name(name) for name in names if name)
        print(say("cli.ack.already_by" if who else "cli.ack.already", item=mask_id(item), who=who))
        return DONE
    clocks = {name for event in events for name in event.data["clocks"]}
    norms = dict.fromkeys(name.partition("@")[0] for name in sorted(clocks))
    known = rules.pack.by_id
    told = ", ".join(say.text_of(known[name].name, name) if name in known else name for name in norms)
    print(say("cli.ack.done", item=", ".join(mask_id(event.subject) for event in events), norms=told))
    return DONE


def _command(desk: Desk, verb: str, row: QueueRow, data: Mapping[str, Any], batch: str = "") -> Command:
    from console.domain.command import Command

    return Command(secrets.token_hex(12), verb, row.id, desk.actor, row.hand, data, batch)


def _conflict(outcomes: Sequence[Outcome]) -> bool:
    """Whether somebody else was quicker with any of them."""
    return any(getattr(outcome, "reason", "") == "conflict" for outcome in outcomes)


def _failed(outcomes: Sequence[Outcome], item: str, say: Catalogue) -> int | None:
    """The exit code where something was not done, and why has been said; else None."""
    from console.domain.command import Refusal
    from console.service.model import NotRecorded

    for outcome in outcomes:
        if isinstance(outcome, NotRecorded | Refusal):
            group = "store" if isinstance(outcome, NotRecorded) else "refusal"
            why = say(f"{group}.{outcome.reason}", detail=outcome.detail)
            code = NOTHING if outcome.reason in ("over", "withdrawn") else MISUSED
            return complain("ack", say("cli.ack.not_done", item=item, why=why), code)
    return None


def _urgent(reader: Reader, items: Sequence[str], now: Millis) -> set[str]:
    """Those of the items of which an acknowledgement would cover anything."""
    from console.domain.command import urgent_clocks
    from console.service.summary import load

    book = reader.rulebook()
    return {name for name in items if urgent_clocks(load(reader, name, book, now), now)}


async def _note(desk: Desk, item: str, text: str, say: Catalogue) -> int:
    """Write a line on it."""
    data = {"text": typed("ack", text, say)}
    for _ in range(_TRIES):
        view = await desk.view(item)
        if view is None:
            return complain("ack", say("cli.ack.unknown", item=item), MISUSED)
        outcomes = await desk.act([_command(desk, "note", view.row, data)])
        if not _conflict(outcomes):
            break
    if (code := _failed(outcomes, item, say)) is not None:
        return code
    print(say("cli.ack.noted", item=item))
    return DONE
