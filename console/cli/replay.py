"""`rings replay`: a recorded day, or a recorded floor moved to now, in a store of its own."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console import paths
from console.cli.common import Parser, catalogue, complain, problem_text
from console.cli.console import add_options, own_store, show, terminal_fault

if TYPE_CHECKING:
    from console.feeds.floor import Floor


def main(words: Sequence[str]) -> int:
    parser = Parser("replay", words, "rings replay day.ndjson --speed 60")
    parser.add_argument("file", metavar="FILE", help=parser.say("cli.replay.file"))
    parser.add_argument("--speed", type=speed, default=1.0, metavar="N", help=parser.say("cli.option.speed"))
    parser.add_argument("--map", metavar="MAP.toml", help=parser.say("cli.option.map"))
    add_options(parser)
    options = parser.options()
    from console.feeds.floor import FloorError
    from console.service.problem import StoreProblem

    say = catalogue(options.lang)
    try:
        fault = terminal_fault("replay", options)
        if fault:
            return fault
        with own_store("replay", options) as path:
            return 2 if path is None else asyncio.run(_replay(options, path))
    except FloorError as error:
        return complain("replay", str(error), 2)
    except StoreProblem as problem:
        return complain("replay", problem_text(problem, say, options.store), 2)


def speed(text: str) -> float:
    """A speed from the command line, for argparse's `type`."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no speed; write a number above 0, e.g. 60")
    return value


async def _replay(options: argparse.Namespace, path: Path) -> int:
    from console.bootstrap import open_desk
    from console.clock import FloorClock, SystemClock
    from console.feeds.player import Player

    machine = SystemClock().now()
    floor = _floor(options, machine)
    clock = FloorClock(began=machine, origin=floor.origin, speed=options.speed)
    desk, store = await open_desk(
        path,
        actor=options.actor,
        read_only=options.read_only,
        clock=clock,
        site=floor.site_text,
        pack=floor.pack_text,
        badge="replay",
    )
    player = Player(desk, floor.readings(), floor.feeds)
    await player.catch_up()
    return await show(desk, store, options, beside=lambda _: player.run())


def _floor(options: argparse.Namespace, now: int) -> Floor:
    from console.feeds.floor import FloorError, floor_of_file, load_floor

    path = Path(options.file)
    shipped = Path(paths.fixtures(), "floors", f"{options.file}.toml")
    if not path.exists() and path.name == options.file and shipped.exists():
        path = shipped
    if not path.is_file():
        raise FloorError(catalogue(options.lang)("cli.run.no_floor", file=options.file))
    if path.suffix == ".toml":
        return load_floor(path, now=now)
    return floor_of_file(path, now=now, map_path=Path(options.map) if options.map else None)
