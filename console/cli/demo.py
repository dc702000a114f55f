"""`rings demo`: a living floor, made from a seed, in a store of its own."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from console.cli.common import Parser, catalogue, complain, problem_text
from console.cli.console import add_options, own_store, show, terminal_fault
from console.cli.replay import speed


def main(words: Sequence[str]) -> int:
    parser = Parser("demo", words, "rings demo --speed 10")
    parser.add_argument("--speed", type=speed, default=1.0, metavar="N", help=parser.say("cli.option.speed"))
    parser.add_argument("--seed", type=int, default=3, metavar="S", help=parser.say("cli.option.seed"))
    add_options(parser)
    options = parser.options()
    from console.service.problem import StoreProblem

    try:
        fault = terminal_fault("demo", options)
        if fault:
            return fault
        with own_store("demo", options) as path:
            return 2 if path is None else asyncio.run(_demo(options, path))
    except StoreProblem as problem:
        return complain("demo", problem_text(problem, catalogue(options.lang), options.store), 2)


async def _demo(options: argparse.Namespace, path: Path) -> int:
    from console.bootstrap import open_desk
    from console.clock import FloorClock, SystemClock
    from console.feeds.demo import Demo, site_text

    now = SystemClock().now()
    desk, store = await open_desk(
        path,
        actor=options.actor,
        read_only=options.read_only,
        clock=FloorClock(began=now, origin=now, speed=options.speed),
        site=site_text(),
        badge="demo",
    )
    floor = Demo(desk, seed=options.seed)
    await floor.catch_up()
    return await show(desk, store, options, beside=lambda _: floor.run())
