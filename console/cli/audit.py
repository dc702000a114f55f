"""`rings audit`: what can be proved of the log, and a seal to prove more with later."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, chosen_store, complain, print_json, problem_text

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue
    from console.store.audited import Finding
    from console.store.auditing import Audit
    from console.store.sealing import Seal

_TOLD_EVERY_S = 0.5


def main(words: Sequence[str]) -> int:
    parser = Parser("audit", words, "rings audit verify --seal 10482-5f0c…")
    say = parser.say
    parser.add_argument("what", choices=("verify", "seal"), help=say("audit.what"))
    parser.add_argument("--rows", action="store_true", help=say("audit.rows"))
    parser.add_argument("--seal", type=_seal, metavar="SEAL", help=say("audit.seal"))
    parser.shared("json")
    options = parser.options()
    if options.what == "seal" and (options.rows or options.seal):
        parser.error("--rows, --seal: rings audit verify")
    say = catalogue(options.lang)
    from console.service.problem import StoreProblem

    path = chosen_store(options)
    told = _Told(say)
    try:
        return (_verify if options.what == "verify" else _make_seal)(path, options, say, told)
    except StoreProblem as problem:
        told.clear()
        return complain("audit", problem_text(problem, say, path), 2)
    except BrokenPipeError:
        raise  # whoever read us has had enough
    except OSError as error:
        told.clear()
        return complain("audit", f"{path}: {error.strerror or error}", 2)


def _seal(text: str) -> Seal:
    from console.store.sealing import Seal

    try:
        return Seal.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: a line that rings audit seal printed") from None


def _make_seal(path: Path, options: argparse.Namespace, say: Catalogue, told: _Told) -> int:
    from console.store.auditing import Audit

    audit = Audit(path, told)
    seal = audit.seal()
    told.clear()
    if options.json:
        print_json({"seal": str(seal), "last": seal.last, "events": audit.events})
    else:
        print(seal)
    return 0


def _verify(path: Path, options: argparse.Namespace, say: Catalogue, told: _Told) -> int:
    from console.store.auditing import Audit

    audit = Audit(path, told)
    found = remarks = 0
    for finding in _findings(audit, path, options, told, say):
        told.clear()
        _print(finding, options, say)
        found += finding.grave
        remarks += not finding.grave
    told.clear()
    if options.json:
        print_json({"events": audit.events, "last": audit.last, "found": found, "remarks": remarks})
    else:
        key = "audit.found_some" if found else "audit.whole_rows" if options.rows else "audit.whole"
        print(say(key, events=audit.events, found=found))
    return 1 if found else 0


def _findings(
    audit: Audit, path: Path, options: argparse.Namespace, told: _Told, say: Catalogue
) -> Iterator[Finding]:
    broken = False
    for finding in audit.findings(options.seal):
        broken = broken or finding.grave
        yield finding
    if options.rows:
        yield from _rows(path, lambda done: told.say(say("audit.rebuilding", done=done)), broken=broken)


def _rows(path: Path, told: Callable[[int], None], *, broken: bool) -> Iterator[Finding]:
    """What `rings doctor --rebuild` would write anew, found out on a copy."""
    import asyncio

    from console.cli.rebuilding import rebuild
    from console.service.problem import StoreProblem
    from console.store.audited import Finding
    from console.store.backup import checked_copy
    from console.store.comparing import rewritten, watch

    told(0)
    try:
        with checked_copy(path, path.with_name(f"{path.name}.audit")) as copy:
            changed = asyncio.run(rebuild(copy.path, at_rest=lambda: watch(copy.path), told=told))
            items = rewritten(copy.path)
    except StoreProblem as problem:
        if problem.reason != "corrupt" or not broken:
            raise
        yield Finding("unfit", {})
        return
    for item in items:
        yield Finding("row", {"item": item})
    if changed and not items:
        yield Finding("counters", {"number": changed})


def _print(finding: Finding, options: argparse.Namespace, say: Catalogue) -> None:
    from console.domain.instants import format_utc
    from console.feeds.sanitise import clean_text
    from console.masks import mask_id, mask_text

    values = {
        name: clean_text((mask_id if name == "item" else mask_text)(str(value)), 200)
        if isinstance(value, str)
        else format_utc(value)
        if name == "since"
        else value
        for name, value in finding.values.items()
    }
    text = say(f"audit.found.{finding.key}", **values)
    if options.json:
        print_json({"what": finding.key, "grave": finding.grave, **values, "text": text})
    else:
        print(text)


class _Told:
    """Tells somebody who waits at a terminal how far it is, on one line."""

    def __init__(self, say: Callable[..., str]) -> None:
        self._say = say
        self._next = time.monotonic() + _TOLD_EVERY_S
        self._width = 0

    def __call__(self, done: int, of: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _TOLD_EVERY_S
            self.say(self._say("audit.working", share=min(99, 100 * done // max(1, of))))

    def say(self, text: str) -> None:
        if sys.stderr.isatty():
            self.clear()
            self._width = 2 * len(text)  # a character takes two cells at most
            print(f"\r{text}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            print(f"\r{' ' * self._width}\r", end="", file=sys.stderr, flush=True)
            self._width = 0
