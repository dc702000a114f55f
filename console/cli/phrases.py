"""`rings phrases`: what is watched for in what people say, what a text holds of it, what a list has wrong."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, complain, print_json, read

if TYPE_CHECKING:
    from console.domain.phrases import Phrases
    from console.locale.catalogue import Catalogue


def main(words: Sequence[str]) -> int:
    parser = Parser("phrases", words, 'rings phrases find "我不知道"')
    say = parser.say
    parser.add_argument("what", choices=("list", "find", "check"), nargs="?", default="list")
    parser.add_argument("text", metavar="TEXT|FILE", nargs="?", help=say("cli.phrases.text"))
    parser.add_argument("--customer", action="store_true", help=say("cli.phrases.customer"))
    parser.shared("json")
    options = parser.options()
    if options.what != "list" and not options.text:
        parser.error(f"{options.what} {'FILE' if options.what == 'check' else 'TEXT'}")
    if options.what == "check":
        return _check(options)
    show = _find if options.what == "find" else _list
    say = catalogue(options.lang)
    return read("phrases", options, lambda reader, now: show(reader.rulebook().latest.phrases, options, say))


def _check(options: argparse.Namespace) -> int:
    """A list of phrases, or a deck of cue cards."""
    from console.domain.cue_deck import parse_cues
    from console.domain.phrase_list import parse_phrases
    from console.domain.tables import TableError

    say = catalogue(options.lang)
    try:
        body = Path(options.text).read_text(encoding="utf-8")
        parse: Callable[[str], Sequence[object]] = parse_cues if "[[cue]]" in body else parse_phrases
        number = len(parse(body))
    except OSError as error:
        return complain("phrases", f"{options.text}: {error.strerror}", 2)
    except UnicodeDecodeError:
        return complain("phrases", say("cli.norms.not_utf8", file=options.text), 2)
    except TableError as error:
        for problem in error.problems:
            print(f"{options.text}:{problem.line}: {problem.text}")
        return 1
    print(say("cli.phrases.fine", file=options.text, number=number))
    return 0


def _list(phrases: Phrases, options: argparse.Namespace, say: Catalogue) -> int:
    for found in phrases.sets.values():
        if options.json:
            print_json(
                {
                    "set": found.id,
                    "level": found.level,
                    "kind": found.kind,
                    "who": found.who,
                    "phrases": list(found.phrases),
                    "better": dict(found.better),
                }
            )
        else:
            print(f"{found.id:<24} {found.level:<6} {found.who:<9} {' · '.join(found.phrases)}")
    return 0


def _find(phrases: Phrases, options: argparse.Namespace, say: Catalogue) -> int:
    """What one line holds; exit code 1 where some of it alerts."""
    hits, _ = phrases.scan("", options.text, "customer" if options.customer else "agent")
    alert = False
    for hit in hits:
        found = phrases.sets[hit.set]
        alert = alert or found.level == "alert"
        said, better = options.text[hit.start : hit.end], say.text_of(found.better)
        if options.json:
            print_json(
                {
                    "set": hit.set,
                    "level": found.level,
                    "phrase": hit.phrase,
                    "start": hit.start,
                    "end": hit.end,
                    "said": said,
                    "better": better,
                }
            )
        else:
            print(f"{found.level:<6} {hit.set:<24} {said}{f'  →  {better}' if better else ''}")
    if not hits and not options.json:
        print(say("cli.phrases.none"))
    return int(alert)
