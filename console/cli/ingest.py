"""`rings ingest`: a file or a pipe into the store, each event once."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from console.cli.common import Parser, catalogue, chosen_store, complain, print_json, problem_text, progress

if TYPE_CHECKING:
    from console.domain.event import Reading
    from console.service.model import Receipt
    from console.service.rows import ItemRow


def main(words: Sequence[str]) -> int:
    parser = Parser("ingest", words, "rings ingest day.ndjson")
    say = parser.say
    parser.add_argument("file", metavar="FILE", help=say("cli.option.file"))
    parser.add_argument(
        "--format", choices=("events", "ami"), default="events", help=say("cli.option.format")
    )
    parser.add_argument("--map", metavar="MAP.toml", help=say("cli.option.map"))
    parser.shared("json")
    parser.add_argument("--strict", action="store_true", help=say("cli.option.strict"))
    options = parser.options()
    say = catalogue(options.lang)
    if options.file != "-" and (not Path(options.file).exists() or Path(options.file).is_dir()):
        return complain("ingest", say("cli.ingest.no_file", file=options.file), 2)
    if _streams(options) and options.format == "ami":
        return complain("ingest", say("cli.ingest.ami_needs_file"), 2)
    from console.service.problem import StoreProblem

    try:
        receipt = asyncio.run(_ingest(options))
    except StoreProblem as problem:
        return complain("ingest", problem_text(problem, say, chosen_store(options)), 2)
    except (OSError, ValueError) as error:
        return complain("ingest", _fault(error, options), 2)
    counts = {
        "read": receipt.read,
        "appended": receipt.appended,
        "duplicate": receipt.duplicate,
        "rejected": receipt.rejected,
    }
    if options.json:
        print_json(counts)
    else:
        print(say("cli.ingest.done", **counts))
        if receipt.rejected:
            print(say("cli.ingest.see_rejects"), file=sys.stderr)
    return 1 if options.strict and receipt.rejected else 0


def _streams(options: argparse.Namespace) -> bool:
    """Whether it comes bit by bit: stdin, or a pipe as in `rings ingest <(zcat day.gz)`."""
    return options.file == "-" or not Path(options.file).is_file()


def _fault(error: OSError | ValueError, options: argparse.Namespace) -> str:
    """Which file is wrong, and how, in one line."""
    text = str(error).splitlines()[0]
    if isinstance(error, OSError):
        return f"{error.filename or options.file}: {error.strerror or text}"
    if isinstance(error, UnicodeDecodeError):
        text = catalogue(options.lang)("cli.norms.not_utf8", file=options.map)
    elif options.map:
        text = f"{options.map}: {text}"
    return text


async def _ingest(options: argparse.Namespace) -> Receipt:
    from console.bootstrap import open_desk
    from console.collector import take_in

    desk, store = await open_desk(chosen_store(options), told=progress("ingest", options))
    take_in()
    try:
        readings = _lines(options)
        if options.format == "ami":
            from console.feeds.asterisk import recording_span

            start, _ = recording_span(Path(options.file))
            readings = _recording(options, await desk.calls_at(start))
        if not _streams(options):
            return await desk.ingest(readings, source=Path(options.file).name)
        from console.feeds.pump import batches
        from console.service.desk import BATCH
        from console.service.model import Receipt

        receipt = Receipt()
        async for batch in batches(readings, BATCH):
            receipt += await desk.ingest(batch, source="-")
        return receipt
    finally:
        await store.close()


def _stdin() -> BinaryIO:
    """stdin, as a stream of our own: the thread that reads may still wait for a line when Ctrl+C ends us, and
    Python's own it would abort over."""
    try:
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    except (OSError, AttributeError):
        return sys.stdin.buffer


def _lines(options: argparse.Namespace) -> Iterator[Reading]:
    """What a file of events, or a CSV with its mapping, holds."""
    with contextlib.ExitStack() as closing:
        stream = _stdin() if options.file == "-" else closing.enter_context(Path(options.file).open("rb"))
        if options.map:
            from console.feeds.csv_map import read_csv
            from console.feeds.mapping import load_mapping

            path = Path(options.map)
            mapping = load_mapping(path.read_text(encoding="utf-8"), base=path.parent)
            yield from read_csv(stream, mapping)
        else:
            from console.feeds.ndjson import read_ndjson

            yield from read_ndjson(stream, name=options.file)


def _recording(options: argparse.Namespace, known: Sequence[ItemRow]) -> Iterator[Reading]:
    """What a recording holds, continuing the calls that the store believes open."""
    from console.feeds.asterisk import OpenCall, read_recording

    believed = [
        # Not who has it: the store knows people by their ids here, the exchange by their telephones.
        OpenCall(row.id, row.state, row.queue or None, None, row.last)
        for row in known
        if row.source.startswith("asterisk/")
    ]
    gap_from = max((call.last for call in believed), default=None)
    yield from read_recording(Path(options.file), believed=believed, gap_from=gap_from)
