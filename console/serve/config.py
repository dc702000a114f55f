"""What `rings serve` is told: one TOML file, every key of it checked. docs/serve.md has them all."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from console.domain.instants import DAY, MINUTE, SECOND, Millis
from console.feeds.asterisk.live import Exchange
from console.feeds.sections import MappingError, Section
from console.outbox.asterisk import Moves, Target
from console.serve.follow_config import Followed, read_followed
from console.serve.keys import Places, read_length, read_name, read_port, read_secret, read_value
from console.serve.lines import line_of, lines_of
from console.serve.telling import Settings, read_rota, read_telling
from console.service.retaining import LEAST

if TYPE_CHECKING:
    from console.domain.rota import Rota
    from console.feeds.http.settings import Listener

T = TypeVar("T")

LEVELS = ("debug", "info", "warning", "error")


class ConfigError(ValueError):
    """A config that can't be used: `FILE:LINE: key: what is wrong`, in one line."""


@dataclass(frozen=True, slots=True)
class Connected:
    """One exchange: how to reach it, and how to have it move calls."""

    exchange: Exchange
    moves: Moves


@dataclass(frozen=True, slots=True)
class Config:
    """All of it. `store` is empty where the file names none. `keep`: what has been over for longer goes."""

    store: str = ""
    level: str = "info"
    asterisk: tuple[Connected, ...] = field(default=())
    http: tuple[Listener, ...] = field(default=())
    telling: Settings = field(default_factory=Settings)
    followed: tuple[Followed, ...] = field(default=())
    keep: Millis | None = None


def read_config(path: Path, environ: Mapping[str, str]) -> Config:
    """Read and check the file. Raises ConfigError; OSError where it can't be read."""
    return _read(path, lambda top: _config(top, Places(path.parent, environ)))


def read_on_call(path: Path, environ: Mapping[str, str]) -> tuple[str, Rota | None]:
    """The store that the file names, and its rota alone: whoever asks may not read the secrets that the rest
    needs. Raises as `read_config`."""
    places = Places(path.parent, environ)

    def work(top: Section) -> tuple[str, Rota | None]:
        store = top.text("store", "")
        rota = read_rota(top.table("rota"), places)[0] if "rota" in top else None
        return str(places.file(store)) if store else "", rota

    return _read(path, work)


def _read(path: Path, work: Callable[[Section], T]) -> T:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: not UTF-8 text") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_not_toml(path, text, error)) from None
    try:
        return work(Section(table))
    except MappingError as error:
        where, _, message = str(error).partition(": ")
        line = line_of(where, lines_of(text))
        raise ConfigError(f"{path}:{line}: {where}: {message}") from None


def _not_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> str:
    message = str(error)
    what, _, place = message.rpartition(" (at ")
    line = place.removeprefix("line ").partition(",")[0].rstrip(")")
    number = int(line) if line.isdigit() else max(1, len(text.splitlines()))
    return f"{path}:{number}: not TOML: {what or message}"


def _config(top: Section, places: Places) -> Config:
    store = top.text("store", "")
    log = top.table("log")
    level = log.text("level", "info")
    if level not in LEVELS:
        raise log.error("level", f"one of {', '.join(LEVELS)}, not {level!r}")
    log.done()
    exchanges = [_connected(section, places) for section in top.list_of_tables("asterisk")]
    listeners = _listeners(top, places) if "http" in top else []
    names = {each.exchange.name for each in exchanges}
    followed = read_followed(top, places, names)
    telling = read_telling(top, places)
    keep = _retain(top.table("retain")) if "retain" in top else None
    top.done()
    _tell_apart(top.list_of_tables("asterisk"), [each.exchange for each in exchanges])
    _tell_sources_apart(top, listeners, names)
    path = str(places.file(store)) if store else ""
    return Config(path, level, tuple(exchanges), tuple(listeners), telling, tuple(followed), keep)


def _retain(section: Section) -> Millis:
    keep = read_length(section, "after", 90 * DAY, LEAST, 3650 * DAY)
    section.done()
    return keep


def _listeners(top: Section, places: Places) -> list[Listener]:
    try:
        # Here, for its library is an extra.
        from console.serve.http_config import read_listener
    except ModuleNotFoundError as error:
        raise top.error("http.1", f"needs {error.name}: pip install 'three-rings[serve]'") from None
    return [read_listener(section, places) for section in top.list_of_tables("http")]


def _tell_sources_apart(top: Section, listeners: list[Listener], names: set[str]) -> None:
    """A feed's name is what its rows' signs of life go by."""
    for section, listener in zip(top.list_of_tables("http"), listeners, strict=False):
        for place, source in zip(section.list_of_tables("source"), listener.sources, strict=True):
            if source.name in names:
                raise place.error("name", f"{source.name!r} is the name of another feed already")
            names.add(source.name)


def _tell_apart(sections: list[Section], exchanges: list[Exchange]) -> None:
    """Two feeds of one name, or two exchanges whose calls might have the same ids, would be mixed up."""
    for index, one in enumerate(exchanges):
        before = exchanges[:index]
        if one.name in {other.name for other in before}:
            raise sections[index].error("name", f"{one.name!r} is the name of another feed already")
        if len(exchanges) > 1 and not one.system:
            raise sections[index].error("system", "with several exchanges each needs one of its own")
        if one.system and one.system in {other.system for other in before}:
            raise sections[index].error("system", f"{one.system!r} is another exchange already")


def _connected(section: Section, places: Places) -> Connected:
    tls = section.flag("tls", False)
    default = Exchange("", "", "")

    def length(key: str) -> Millis:
        return read_length(section, key, getattr(default, key), *_LENGTHS[key])

    exchange = Exchange(
        name=read_name(section, "name"),
        user=read_value(section, "user"),
        secret=read_secret(section, places),
        host=read_value(section, "host", default.host),
        port=read_port(section, 5039 if tls else 5038),
        tls=tls,
        ca=_certificates(section, places, tls),
        server_name=read_value(section, "server_name", ""),
        system=read_name(section, "system", ""),
        events=read_value(section, "events", default.events),
        connect=length("connect"),
        answer=length("answer"),
        lists=length("lists"),
        heartbeat=length("heartbeat"),
        silence=length("silence"),
        retry_first=length("retry_first"),
        retry_most=length("retry_most"),
    )
    if exchange.retry_most < exchange.retry_first:
        raise section.error("retry_most", "must not be less than retry_first")
    moves = _moves(section)
    section.done()
    return Connected(exchange, moves)


_LENGTHS: Mapping[str, tuple[Millis, Millis]] = {
    "connect": (SECOND, MINUTE),
    "answer": (SECOND, MINUTE),
    "lists": (SECOND, 5 * MINUTE),
    "heartbeat": (SECOND, MINUTE),
    "silence": (SECOND, MINUTE),
    "retry_first": (100, MINUTE),
    "retry_most": (SECOND, 60 * MINUTE),
}
"""Lengths of time that may be set: from, to."""


def _moves(section: Section) -> Moves:
    default = Moves()
    agent, queue = _target(section, "give_to_agent"), _target(section, "give_to_queue")
    call = _target(section, "call_back")
    ring = read_length(section, "ring", default.ring, 5 * SECOND, 5 * MINUTE)
    within = read_length(section, "act_within", default.within, SECOND, 10 * MINUTE)
    paused, heard = section.flag("pause", False), section.flag("listen", False)
    return Moves(agent, queue, call, paused, heard, ring, within)


def _target(section: Section, key: str) -> Target | None:
    """A place of the dialplan: context, extension, priority."""
    if section.take(key) is None:
        return None
    table = section.table(key)
    target = Target(
        read_value(table, "context"), read_value(table, "exten"), int(table.number("priority", 1))
    )
    table.done()
    for name in target.unknown():
        raise table.error("exten", f"{{{name}}} is nothing; known: {', '.join(sorted(Target.NAMES))}")
    if target.priority < 1:
        raise table.error("priority", "must be 1 or more")
    return target


def _certificates(section: Section, places: Places, tls: bool) -> str:
    name = section.text("ca", "")
    if not name:
        return ""
    if not tls:
        raise section.error("ca", "is of no use without tls = true")
    path = places.credential(name) or places.file(name)
    if not path.is_file():
        raise section.error("ca", f"no such file: {path}")
    return str(path)
