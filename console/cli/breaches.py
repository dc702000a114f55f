"""`rings breaches`: every broken norm, as of any moment."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, complain, print_json, read

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.store.reading import SqliteReader


def main(words: Sequence[str]) -> int:
    parser = Parser("breaches", words, "rings breaches --json --norm call.wait")
    say = parser.say
    parser.shared("json", "from", "until")
    parser.add_argument("--csv", action="store_true", help=say("cli.option.csv"))
    parser.add_argument("--norm", action="append", default=[], metavar="ID", help=say("cli.option.norm"))
    options = parser.options()
    if options.json and options.csv:
        parser.error("--json or --csv, not both")
    return read("breaches", options, lambda reader, now: _print(reader, now, options))


def _print(reader: SqliteReader, now: Millis, options: argparse.Namespace) -> int:
    from console.output.contract import BREACH_FIELDS, breach_object
    from console.output.status import shown_id
    from console.output.text import breach_lines
    from console.service.breaches import breaches

    until = now if options.until is None else options.until
    if options.since is not None and options.since > until:
        return complain("breaches", catalogue(options.lang)("shift.backwards"), 2)
    found = breaches(reader, until, options.since, options.norm)
    known = reader.rulebook().latest.pack.by_id
    for norm in options.norm:
        # Nothing broken of a norm that is only misspelt would be bad news that sounds good.
        if norm not in known and not any(breach.clock.norm == norm for breach in found):
            complain("breaches", catalogue(options.lang)("cli.norms.unknown", name=norm), 0)
    if options.json:
        for breach in found:
            print_json({**breach_object(breach), "item": shown_id(breach.clock.item)})
    elif options.csv:
        writer = csv.DictWriter(sys.stdout, BREACH_FIELDS, lineterminator="\n")
        writer.writeheader()
        for breach in found:
            row = breach_object(breach)
            writer.writerow({**row, "item": shown_id(row["item"]), "agents": " ".join(row["agents"])})
    else:
        say = catalogue(options.lang)
        for line in breach_lines(found, reader.rulebook().latest, say):
            print(line)
    return 0
