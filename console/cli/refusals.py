"""`rings refusals`: who wants no follow-up call, where they are and why."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, print_json, read, rows_wanted

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.store.reading import SqliteReader

LIST = "report/refusal/"
"""What the norm of refusals makes; each stays on the list when it has been read."""


def main(words: Sequence[str]) -> int:
    parser = Parser("refusals", words, "rings refusals --json")
    say = parser.say
    parser.shared("json")
    parser.add_argument(
        "--limit", type=rows_wanted, default=1000, metavar="N", help=say("cli.refusals.limit")
    )
    options = parser.options()
    return read("refusals", options, lambda reader, now: _print(reader, options, now))


def _print(reader: SqliteReader, options: argparse.Namespace, now: Millis) -> int:
    from console.domain.instants import format_utc
    from console.masks import mask_customer
    from console.output.text import local

    say, rules = catalogue(options.lang), reader.rulebook().at(now)
    found = [row for row in reader.items_under(LIST, options.limit) if not row.withdrawn]
    for row in found:
        who = mask_customer(row.name, row.customer) or "—"
        owner = rules.site.agent_name(row.owner) if row.owner else "—"
        if options.json:
            print_json(
                {
                    "item": row.id,
                    "customer": who,
                    "note": row.note,
                    "refused": format_utc(row.opened),
                    "agent": row.owner,
                    "read": row.over is not None,
                }
            )
        else:
            state = say.word(f"state.{row.kind}", row.state)
            print(f"{local(row.opened, rules)[:16]}  {who}  {row.note or '—'}  {owner}  {state}")
    if not options.json and not found:
        print(say("cli.refusals.none"))
    return 0
