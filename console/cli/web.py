"""`rings web`: the console in browsers, for whoever has no terminal at hand. People sign in with a PIN."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, chosen_store, complain, read

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.store.reading import SqliteReader

PORT = 8000
MOST = 16
"""Consoles at a time: each is a process of about 60 MB."""

STOPPING_S = 8.0


def main(words: Sequence[str]) -> int:
    parser = Parser("web", words, "rings web --host 0.0.0.0 --url https://rings.example.com/")
    say = parser.say
    parser.add_argument("--host", metavar="HOST", default="127.0.0.1", help=say("web.host"))
    parser.add_argument("--port", metavar="N", type=int, default=PORT, help=say("web.port"))
    parser.add_argument("--url", metavar="URL", default="", help=say("web.url"))
    parser.add_argument("--most", metavar="N", type=int, default=MOST, help=say("web.most"))
    options = parser.options()
    if not 0 < options.port < 65536 or options.most < 1:
        parser.error("--port 1 … 65535, --most 1 …")
    if options.url and not options.url.startswith(("https://", "http://")):
        parser.error("--url https://…")
    say = catalogue(options.lang)
    if code := read("web", options, lambda reader, now: _signs_in(reader, now, options)):
        return code
    try:
        import aiohttp  # noqa: F401
        import textual_serve  # noqa: F401
    except ModuleNotFoundError:
        return complain("web", say("web.extra"), 2)
    return _serve(options)


def _signs_in(reader: SqliteReader, now: Millis, options: argparse.Namespace) -> int:
    """0 where somebody can sign in; else one line says what to do."""
    from console.service.users import listed

    if any(user.pinned for user in listed(reader, now)):
        return 0
    return complain("web", catalogue(options.lang)("users.refused.nobody"), 2)


def _serve(options: argparse.Namespace) -> int:
    from aiohttp import web

    from console.web.door import Door
    from console.web.server import Consoles

    say = catalogue(options.lang)
    door = Door(options.host, options.port, options.url)
    lang = say.language.partition("_")[0]
    console = [sys.executable, "-m", "console", "run", "--shared", "--lang", lang]
    console += ["--store", str(chosen_store(options).absolute())]
    logging.getLogger("textual-serve").addHandler(logging.NullHandler())
    if door.open_line:
        complain("web", say("web.clear"), 0)
    try:
        web.run_app(
            Consoles(console, say, door, options.most).app(),
            host=options.host,
            port=options.port,
            print=lambda _: print(say("web.open", url=door.public), flush=True),  # once it listens
            access_log=None,
            shutdown_timeout=STOPPING_S,
        )
    except OSError as error:
        return complain("web", f"{options.host}:{options.port}: {error.strerror or error}", 2)
    return 0
