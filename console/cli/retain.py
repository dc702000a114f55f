"""`rings retain`: what has been over for long goes, at the last with `--remove`."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import asdict

from console.cli.common import Parser, catalogue, chosen_store, on_store


def main(words: Sequence[str]) -> int:
    parser = Parser("retain", words, "rings retain --after 90d --remove")
    say = parser.say
    parser.add_argument("--after", type=_length, required=True, metavar="TIME", help=say("cli.retain.after"))
    parser.add_argument("--remove", action="store_true", help=say("cli.retain.remove"))
    options = parser.options()
    return on_store("retain", options, lambda: asyncio.run(_retain(options)))


def _length(text: str) -> int:
    from console.domain.span import parse_duration
    from console.service.retaining import LEAST

    try:
        length = parse_duration(text)
    except ValueError:
        length = 0
    if length < LEAST:
        raise argparse.ArgumentTypeError(f"{text!r}: a length of time of 30d or more, e.g. 90d")
    return length


async def _retain(options: argparse.Namespace) -> int:
    from console.bootstrap import open_store, store_clock
    from console.service.retaining import removable, retain

    say = catalogue(options.lang)
    store = await open_store(chosen_store(options))
    try:
        now = (await store_clock(store)).now()
        cutoff = now - options.after
        if not options.remove:
            print(say("cli.retain.would", items=await removable(store, cutoff)))
            return 0
        went = await retain(store, cutoff, now)
        print(say("cli.retain.done", **asdict(went)))
    finally:
        await store.close()
    return 0
