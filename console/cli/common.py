"""What sub-commands share: their options, their complaints, and reading a store."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from console.cli.narrow import plain
from console.paths import path_fault, store_path

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.locale.catalogue import Catalogue
    from console.service.problem import StoreProblem
    from console.store.reading import SqliteReader

T = TypeVar("T")

_NAMELESS = ("busy", "newer", "readonly", "gone", "error", "full")
"""Reasons whose texts don't say which store it is: on the screen nobody needs to be told."""

_TIMES = range(-2_208_988_800_000, 221_845_392_000_000)
"""Milliseconds since the epoch of the years 1900 to 8999: beyond, no calendar reckons for all zones."""

TOLD_EVERY = 5000
"""Items that are worked out anew between two lines that say so."""


class Parser(argparse.ArgumentParser):
    """Arguments of one sub-command. A complaint is one line, with the exit code `misused`."""

    def __init__(self, command: str, words: Sequence[str], example: str, *, misused: int = 2) -> None:
        # Reading the catalogue takes longer than a whole `rings status`: only who asks for help needs it.
        self.say: Callable[[str], str] = (
            catalogue(language_of(words)) if {"-h", "--help"} & set(words) else str
        )
        self._words = words
        super().__init__(
            prog=f"rings {command}",
            description=self.say(f"cli.command.{command}"),
            epilog=f"{self.say('cli.example')}: {example}",
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self._misused = misused
        self.add_argument("--store", metavar="PATH", help=self.say("cli.option.store"))
        self.add_argument("--lang", choices=("zh", "en"), help=self.say("cli.option.lang"))

    def shared(self, *names: str) -> None:
        """Options that several commands have, each with the same meaning."""
        for name in names:
            self.add_argument(f"--{name}", help=self.say(f"cli.option.{name}"), **_SHARED[name])

    def options(self) -> argparse.Namespace:
        """The arguments, read."""
        options = self.parse_args(list(self._words))
        path = store_path(options.store, os.environ)
        if fault := path_fault(path):
            complain(self.prog.partition(" ")[2], catalogue(options.lang)(fault, detail=path), self._misused)
            raise SystemExit(self._misused)
        return options

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {plain(message)}; try: {self.prog} --help", file=sys.stderr)
        raise SystemExit(self._misused)


def language_of(words: Sequence[str]) -> str | None:
    """What `--lang` says among words that nobody has read yet."""
    for number, word in enumerate(words):
        if word == "--lang":
            return next(iter(words[number + 1 :]), None)
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return None


def catalogue(lang: str | None = None) -> Catalogue:
    """The texts in the language asked for, else the locale's."""
    from console.locale.catalogue import choose, load

    return load(choose(lang, os.environ))


def chosen_store(options: argparse.Namespace) -> Path:
    """The store that the arguments, or the environment, name."""
    return Path(store_path(options.store, os.environ))


def complain(command: str, text: str, code: int) -> int:
    """One line on stderr; answers `code`."""
    print(f"rings {command}: {plain(text)}", file=sys.stderr)
    return code


def typed(command: str, text: str, say: Catalogue) -> str:
    """A text from the command line as it is kept; where that is less than was typed, a line says so."""
    from console.feeds.sanitise import TEXT_LIMIT, clean_text

    if len(text) > TEXT_LIMIT:
        complain(command, say("cli.cut", most=f"{TEXT_LIMIT:,}"), 0)
    return clean_text(text)


def progress(command: str, options: argparse.Namespace) -> Callable[[int], None]:
    """Tells somebody who waits at a terminal that a store is worked out anew, now and then."""

    def told(done: int) -> None:
        if done % TOLD_EVERY == 0 and sys.stderr.isatty():
            complain(command, catalogue(options.lang)("cli.working", done=f"{done:,}"), 0)

    return told


def problem_text(problem: StoreProblem, say: Callable[..., str], path: object = None) -> str:
    """What is wrong with the store at `path` and what to do, in one line."""
    if path is not None and problem.reason in ("gone", "unusable"):
        from console.cli.denied import denied

        if text := denied(path, say):
            return text
    if path is not None and problem.reason == "corrupt":
        return say("store.damaged", detail=path)
    text = say(f"store.{problem.reason}", detail=problem.detail)
    return f"{path}: {text}" if path is not None and problem.reason in _NAMELESS else text


def on_store(
    command: str, options: argparse.Namespace, work: Callable[[], int], *, failed: int = 2, new: bool = False
) -> int:
    """Run `work` on the store that is chosen. One that isn't there (unless it may be `new`), or that can't be
    used, is one line and exit code `failed`."""
    from console.service.problem import StoreProblem

    say, path = catalogue(options.lang), chosen_store(options)
    missing = not (new or path.exists())
    try:
        if not missing:
            return work()
    except StoreProblem as problem:
        if problem.reason != "missing":
            return complain(command, problem_text(problem, say, path), failed)
    from console.cli.served import no_store

    return complain(command, no_store(path, options.store, say), failed)


def read(
    command: str, options: argparse.Namespace, work: Callable[[SqliteReader, Millis], int], *, failed: int = 2
) -> int:
    """Run `work(reader, now)` on the store; a store that can't be read is one line and exit code `failed`."""
    from console.clock import FloorClock, SystemClock
    from console.numbers import normalise
    from console.phrases import compile_phrases
    from console.store.direct import reading

    def look() -> int:
        with reading(chosen_store(options), normalise, compile_phrases) as reader:
            floor = reader.meta("clock")
            now = (FloorClock.parse(floor) if floor else SystemClock()).now()
            return work(reader, now)

    return on_store(command, options, look, failed=failed, new=True)


def moment(text: str) -> Millis:
    """An RFC 3339 time from the command line, for argparse's `type`."""
    from console.domain.instants import parse_rfc3339

    try:
        if (found := parse_rfc3339(text)) in _TIMES:
            return found
        raise ValueError(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; write e.g. 2026-03-02T09:00:00+08:00"
        ) from None


def rows_wanted(text: str) -> int:
    """How many rows, from the command line, for argparse's `type`; SQLite counts no further."""
    if not text.isascii() or not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r}: a number, 0 or more")
    return int(text[:10]) if len(text) < 10 else 2**31


def print_json(value: object) -> None:
    """One JSON object on a line of its own."""
    import json

    print(json.dumps(value, ensure_ascii=False))


_TIME: dict[str, Any] = {"type": moment, "metavar": "TIME"}
_SHARED: dict[str, dict[str, Any]] = {
    "as": {"dest": "actor", "metavar": "USER", "default": ""},
    "at": _TIME,
    "config": {"metavar": "FILE"},
    "from": {"dest": "since", **_TIME},
    "json": {"action": "store_true"},
    "queue": {"metavar": "Q", "default": ""},
    "until": _TIME,
}
"""What `Parser.shared` knows."""
