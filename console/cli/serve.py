"""`rings serve`: the one daemon, between the telephone system and the desk."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, complain, problem_text
from console.paths import config_path, store_path

if TYPE_CHECKING:
    from console.serve.config import Config


def main(words: Sequence[str]) -> int:
    parser = Parser("serve", words, "rings serve --config /etc/three-rings/serve.toml")
    parser.shared("config")
    parser.add_argument("--check", action="store_true", help=parser.say("cli.option.check"))
    options = parser.options()
    say = catalogue(options.lang)
    from console.serve.config import ConfigError, read_config

    path = Path(options.config or config_path(os.environ)).expanduser()
    try:
        config = read_config(path, os.environ)
    except ConfigError as error:
        return complain("serve", str(error), 2)
    except OSError as error:
        return complain("serve", say("cli.serve.no_config", file=path, error=error.strerror), 2)
    if options.check:
        return _check(path, config, options)
    return _serve(config, options)


def _check(path: Path, config: Config, options: argparse.Namespace) -> int:
    from console.cli.telling import rota_lines, told_lines
    from console.clock import SystemClock
    from console.domain.instants import DAY

    say = catalogue(options.lang)
    for each in config.asterisk:
        exchange = each.exchange
        way = "TLS" if exchange.tls else "TCP"
        print(say("cli.serve.asterisk", name=exchange.name, host=exchange.host, port=exchange.port, way=way))
    for listener in config.http:
        for source in listener.sources:
            print(say("cli.serve.http", name=source.name, address=listener.name, path=source.path))
    for one in config.followed:
        key = "cli.serve.follows" if one.path.exists() else "cli.serve.will_follow"
        print(say(key, name=one.name, path=one.path))
    if config.keep is not None:
        print(say("cli.serve.retains", days=f"{config.keep / DAY:g}"))
    for line in told_lines(config.telling, say):
        print(line)
    if config.telling.rota is not None:
        for fine, line in rota_lines(config.telling.rota, say, SystemClock().now()):
            print(line if fine else f"!  {line}")
    print(say("cli.serve.fine", file=path))
    return 0


def _serve(config: Config, options: argparse.Namespace) -> int:
    from console.serve import journal
    from console.serve.daemon import serve
    from console.serve.lock import Taken, only_one
    from console.service.problem import StoreProblem

    say = catalogue(options.lang)
    given = options.store or os.environ.get("RINGS_STORE") or config.store
    path = Path(store_path(given, os.environ))
    journal.start(config.level)
    try:
        with only_one(path):
            asyncio.run(serve(config, path))
    except Taken as taken:
        return complain("serve", say("cli.serve.taken", store=path, pid=taken.pid), 2)
    except StoreProblem as problem:
        return complain("serve", problem_text(problem, say, path), 2)
    except OSError as error:
        return complain("serve", f"{error.filename or path}: {error.strerror}", 2)
    return 0
