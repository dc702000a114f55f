"""`rings report`: what broke in a shift, by norm, queue, hour and cause; as text, Markdown, CSV or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, complain, print_json, read

if TYPE_CHECKING:
    import argparse

    from console.domain.instants import Millis
    from console.store.reading import SqliteReader

FORMATS = ("text", "md", "csv", "json")


def main(words: Sequence[str]) -> int:
    parser = Parser("report", words, "rings report --from 2026-03-02T08:00:00+08:00 --format md")
    say = parser.say
    parser.shared("from", "until")
    parser.add_argument("--shift", metavar="SHIFT", default="", help=say("shift.option_shift"))
    parser.add_argument("--format", choices=FORMATS, default="text", help=say("shift.option_format"))
    options = parser.options()
    return read("report", options, lambda reader, now: _print(reader, now, options))


def _print(reader: SqliteReader, now: Millis, options: argparse.Namespace) -> int:
    from console import paths
    from console.domain.dimensions import parse_dimensions
    from console.output.report import csv_lines, report_object, text_lines
    from console.service.alarms import shift_start
    from console.service.report import shift_report

    until = now if options.until is None else options.until
    rules = reader.rulebook().at(until)
    # At the moment at which one shift takes over from another, the report is of the one that ends.
    since = shift_start(reader, until - 1) if options.since is None else options.since
    say = catalogue(options.lang)
    if options.shift:
        shift = rules.site.shifts.found(options.shift, until)
        if shift is None:
            known = ", ".join(["last", *dict.fromkeys(one.name for one in rules.site.shift_hours)])
            return complain("report", say("shift.unknown", shift=repr(options.shift), known=known), 2)
        since, until = shift.start, min(until, shift.end)
    if since >= until:
        return complain("report", say("shift.backwards"), 2)
    file = Path(paths.fixtures(), "reports", "dimensions.toml")
    report = shift_report(reader, since, until, parse_dimensions(file.read_text(encoding="utf-8")))
    if options.format == "json":
        print_json(report_object(report, rules))
    elif options.format == "csv":
        print(*csv_lines(report), sep="\n")
    else:
        print(*text_lines(report, rules, say, markdown=options.format == "md"), sep="\n")
    return 0
