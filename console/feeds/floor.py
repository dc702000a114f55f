"""Recorded floors: a manifest (TOML) that says what to play when, or one file at its own times.

    site = "../sites/recordings.toml"      # settings; `norms` names a pack beside them

    [[source]]
    feed = "asterisk"                      # as the header names it
    source = "asterisk/pbx1"               # that of its events
    start = "-42m"                         # where the floor's clock stands at the first round's beginning
    every = "7m"                           # rounds without end; without it there is one
    play = [                               # what a round is made of, and where in it
      { files = ["../recordings/a-answered.ami"], at = "30s" },
    ]

An entry of `play` has more to say: `anchor` is the moment of the recording that stands at `at` (else its
first one), `mapping` goes with CSV, `from` and `until` keep the items that begin between the two (`until`
left out). What `mark`, `agents`, `cohorts` and `cohort` do is told in `rounds`.
"""

from __future__ import annotations

import gzip
import heapq
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from console.domain.event import Event, Reading
from console.domain.fold import fold
from console.domain.instants import Millis, parse_rfc3339
from console.domain.pack import Pack
from console.domain.rules import RuleBook, Rules
from console.domain.site import Site
from console.domain.span import parse_duration
from console.feeds.asterisk import OpenCall, read_recording
from console.feeds.csv_map import read_csv
from console.feeds.mapping import load_mapping
from console.feeds.ndjson import read_ndjson
from console.feeds.player import FeedName
from console.feeds.rounds import Line, Telling, Timed, once
from console.feeds.sections import MappingError, Section

_FORMATS = {".ndjson": "events", ".jsonl": "events", ".ami": "ami", ".csv": "csv"}


class FloorError(ValueError):
    """A floor that can't be opened: one line that says why."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor ready to be played: `origin` is where its clock begins. Empty texts mean the standard ones."""

    origin: Millis
    feeds: tuple[FeedName, ...]
    tellings: tuple[Callable[[], Iterator[Timed]], ...]
    site_text: str = ""
    pack_text: str = ""

    def readings(self) -> Iterator[Reading]:
        """All that happens, in order of time; without end where a source goes round."""
        streams = [telling() for telling in self.tellings]
        return (reading for _, reading in heapq.merge(*streams, key=lambda timed: timed[0]))


def load_floor(path: Path, *, now: Millis) -> Floor:
    """The floor that the manifest at `path` describes, moved to `now`. Raises FloorError."""
    try:
        root = Section(tomllib.loads(path.read_text(encoding="utf-8")))
        return _read_manifest(root, path.parent, now)
    except (MappingError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FloorError(f"{path.name}: {error}") from None
    except OSError as error:
        raise FloorError(f"{error.filename or path}: {error.strerror}") from None


def floor_of_file(path: Path, *, now: Millis, map_path: Path | None = None) -> Floor:
    """One recorded day at its own times: events (.ndjson, .jsonl), a recording (.ami) or CSV with a
    mapping; all but recordings may be gzip. Its clock begins with its first event, or at `now` where there
    is none. Raises FloorError."""
    try:
        lines = _lines([path], map_path)
    except MappingError as error:
        raise FloorError(f"{(map_path or path).name}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise FloorError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    sources = dict.fromkeys(line.reading.source for line in lines if isinstance(line.reading, Event))
    return Floor(
        origin=next((line.zero + line.at for line in lines if isinstance(line.reading, Event)), now),
        feeds=tuple(FeedName(source.partition("/")[0], source) for source in sources),
        tellings=(lambda: once(lines),),
    )


def _read_manifest(root: Section, base: Path, now: Millis) -> Floor:
    texts = {}
    for key in ("site", "norms"):
        name = root.text(key, "")
        texts[key] = (base / name).read_text(encoding="utf-8") if name else ""
    feeds: dict[FeedName, None] = {}
    tellings = []
    for section in root.list_of_tables("source"):
        feeds[FeedName(section.text("feed"), section.text("source"))] = None
        tellings.append(_read_source(section, base, now))
    root.done()
    if not tellings:
        raise root.error("source", "is missing: a floor needs one at least")
    return Floor(now, tuple(feeds), tuple(tellings), texts["site"], texts["norms"])


def _read_source(section: Section, base: Path, now: Millis) -> Callable[[], Iterator[Timed]]:
    telling = Telling(
        every=_span(section, "every") if "every" in section else None,
        mark=section.text("mark", ""),
        agents=section.text_map("agents"),
        cohorts=max(1, int(section.number("cohorts", 1))),
    )
    if telling.every is not None and telling.every <= 0:
        raise section.error("every", "must be longer than nothing")
    begin = now + _span(section, "start")
    lines = [line for part in section.list_of_tables("play") for line in _read_part(part, base)]
    if not lines:
        raise section.error("play", "there is nothing to play")
    lines.sort(key=lambda line: line.at)
    section.done()
    return lambda: telling.rounds(lines, begin)


def _read_part(section: Section, base: Path) -> list[Line]:
    """One entry of `play`, with its place in the round."""
    mapping = section.text("mapping", "")
    lines = _lines([base / name for name in section.texts("files")], base / mapping if mapping else None)
    lines = _chosen(lines, _moment(section, "from"), _moment(section, "until"))
    at = _span(section, "at")
    anchor = _moment(section, "anchor")
    cohort = int(section.number("cohort", 0))
    section.done()
    if not lines:
        return []
    zero = (lines[0].zero if anchor is None else anchor) - at
    return [Line(line.at + line.zero - zero, zero, line.reading, cohort) for line in lines]


def _span(section: Section, key: str) -> Millis:
    text = section.text(key, "0s")
    try:
        return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text)
    except ValueError as error:
        raise section.error(key, str(error)) from None


def _moment(section: Section, key: str) -> Millis | None:
    text = section.text(key, "")
    try:
        return parse_rfc3339(text) if text else None
    except ValueError:
        raise section.error(key, f"a moment such as 2013-01-01T09:00:00-05:00, not {text!r}") from None


def _chosen(lines: list[Line], since: Millis | None, until: Millis | None) -> list[Line]:
    """The lines of the items that begin from `since` to before `until`."""
    begun: dict[str, Millis] = {}
    for line in lines:
        if isinstance(line.reading, Event):
            begun.setdefault(line.reading.subject, line.reading.time)
    return [
        line
        for line in lines
        if not isinstance(line.reading, Event)
        or (
            (since is None or begun[line.reading.subject] >= since)
            and (until is None or begun[line.reading.subject] < until)
        )
    ]


def _lines(paths: Sequence[Path], map_path: Path | None) -> list[Line]:
    """What the files tell, in order of time, counted from the first moment. Several recordings are the
    connections to one exchange: the later one knows which calls were open when the earlier broke off."""
    timed: list[Timed] = []
    believed: list[OpenCall] = []
    ended: Millis | None = None
    for path in paths:
        moment = 0
        told: list[Event] = []
        for reading in _read(path, map_path, believed, ended):
            if isinstance(reading, Event):
                moment = reading.time
                told.append(reading)
            timed.append((moment, reading))
        if told:
            ended = max(event.time for event in told)
            believed = _open_calls(told, ended)
    timed.sort(key=lambda each: each[0])
    zero = next((moment for moment, reading in timed if isinstance(reading, Event)), 0)
    return [Line(max(0, moment - zero), zero, reading) for moment, reading in timed]


def _read(
    path: Path, map_path: Path | None, believed: Sequence[OpenCall], ended: Millis | None
) -> Iterator[Reading]:
    suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
    form = _FORMATS.get(suffixes[-1] if suffixes else "")
    if map_path is not None:
        form = "csv"
    if form == "ami":
        yield from read_recording(path, believed=believed, gap_from=ended)
    elif form == "csv" and map_path is not None:
        mapping = load_mapping(map_path.read_text(encoding="utf-8"), base=map_path.parent)
        with path.open("rb") as stream:
            yield from read_csv(stream, mapping)
    elif form == "csv":
        raise FloorError(f"{path.name}: CSV needs a mapping, e.g. --map fixtures/mappings/flights.toml")
    elif form == "events":
        with cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb") as stream:
            yield from read_ndjson(stream, name=path.name)
    else:
        raise FloorError(f"{path.name}: what is it? Known are {', '.join(_FORMATS)}")


def _open_calls(events: Sequence[Event], moment: Millis) -> list[OpenCall]:
    """The calls that are open at `moment`, as whoever lost the connection then remembers them."""
    by_item: dict[str, list[Event]] = {}
    for event in events:
        if event.kind == "call":
            by_item.setdefault(event.subject, []).append(event)
    book = RuleBook([(0, Rules(Pack(()), Site()))])
    items = [fold(item, of_item, (), book, moment) for item, of_item in by_item.items()]
    return [OpenCall(item.id, item.word, item.queue, item.owner, item.last) for item in items if item.open]
