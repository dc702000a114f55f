"""What `rings serve` is told: one TOML file, every key of it checked. docs/serve.md has them all."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.domain.instants import MINUTE, SECOND, Millis
from console.domain.span import parse_duration
from console.feeds.asterisk.live import Exchange
from console.feeds.sanitise import bad_identifier
from console.feeds.sections import MappingError, Section
from console.outbox.asterisk import Moves, Target
from console.serve.lines import line_of, lines_of

LEVELS = ("debug", "info", "warning", "error")

_SECRET_LIMIT = 4096


class ConfigError(ValueError):
    """A config that can't be used: `FILE:LINE: key: what is wrong`, in one line."""


@dataclass(frozen=True, slots=True)
class Connected:
    """One exchange: how to reach it, and how to have it move calls."""

    exchange: Exchange
    moves: Moves


@dataclass(frozen=True, slots=True)
class Config:
    """All of it. `store` is empty where the file names none."""

    store: str = ""
    level: str = "info"
    asterisk: tuple[Connected, ...] = field(default=())


def read_config(path: Path, environ: Mapping[str, str]) -> Config:
    """Read and check the file. Raises ConfigError; OSError where it can't be read."""
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
        return _config(Section(table), _Places(path.parent, environ))
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


@dataclass(frozen=True, slots=True)
class _Places:
    """Where files named without a folder are looked for."""

    folder: Path
    environ: Mapping[str, str]

    def credential(self, name: str) -> Path | None:
        """The credential of that name which systemd has handed over, if it has."""
        folder = self.environ.get("CREDENTIALS_DIRECTORY", "")
        path = Path(folder, name)
        return path if folder and "/" not in name and path.is_file() else None

    def file(self, name: str) -> Path:
        return self.folder / Path(name).expanduser()


def _config(top: Section, places: _Places) -> Config:
    store = top.text("store", "")
    log = top.table("log")
    level = log.text("level", "info")
    if level not in LEVELS:
        raise log.error("level", f"one of {', '.join(LEVELS)}, not {level!r}")
    log.done()
    exchanges = [_connected(section, places) for section in top.list_of_tables("asterisk")]
    top.done()
    _tell_apart(top.list_of_tables("asterisk"), [each.exchange for each in exchanges])
    return Config(str(places.file(store)) if store else "", level, tuple(exchanges))


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


def _connected(section: Section, places: _Places) -> Connected:
    tls = section.flag("tls", False)
    default = Exchange("", "", "")

    def length(key: str) -> Millis:
        return _length(section, key, getattr(default, key), *_LENGTHS[key])

    exchange = Exchange(
        name=_name(section, "name"),
        user=_value(section, "user"),
        secret=_secret(section, places),
        host=_value(section, "host", default.host),
        port=_port(section, 5039 if tls else 5038),
        tls=tls,
        ca=_certificates(section, places, tls),
        server_name=_value(section, "server_name", ""),
        system=_name(section, "system", ""),
        events=_value(section, "events", default.events),
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
    ring = _length(section, "ring", default.ring, 5 * SECOND, 5 * MINUTE)
    within = _length(section, "act_within", default.within, SECOND, 10 * MINUTE)
    return Moves(agent, queue, call, section.flag("pause", False), ring, within)


def _target(section: Section, key: str) -> Target | None:
    """A place of the dialplan: context, extension, priority."""
    if section.take(key) is None:
        return None
    table = section.table(key)
    target = Target(_value(table, "context"), _value(table, "exten"), int(table.number("priority", 1)))
    table.done()
    for name in target.unknown():
        raise table.error("exten", f"{{{name}}} is nothing; known: {', '.join(sorted(Target.NAMES))}")
    if target.priority < 1:
        raise table.error("priority", "must be 1 or more")
    return target


def _length(section: Section, key: str, default: Millis, least: Millis, most: Millis) -> Millis:
    if section.take(key) is None:
        return default
    try:
        length = parse_duration(section.text(key))
    except MappingError:
        raise
    except ValueError as error:
        raise section.error(key, str(error)) from None
    if not least <= length <= most:
        raise section.error(key, f"must be between {least / SECOND:g}s and {most / SECOND:g}s")
    return length


def _port(section: Section, default: int) -> int:
    port = section.number("port", default)
    if not isinstance(port, int) or not 0 < port < 65536:
        raise section.error("port", f"must be a whole number from 1 to 65535, not {port!r}")
    return port


def _value(section: Section, key: str, default: str | None = None) -> str:
    """A text that goes over the line: it must fit into one."""
    text = section.text(key, default)
    if (default is None and not text) or not (text == "" or text.isprintable()):
        raise section.error(key, f"must be one line of text, not {text!r}")
    return text


def _name(section: Section, key: str, default: str | None = None) -> str:
    name = section.text(key, default)
    if (name or default is None) and (bad_identifier(name) or "/" in name or len(name) > 40):
        raise section.error(key, f"must be a short name without slashes, not {name!r}")
    return name


def _certificates(section: Section, places: _Places, tls: bool) -> str:
    name = section.text("ca", "")
    if not name:
        return ""
    if not tls:
        raise section.error("ca", "is of no use without tls = true")
    path = places.credential(name) or places.file(name)
    if not path.is_file():
        raise section.error("ca", f"no such file: {path}")
    return str(path)


def _secret(section: Section, places: _Places) -> str:
    """The secret, from a file of its own that nobody else can read."""
    name = section.text("secret_file")
    path = places.credential(name)
    try:
        if path is None:
            path = places.file(name)
            if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
                raise section.error("secret_file", f"{path} can be read by others; chmod 600 mends it")
        with open(path, encoding="utf-8") as file:
            secret = file.read(_SECRET_LIMIT).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not UTF-8 text"
        raise section.error("secret_file", f"{path or name}: {reason}") from None
    if not secret or not secret.isprintable():
        raise section.error("secret_file", f"{path} must hold one line of text")
    return secret
