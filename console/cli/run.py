"""`rings` and `rings run`: the console on the store."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
from collections.abc import Sequence

from console.cli.common import Parser, catalogue, chosen_store, complain, problem_text, progress
from console.cli.console import add_options, load_screens, show, terminal_fault


def main(words: Sequence[str]) -> int:
    gc.disable()  # all that is loaded now stays; the console finds better moments (`screens/tidy.py`)
    parser = Parser("run", words, "rings run --as li --queue support")
    add_options(parser)
    parser.add_argument("--shared", action="store_true", help=parser.say("lock.shared"))
    options = parser.options()
    if options.shared and options.actor:
        return complain("run", catalogue(options.lang)("users.refused.as"), 2)
    from console.service.problem import StoreProblem

    if not (store := chosen_store(options)).exists():
        from console.cli.served import no_store, served_elsewhere

        if served_elsewhere(options.store, os.environ):
            return complain("run", no_store(store, options.store, catalogue(options.lang)), 2)
    try:
        return terminal_fault("run", options) or asyncio.run(_run(options))
    except StoreProblem as problem:
        return complain("run", problem_text(problem, catalogue(options.lang), chosen_store(options)), 2)


async def _run(options: argparse.Namespace) -> int:
    from console.bootstrap import open_desk

    opening = asyncio.ensure_future(
        open_desk(
            chosen_store(options),
            actor=options.actor,
            read_only=options.read_only,
            told=progress("run", options),
        )
    )
    await load_screens(opening)
    desk, store = await opening
    if options.shared and not (await desk.rules()).latest.site.pinned:
        await store.close()
        return complain("run", catalogue(options.lang)("users.refused.nobody"), 2)
    return await show(desk, store, options)
