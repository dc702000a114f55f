"""`rings restore`: a backup takes the store's place; what was there is kept beside it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, chosen_store, complain, problem_text, progress

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue
    from console.service.problem import StoreProblem
    from console.store.backup import Copy
    from console.store.restore import Loss

STALE = 3_600_000
"""Milliseconds. A message that has waited for longer when its store is restored is not sent any more."""

_OF_FILE = ("foreign", "corrupt", "newer")
"""What may be wrong with the file itself, as keys under `restore`."""


def main(words: Sequence[str]) -> int:
    parser = Parser("restore", words, "rings restore rings.db.backup-20261123T020000Z")
    say = parser.say
    parser.add_argument("file", metavar="FILE", help=say("restore.file"))
    parser.add_argument("--yes", action="store_true", help=say("restore.yes"))
    options = parser.options()
    say = catalogue(options.lang)
    from console.service.problem import StoreProblem
    from console.store.backup import checked_copy, sweep

    file, store = Path(options.file).expanduser(), chosen_store(options).resolve()
    if not file.is_file():
        return complain("restore", say("restore.no_file", file=file), 2)
    if store.exists() and file.samefile(store):
        return complain("restore", say("restore.itself", file=file), 2)
    try:
        store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        sweep(store.parent, f"{store.name}.restoring")
        with checked_copy(file, store.with_name(f"{store.name}.restoring")) as copy:
            return _restore(copy, store, options)
    except StoreProblem as problem:
        return complain("restore", _fault(problem, file, store, say), 2)
    except OSError as error:
        return complain("restore", f"{error.filename or store}: {error.strerror or error}", 2)


def _fault(problem: StoreProblem, file: Path, store: Path, say: Catalogue) -> str:
    """What is wrong with the file, or with the disk that it was to be copied to."""
    if problem.reason in _OF_FILE:
        return say(f"restore.{problem.reason}", file=file)
    return problem_text(problem, say, store if problem.reason == "full" else file)


def _restore(copy: Copy, store: Path, options: argparse.Namespace) -> int:
    from console.clock import SystemClock
    from console.serve.lock import Taken, only_one
    from console.service.problem import StoreProblem
    from console.store.alone import InUse
    from console.store.backup import free_name
    from console.store.restore import loss, put_aside, refuse_users, take_place

    say = catalogue(options.lang)
    try:
        with only_one(store):
            refuse_users(store)
        if not _agreed(lost := loss(store, copy.path) if store.exists() else None, store, options):
            return 1 if sys.stdin.isatty() else 2
        kept = free_name(store, "before-restore", SystemClock().now())
        with only_one(store):
            # Whoever was asked may have taken their time.
            lost = loss(store, copy.path) if store.exists() else None
            now = SystemClock().now()
            aside = put_aside(copy.path, now - STALE, now)
            take_place(copy.path, store, kept)
            was_there = kept.exists()
            asyncio.run(_brought_up_to_date(store, options))
    except Taken as taken:
        return complain("restore", say("restore.served", store=store, pid=taken.pid), 2)
    except InUse as use:
        who = ", ".join(map(str, use.who)) or "—"
        return complain("restore", say("restore.in_use", store=store, who=who), 2)
    except StoreProblem as problem:
        return complain("restore", problem_text(problem, say, store), 2)
    print(say("restore.done", file=options.file, store=store, events=copy.events, items=copy.items))
    if was_there:
        print(_lost(lost, store, say))
        print(say("restore.kept", kept=kept))
    if aside:
        print(say("restore.aside", n=aside))
    return 0


def _agreed(lost: Loss | None, store: Path, options: argparse.Namespace) -> bool:
    """Whether the store is to be replaced: who sits at a terminal is asked."""
    if options.yes or not store.exists():
        return True
    say = catalogue(options.lang)
    if not sys.stdin.isatty():
        complain("restore", f"{_lost(lost, store, say)}; {say('restore.say_yes')}", 2)
        return False
    print(_lost(lost, store, say), file=sys.stderr)
    print(say("restore.ask", store=store), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是", "好")


def _lost(lost: Loss | None, store: Path, say: Catalogue) -> str:
    """What the store has that the backup lacks."""
    from console.domain.instants import to_datetime

    if lost is None:
        return say("restore.lost_unknown", store=store)
    if lost.since is None:
        return say("restore.lost_nothing")
    since = f"{to_datetime(lost.since).astimezone():%Y-%m-%d %H:%M:%S %z}"
    return say("restore.lost", events=lost.events, since=since)


async def _brought_up_to_date(store: Path, options: argparse.Namespace) -> None:
    """Migrate what an older version wrote, as any opening does."""
    from console.bootstrap import open_store

    await (await open_store(store, told=progress("restore", options))).close()
