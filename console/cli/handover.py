"""`rings handover`: what a shift leaves behind, to print or for a program; giving it and taking it over
without a screen. Exit code 0 done, 1 taken over already, 2 misused, refused or not recorded."""

from __future__ import annotations

import argparse
import asyncio
import secrets
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from console.cli.common import (
    Parser,
    catalogue,
    chosen_store,
    complain,
    on_store,
    print_json,
    progress,
    read,
    typed,
)

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.locale.catalogue import Catalogue
    from console.screens.words import Words
    from console.service.handover import Handover
    from console.store.reading import SqliteReader

DONE, ALREADY, REFUSED = 0, 1, 2


def main(words: Sequence[str]) -> int:
    parser = Parser("handover", words, "rings handover give --to wang --note 'the part comes at six'")
    say = parser.say
    parser.add_argument("what", choices=("show", "give", "take"), nargs="?", default="show")
    parser.add_argument("--to", metavar="NAME", default="", help=say("cli.handover.to"))
    parser.add_argument("--note", metavar="TEXT", default="", help=say("cli.handover.note"))
    parser.add_argument("--stdin", action="store_true", help=say("users.stdin"))
    parser.shared("as", "json")
    options = parser.options()
    if options.what == "give" and not options.to.strip():
        parser.error("give --to NAME")
    if options.what == "show":
        return read("handover", options, lambda reader, now: _show(reader, now, options))
    say = catalogue(options.lang)
    from console.cli.pins import NoPin

    try:
        return on_store("handover", options, lambda: asyncio.run(_act(options, say)), failed=REFUSED)
    except NoPin as why:
        return complain("handover", str(why), REFUSED)


def _show(reader: SqliteReader, now: Millis, options: argparse.Namespace) -> int:
    from console.bootstrap import who
    from console.service.handover import look

    seen = look(reader, options.actor or who(), now)
    if options.json:
        from console.output.handover import handover_object

        print_json(handover_object(seen))
        return DONE
    print(*_lines(_words(reader, now, options), seen), sep="\n")
    return DONE


def _words(reader: SqliteReader, now: Millis, options: argparse.Namespace) -> Words:
    from console.screens.times import Times
    from console.screens.words import Words

    rules = reader.rulebook().at(now)
    return Words.of(catalogue(options.lang), rules, Times(rules.site.tzinfo))


def _lines(words: Words, seen: Handover) -> Iterator[str]:
    """The sheet as text: where it stands, then each section in columns that line up."""
    from console.feeds.sanitise import clean_text
    from console.masks import mask_text
    from console.output.columns import aligned
    from console.screens import handover_words as told

    head = words.times.minute(seen.at, seen.at)
    shift = told.shift_text(words, seen.shift, seen.at) if seen.shift else words.say("handover.title")
    yield words.say("handover.head", site=words.rules.site.name, shift=shift, time=head)
    yield clean_text(told.standing(words, seen))
    if seen.note:
        yield clean_text(words.say("handover.note", text=mask_text(seen.note)))
    for section in told.sections(words, seen):
        yield ""
        yield section.title
        rows = [[f"  {clean_text(part)}" for part in each[:4]] for each in section.lines]
        if rows:
            yield from aligned(rows)


async def _act(options: argparse.Namespace, say: Catalogue) -> int:
    from console.bootstrap import open_desk
    from console.cli.pins import ask_pin
    from console.domain.command import Refusal
    from console.feeds.sanitise import clean_text
    from console.service.handing import Giving, person
    from console.service.model import NotRecorded

    desk, store = await open_desk(
        chosen_store(options), actor=options.actor, told=progress("handover", options)
    )
    try:
        await desk.tick()
        seen, site = await desk.handover(), (await desk.rules()).at(desk.now()).site
        to, note = clean_text(options.to), typed("handover", options.note, say)
        wish = Giving(secrets.token_hex(12), seen.item, desk.actor, seen.hand, to, note)
        if seen.state == "accepted":
            return complain("handover", say("handover.refused.accepted"), ALREADY)
        give = options.what == "give"
        if give:
            outcome = await desk.hand_over(wish)
        else:
            taker = site.agent(person(site, desk.actor))
            prompt = say("users.ask.present", name=site.agent_name(taker))
            pin = ask_pin(prompt, say, stdin=options.stdin) if taker in site.pinned else ""
            outcome = await desk.take_over(wish, pin)
        if isinstance(outcome, Refusal | NotRecorded):
            group = "refusal" if isinstance(outcome, Refusal) else "store"
            return complain("handover", say(f"{group}.{outcome.reason}", detail=outcome.detail), REFUSED)
        who = site.agent_name(site.agent(person(site, to if give else desk.actor)))
        name = seen.shift.name if seen.shift else seen.item
        print(say(f"handover.{options.what}.done", who=who, shift=say.word("shifts", name)))
        return DONE
    finally:
        await store.close()
