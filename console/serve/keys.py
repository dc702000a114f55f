"""Values that several of the daemon's settings have in common, read and checked."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.instants import DAY, SECOND, Millis
from console.domain.span import parse_duration
from console.feeds.sanitise import bad_identifier

if TYPE_CHECKING:
    from console.feeds.sections import Section

_SECRET_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Places:
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


def read_length(section: Section, key: str, default: Millis, least: Millis, most: Millis) -> Millis:
    """A length of time from `least` to `most`."""
    given = section.take(key)
    if given is None:
        return default
    if not isinstance(given, str):
        raise section.error(key, f'must be a length of time, e.g. "15s", not {given!r}')
    try:
        length = parse_duration(given)
    except ValueError as error:
        raise section.error(key, str(error)) from None
    if not least <= length <= most:
        raise section.error(key, f"must be between {_spelled(least)} and {_spelled(most)}")
    return length


def _spelled(length: Millis) -> str:
    days = length > 0 and length % DAY == 0
    return f"{length // DAY}d" if days else f"{length / SECOND:g}s"


def read_port(section: Section, default: int, key: str = "port") -> int:
    """The number of a port."""
    port = section.number(key, default)
    if not isinstance(port, int) or not 0 < port < 65536:
        raise section.error(key, f"must be a whole number from 1 to 65535, not {port!r}")
    return port


def read_value(section: Section, key: str, default: str | None = None) -> str:
    """A text that goes over the line: it must fit into one."""
    text = section.text(key, default)
    if (default is None and not text) or not (text == "" or text.isprintable()):
        raise section.error(key, f"must be one line of text, not {text!r}")
    return text


def read_name(section: Section, key: str, default: str | None = None) -> str:
    """What a feed or a system is called."""
    name = section.text(key, default)
    if (name or default is None) and (bad_identifier(name) or "/" in name or len(name) > 40):
        raise section.error(key, f"must be a short name without slashes, not {name!r}")
    return name


def read_secret(section: Section, places: Places) -> str:
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
