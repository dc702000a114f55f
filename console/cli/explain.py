"""`rings explain`: the sum behind each clock of one item, as one would do it on paper."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, complain, print_json, read

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.store.reading import SqliteReader


def main(words: Sequence[str]) -> int:
    parser = Parser("explain", words, "rings explain call/1795326119.2")
    say = parser.say
    parser.add_argument("item", metavar="ITEM", help=say("cli.option.item"))
    parser.shared("until", "json")
    options = parser.options()
    return read("explain", options, lambda reader, now: _explain(reader, now, options))


def _explain(reader: SqliteReader, now: Millis, options: argparse.Namespace) -> int:
    from console.output.contract import explanation_object
    from console.output.text import explanation_lines
    from console.service.explain import explain

    until = now if options.until is None else options.until
    explanation = explain(reader, options.item, until)
    say = catalogue(options.lang)
    if explanation is None:
        from console.cli.ack import find, several

        found = find(reader, options.item)  # by the end of its id, or as it is shown
        if len(found) > 1:
            return complain("explain", several(found, options.item, say), 2)
        explanation = explain(reader, found[0], until) if found else None
    if explanation is None:
        return complain("explain", say("cli.explain.no_item", item=options.item), 2)
    if options.json:
        print_json(explanation_object(explanation))
    else:
        for line in explanation_lines(explanation, reader.rulebook().at(until), say):
            print(line)
    return 0
