"""`rings backup`: a whole copy of the store while everybody goes on working."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from console.cli.common import Parser, catalogue, chosen_store, complain, print_json, problem_text
from console.cli.served import no_store


def main(words: Sequence[str]) -> int:
    parser = Parser("backup", words, "rings backup /var/backups/three-rings --keep 14")
    say = parser.say
    parser.add_argument("file", nargs="?", metavar="FILE", help=say("backup.file"))
    parser.add_argument("--keep", type=_number, metavar="N", help=say("backup.keep"))
    parser.shared("json")
    options = parser.options()
    say = catalogue(options.lang)
    from console.service.problem import StoreProblem

    store = chosen_store(options)
    target = _target(store, options.file)
    if target is None and options.keep is not None:
        return complain("backup", say("backup.keep_named", file=options.file), 2)
    if not store.exists():
        return complain("backup", no_store(store, options.store, say), 2)
    target = target or Path(options.file).expanduser()
    try:
        return _back_up(store, target, options)
    except StoreProblem as problem:
        # The disk that is full is the one that is written to.
        where = target if problem.reason == "full" else store
        return complain("backup", problem_text(problem, say, where), 2)
    except FileExistsError:
        return complain("backup", say("backup.exists", file=target), 2)
    except OSError as error:
        return complain("backup", f"{target}: {error.strerror or error}", 2)


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a number of backups, 1 or more")
    return int(text)


def _target(store: Path, given: str | None) -> Path | None:
    """A name with the time in it, beside the store or in the folder `given`; None for a file's name."""
    from console.clock import SystemClock
    from console.store.backup import free_name

    folder = Path(given).expanduser() if given else store.parent
    if given and not folder.is_dir():
        return None
    return free_name(store, "backup", SystemClock().now(), folder)


def _back_up(store: Path, target: Path, options: argparse.Namespace) -> int:
    from console.store.backup import back_up, thin

    if target.exists():
        raise FileExistsError
    copy = back_up(store, target)
    gone = thin(store, target, options.keep) if options.keep else []
    if options.json:
        print_json(
            {
                "file": str(copy.path),
                "events": copy.events,
                "items": copy.items,
                "bytes": copy.size,
                "removed": [str(path) for path in gone],
            }
        )
        return 0
    say = catalogue(options.lang)
    values = {"events": copy.events, "items": copy.items, "size": f"{copy.size / 1_048_576:.1f} MB"}
    line = say("backup.done", file=copy.path, **values)
    print(line + (say("backup.removed", number=len(gone)) if gone else ""))
    return 0
