"""What run, demo and replay share: a terminal to draw on, a store, and what plays beside the screen."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli.common import Parser, catalogue, complain

if TYPE_CHECKING:
    from console.service.desk import Desk
    from console.store.sqlite import SqliteStore

FOLDS = 0
"""Folds kept between transactions by a console that nothing plays beside: a tick finds each of its items once
in a long while."""

ALARMS = ("desktop", "bell", "off")
"""What a console does when something breaks; the first is what it does where nothing is said."""

Background = Callable[["Desk"], Awaitable[None]]

_SCREENS = (
    "rich.console",
    "textual._context",
    "textual.css.styles",
    "textual.css.stylesheet",
    "textual.dom",
    "textual.widget",
    "textual.screen",
    "textual.app",
    "widgets.wire",
    "widgets.live_table",
    "console.screens.words",
    "console.screens.app",
)
"""What draws, in steps between which the store is heard."""


def add_options(parser: Parser) -> None:
    """The options of everything that opens a screen."""
    from console.screens.options import THEMES

    parser.shared("as", "queue")
    parser.add_argument("--read-only", action="store_true", help=parser.say("cli.option.read_only"))
    parser.add_argument("--alarm", choices=ALARMS, default=ALARMS[0], help=parser.say("cli.option.alarm"))
    parser.add_argument("--theme", choices=THEMES, default="", help=parser.say("cli.option.theme"))
    parser.add_argument("--wire", action="store_true", help=parser.say("cli.option.wire"))


def terminal_fault(command: str, options: argparse.Namespace) -> int:
    """0 where a screen can be drawn; else the exit code, and one line has been said."""
    say = catalogue(options.lang)
    if os.environ.get("TEXTUAL_DRIVER"):
        return 0  # what it draws goes to a browser (`rings web`)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return complain(command, say("cli.run.no_terminal"), 2)
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        return complain(command, say("cli.run.dumb"), 2)
    return 0


@contextlib.contextmanager
def own_store(command: str, options: argparse.Namespace) -> Iterator[Path | None]:
    """The path of a new store: the one that is named, which must not be there yet (None, and a line has
    been said), else one that goes away again."""
    if options.store:
        path = Path(options.store).expanduser()
        if path.exists():
            complain(command, catalogue(options.lang)("cli.run.store_exists", path=path), 2)
            yield None
        else:
            yield path
        return
    with tempfile.TemporaryDirectory(prefix="three-rings-") as folder:
        yield Path(folder) / "rings.db"


async def load_screens(opening: asyncio.Future[Any]) -> None:
    """Load what draws while a store opens on threads of its own: what these answer is heard between the
    steps. A store that can't be opened needs no screen."""
    for name in _SCREENS:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if opening.done() and opening.exception():
            return
        import_module(name)


def _played(playing: asyncio.Future[None] | None) -> bool:
    """Whether what plays beside the screen came to its end, and nothing broke it off."""
    return playing is not None and playing.done() and not playing.cancelled() and playing.exception() is None


async def show(
    desk: Desk,
    store: SqliteStore,
    options: argparse.Namespace,
    *,
    beside: Background | None = None,
) -> int:
    """Run the screen until it is left, with `beside` going on meanwhile; answers the exit code."""
    from console.cli import colours
    from console.paths import log_path, theme_path
    from console.screens.app import run_app
    from console.screens.options import Options, plain_terminal

    say = catalogue(options.lang)
    if beside is None:
        await store.keep_little(FOLDS)
    badge = await store.read(lambda reader: reader.meta("badge"))
    chosen = Path(theme_path(os.environ))
    playing = asyncio.ensure_future(beside(desk)) if beside else None
    try:
        return await run_app(
            desk,
            say,
            Options(
                badge=say(f"cli.badge.{badge}") if badge else "",
                ended=lambda: say(f"cli.badge.{badge}_over") if _played(playing) else "",
                queue=options.queue,
                theme=options.theme,
                liked=colours.liked(chosen),
                like=partial(colours.like, chosen),
                wire=options.wire,
                alarm=options.alarm != "off",
                desktop=options.alarm == "desktop",
                plain=plain_terminal(os.environ),
                shared=getattr(options, "shared", False),
                log=Path(log_path(os.environ)),
                viewer=datetime.now().astimezone().tzinfo,
            ),
        )
    finally:
        if playing is not None:
            playing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await playing
        await store.close()
