"""`rings on-call`: who is called now, and who is next. Exit code 0 somebody, 1 nobody, 2 misused or
no rota."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, complain, print_json
from console.paths import config_path, store_path

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.rota import Rota

SOMEBODY, NOBODY, MISUSED = 0, 1, 2


def main(words: Sequence[str]) -> int:
    parser = Parser("on-call", words, "rings on-call --at 2026-12-24T20:00:00+08:00")
    say = parser.say
    parser.shared("config", "at", "json")
    options = parser.options()
    say = catalogue(options.lang)
    from console.serve.config import ConfigError, read_on_call

    path = Path(options.config or config_path(os.environ)).expanduser()
    try:
        store, rota = read_on_call(path, os.environ)
    except ConfigError as error:
        return complain("on-call", str(error), MISUSED)
    except OSError as error:
        return complain("on-call", say("cli.serve.no_config", file=path, error=error.strerror), MISUSED)
    if rota is None:
        return complain("on-call", say("cli.on_call.no_rota", file=path), MISUSED)
    given = options.store or os.environ.get("RINGS_STORE") or store
    names, now = _floor(Path(store_path(given, os.environ)))
    return _tell(rota, now if options.at is None else options.at, names, options)


def _floor(store: Path) -> tuple[Callable[[str], str], Millis]:
    """What people are called and what time it is on the floor; without a store ids, and this machine's."""
    from console.clock import FloorClock, SystemClock
    from console.numbers import normalise
    from console.service.problem import StoreProblem
    from console.store.direct import reading

    try:
        with reading(store, normalise) as reader:
            floor = reader.meta("clock")
            now = (FloorClock.parse(floor) if floor else SystemClock()).now()
            return reader.rulebook().at(now).site.agent_name, now
    except StoreProblem:
        return str, SystemClock().now()


def _tell(rota: Rota, now: Millis, names: Callable[[str], str], options: argparse.Namespace) -> int:
    who, change = rota.on_call(now), rota.handover(now)
    if options.json:
        _tell_json(rota, now, who, change, names)
        return SOMEBODY if who else NOBODY
    from console.cli.telling import rota_lines
    from console.feeds.sanitise import clean_text

    for _, line in rota_lines(rota, catalogue(options.lang), now, names):
        print(clean_text(line))
    return SOMEBODY if who else NOBODY


def _tell_json(
    rota: Rota,
    now: Millis,
    who: str | None,
    change: tuple[Millis, str | None] | None,
    names: Callable[[str], str],
) -> None:
    from console.cli.telling import gaps_ahead
    from console.domain.instants import format_utc

    following = change[1] if change else None
    print_json(
        {
            "at": format_utc(now),
            "on_call": who,
            "name": names(who) if who else None,
            "until": format_utc(change[0]) if change else None,
            "next": following,
            "next_name": names(following) if following else None,
            "gaps": [
                {"from": format_utc(start), "until": format_utc(end)} for start, end in gaps_ahead(rota, now)
            ],
        }
    )
