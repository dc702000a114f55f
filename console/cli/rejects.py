"""`rings rejects`: bad input, kept with its place and reason."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, print_json, read, rows_wanted

if TYPE_CHECKING:
    from console.store.reading import SqliteReader


def main(words: Sequence[str]) -> int:
    parser = Parser("rejects", words, "rings rejects --limit 20")
    say = parser.say
    parser.shared("json")
    parser.add_argument("--limit", type=rows_wanted, default=100, metavar="N", help=say("cli.rejects.limit"))
    options = parser.options()
    return read("rejects", options, lambda reader, now: _print(reader, options))


def _print(reader: SqliteReader, options: argparse.Namespace) -> int:
    from console.domain.instants import format_utc
    from console.feeds.sanitise import clean_text
    from console.masks import mask_text

    say = catalogue(options.lang)
    for number, origin, line, reason, detail, raw, received in reader.rejects(options.limit):
        text = mask_text(clean_text(raw[:400].decode("utf-8", "replace"), 200))
        detail = mask_text(clean_text(detail))
        origin = clean_text(origin)  # a file's name, which somebody else may have chosen
        if options.json:
            print_json(
                {
                    "reject": number,
                    "origin": origin,
                    "line": line,
                    "reason": reason,
                    "detail": detail,
                    "received": format_utc(received),
                    "raw": text,
                    "bytes": len(raw),
                }
            )
        else:
            why = say(f"reject.{reason}", detail=clean_text(detail, 120))
            place = f"{origin}:{line}" if line else origin
            print(f"{place}: {why}\n    {text}")
    if not options.json:
        print(say("cli.rejects.total", number=reader.reject_count()))
    return 0
