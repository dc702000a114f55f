"""The settings of what is followed: `[[file]]`, `[[fifo]]`, `[[folder]]`."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console.domain.instants import DAY, MINUTE, SECOND, Millis
from console.feeds.follow.settings import FollowedFile, FollowedFolder, FollowedPipe
from console.feeds.mapping import load_mapping
from console.feeds.sanitise import bad_identifier
from console.feeds.sections import MappingError
from console.serve.keys import Places, read_length, read_name

if TYPE_CHECKING:
    from console.feeds.sections import Section

Followed = FollowedFile | FollowedPipe | FollowedFolder

KINDS = ("file", "fifo", "folder")


def read_followed(top: Section, places: Places, names: set[str]) -> list[Followed]:
    """All tables of the three kinds, in this order; `names` are those of other feeds, and are added to.

    Raises MappingError.
    """
    readers: dict[str, Callable[[Section, Places], Followed]] = {
        "file": _file,
        "fifo": _fifo,
        "folder": _folder,
    }
    found: list[Followed] = []
    paths: set[Path] = set()
    for kind in KINDS:
        for section in top.list_of_tables(kind):
            one = readers[kind](section, places)
            section.done()
            if one.name in names:
                raise section.error("name", f"{one.name!r} is the name of another feed already")
            if one.path in paths:
                raise section.error("path", f"{one.path} is followed already")
            names.add(one.name)
            paths.add(one.path)
            found.append(one)
    return found


def _file(section: Section, places: Places) -> FollowedFile:
    path = _path(section, places, stat.S_ISREG, "is no plain file")
    rotated = section.texts("rotated")
    for pattern in rotated:
        if not pattern or "/" in pattern:
            raise section.error("rotated", f"must be names in the same folder, not {pattern!r}")
    return FollowedFile(_name(section), path, _source(section), _quiet(section), rotated)


def _fifo(section: Section, places: Places) -> FollowedPipe:
    path = _path(section, places, stat.S_ISFIFO, "is no named pipe; mkfifo makes one")
    return FollowedPipe(_name(section), path, _source(section), _quiet(section))


def _folder(section: Section, places: Places) -> FollowedFolder:
    path = _path(section, places, stat.S_ISDIR, "is no folder")
    mapping, fingerprint = None, ""
    if "map" in section:
        map_path = places.file(section.text("map"))
        try:
            text = map_path.read_text(encoding="utf-8")
            mapping = load_mapping(text, base=map_path.parent)
        except OSError as error:
            raise section.error("map", f"{map_path}: {os.strerror(error.errno or 0)}") from None
        except UnicodeDecodeError:
            raise section.error("map", f"{map_path}: not UTF-8 text") from None
        except MappingError as error:
            raise section.error("map", f"{map_path}: {error}") from None
        fingerprint = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    pattern = section.text("pattern", "*.csv" if mapping else "*.ndjson")
    if not pattern or "/" in pattern:
        raise section.error("pattern", f"must be a name in the folder, with * and ?, not {pattern!r}")
    settle = read_length(section, "settle", 2 * SECOND, 0, 10 * MINUTE)
    name, source, quiet = _name(section), _source(section), _quiet(section)
    return FollowedFolder(name, path, pattern, mapping, fingerprint, settle, source, quiet)


def _name(section: Section) -> str:
    return read_name(section, "name")


def _path(section: Section, places: Places, fits: Callable[[int], bool], wrong: str) -> Path:
    """Where it is, or will be: something else that is there by now is a mistake."""
    path = places.file(section.text("path"))
    try:
        if not fits(path.stat().st_mode):
            raise section.error("path", f"{path} {wrong}")
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise section.error("path", f"no such folder: {path.parent}") from None
    except MappingError:
        raise
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise section.error("path", f"{path}: {reason}") from None
    return path


def _source(section: Section) -> str:
    source = section.text("source", "")
    if source and bad_identifier(source):
        raise section.error("source", f"must be a name as in the events, not {source!r}")
    return source


def _quiet(section: Section) -> Millis:
    """How long it may say nothing; 0 for ever."""
    return read_length(section, "quiet", 0, 0, 7 * DAY)
