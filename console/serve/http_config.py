"""The `[[http]]` tables of the daemon's settings."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from console import paths
from console.domain.event import OURS
from console.domain.instants import HOUR, MINUTE, SECOND
from console.feeds.http import SCHEMES, Limits, Listener, Scheme, Source, key_of
from console.feeds.mapping import Mapping, load_mapping
from console.feeds.sanitise import bad_identifier
from console.feeds.sections import MappingError, Section, guess
from console.serve.keys import Places, read_length, read_name, read_port, read_secret

_UNIX = "unix:"
_DEFAULT = "127.0.0.1:8480"
_NONE = "none"
_MODES = {"600": 0o600, "660": 0o660, "666": 0o666}


def read_listener(section: Section, places: Places) -> Listener:
    """One listener with its sources. Raises MappingError."""
    default = Listener(())
    host, port, path = _address(section, places)
    exposed = bool(host) and not _is_loopback(host)
    if exposed and not section.flag("exposed", False):
        raise section.error(
            "listen", "is beyond this machine: needs exposed = true, and a proxy that has TLS"
        )
    section.flag("exposed", False)
    mode = section.text("mode", "600")
    if mode not in _MODES or (mode != "600" and not path):
        raise section.error("mode", f"one of {', '.join(_MODES)}, for a unix socket")
    sources = [_source(each, places, open_to_all=not path) for each in section.list_of_tables("source")]
    if not sources:
        raise section.error("source", "needs [[http.source]] tables")
    listener = Listener(
        sources=tuple(sources),
        host=host,
        port=port,
        path=path,
        mode=_MODES[mode],
        metrics=section.flag("metrics", not exposed),
        connections=_whole(section, "connections", default.connections, 1, 10_000),
        head_time=read_length(section, "head_time", default.head_time, SECOND, MINUTE),
        body_time=read_length(section, "body_time", default.body_time, SECOND, 10 * MINUTE),
        idle_time=read_length(section, "idle_time", default.idle_time, SECOND, HOUR),
    )
    section.done()
    return listener


def _address(section: Section, places: Places) -> tuple[str, int, str]:
    """Host and port, or the path of a unix socket."""
    text = section.text("listen", _DEFAULT)
    if text.startswith(_UNIX):
        path = places.file(text.removeprefix(_UNIX))
        if len(str(path).encode()) > 100:
            raise section.error("listen", "is too long a path for a socket")
        return "", 0, str(path)
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise section.error("listen", f"must be unix:PATH or an address and a port, not {text!r}") from None
    if not (port.isascii() and port.isdigit()):
        raise section.error("listen", f"must end in a port, not {port!r}")
    return host, read_port(Section({"listen": int(port[:9])}, section.path), 0, "listen"), ""


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback


def _source(section: Section, places: Places, *, open_to_all: bool) -> Source:
    name = read_name(section, "name")
    if not name.isascii() or any(each in name for each in "?#% \"'"):
        raise section.error("name", "is part of an address: letters, digits, - and _")
    default = Source(name, None)
    scheme, key = _proof(section, places, open_to_all=open_to_all)
    mapping = _mapping(section, places) if "mapping" in section else None
    sources = section.texts("sources") or (name,)
    if mapping is not None and "sources" in section:
        raise section.error("sources", "is of no use with a mapping, which names the source itself")
    if OURS in {*sources, mapping.source if mapping else name}:
        raise section.error("sources", f"{OURS!r} is what the people here are called")
    if any(bad_identifier(each) for each in sources):
        raise section.error("sources", "must be names without invisible characters")
    source = Source(
        name=name,
        scheme=scheme,
        secret=key,
        mapping=mapping,
        sources=frozenset(sources),
        tolerance=read_length(section, "tolerance", default.tolerance, SECOND, HOUR),
        limits=_limits(section),
    )
    section.done()
    return source


def _limits(section: Section) -> Limits:
    default = Limits()
    rate = section.number("rate", int(default.rate))
    if not 0 < rate <= 1_000_000:
        raise section.error("rate", "must be more than 0")
    return Limits(
        size=_whole(section, "size", default.size, 1, 2**24),
        depth=_whole(section, "depth", default.depth, 1, default.depth),
        batch=_whole(section, "batch", default.batch, 1, 10_000),
        rate=float(rate),
        burst=_whole(section, "burst", max(1, round(2 * rate)), 1, 1_000_000),
    )


def _proof(section: Section, places: Places, *, open_to_all: bool) -> tuple[Scheme | None, bytes]:
    """How the sender proves itself, and the key."""
    chosen = section.text("proof", "bearer")
    if chosen == _NONE:
        if open_to_all:
            raise section.error(
                "proof", "is needed: everybody on this machine, and its browsers, reach a port"
            )
        return None, b""
    if chosen not in SCHEMES:
        raise section.error("proof", f"{chosen!r} is unknown{guess(chosen, [*SCHEMES, _NONE])}")
    try:
        return SCHEMES[chosen], key_of(SCHEMES[chosen], read_secret(section, places))
    except MappingError:
        raise
    except ValueError as error:
        raise section.error("secret_file", str(error)) from None


def _mapping(section: Section, places: Places) -> Mapping:
    """A mapping file (`….toml`), or a ready one by its name: beside it may lie a secret that is called so."""
    name = section.text("mapping")
    if name.endswith(".toml"):
        path = places.file(name)
    else:
        folder = Path(paths.fixtures(), "mappings")
        path = folder / f"{name}.toml"
        if "/" in name or not path.is_file():
            known = guess(name, (each.stem for each in folder.glob("*.toml")))
            raise section.error("mapping", f"no ready mapping is called {name!r}, and no file ends so{known}")
    try:
        return load_mapping(path.read_text(encoding="utf-8"), base=path.parent)
    except MappingError as error:
        raise section.error("mapping", f"{path}: {error}") from None
    except OSError as error:
        raise section.error("mapping", f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise section.error("mapping", f"{path}: not UTF-8 text") from None


def _whole(section: Section, key: str, default: int, least: int, most: int) -> int:
    value = section.number(key, default)
    if not isinstance(value, int) or not least <= value <= most:
        raise section.error(key, f"must be a whole number from {least} to {most}")
    return value
