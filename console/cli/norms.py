"""`rings norms`: the norms in force, one of them whole, or what is wrong with a pack."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli.common import Parser, catalogue, complain, print_json, read
from console.domain.place import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from console.domain.instants import Millis
    from console.domain.norm import Norm
    from console.domain.rules import Rules
    from console.locale.catalogue import Catalogue
    from console.service.verdicts import Verdicts
    from console.store.reading import SqliteReader


def main(words: Sequence[str]) -> int:
    parser = Parser("norms", words, "rings norms check my-norms.toml")
    say = parser.say
    parser.add_argument("what", choices=("list", "show", "check"), nargs="?", default="list")
    parser.add_argument("name", metavar="ID|FILE", nargs="?", help=say("cli.norms.name"))
    parser.shared("json")
    options = parser.options()
    if options.what != "list" and not options.name:
        parser.error(f"{options.what} {'FILE' if options.what == 'check' else 'ID'}")
    if options.what == "check":
        return _check(options)
    return read("norms", options, lambda reader, now: _show(reader, now, options))


def _check(options: argparse.Namespace) -> int:
    from console.domain.pack_file import parse_pack
    from console.domain.tables import TableError

    say = catalogue(options.lang)
    try:
        pack = parse_pack(Path(options.name).read_text(encoding="utf-8"))
    except OSError as error:
        return complain("norms", f"{options.name}: {error.strerror}", 2)
    except UnicodeDecodeError:
        return complain("norms", say("cli.norms.not_utf8", file=options.name), 2)
    except TableError as error:
        for problem in error.problems:
            print(f"{options.name}:{problem.line}: {problem.text}")
        return 1
    print(say("cli.norms.fine", file=options.name, number=len(pack.norms)))
    return 0


def _show(reader: SqliteReader, now: Millis, options: argparse.Namespace) -> int:
    from console.output.columns import aligned
    from console.service.verdicts import Verdicts, verdicts

    say = catalogue(options.lang)
    rules = reader.rulebook().latest
    norms = rules.pack.norms
    if options.what == "show":
        norms = tuple(norm for norm in norms if norm.id == options.name)
        if not norms:
            return complain("norms", say("cli.norms.unknown", name=options.name), 2)
    today = verdicts(reader, now)
    if options.what == "list" and not options.json:
        print(*aligned([_line(norm, rules, today, say) for norm in norms]), sep="\n")
        return 0
    for norm in norms:
        if options.json:
            print_json(_object(norm, rules, today.get(norm.id, Verdicts())))
        else:
            _print_one(norm, rules, today.get(norm.id, Verdicts()), say)
    return 0


def _line(norm: Norm, rules: Rules, today: Mapping[str, Verdicts], say: Catalogue) -> list[str]:
    """One norm in the list: id, document, form, limit here, kept and broken today, name."""
    counts = today.get(norm.id)
    told = (
        say("cli.norms.today", kept=counts.kept, broken=counts.broken)
        if counts
        else say("cli.norms.not_today")
    )
    form, limit = say.word("form", norm.form), _limit_words(norm, rules, say) or "—"
    return [norm.id, say.word("doc", norm.doc), form, limit, told, say.text_of(norm.name, norm.id)]


def _limit(norm: Norm, rules: Rules) -> str:
    """The limit in force here, the site's, else the norm's own, as settings write it; empty without one."""
    from console.domain.norm_limit import limit_of

    return limit_of(norm, rules.site)


def _limit_words(norm: Norm, rules: Rules, say: Catalogue) -> str:
    from console.domain.norm_limit import limit_of
    from console.locale.limits import OTHERWISE, limit_words

    return limit_words(say, limit_of(norm, rules.site, apart=OTHERWISE))


def _object(norm: Norm, rules: Rules, today: Verdicts) -> dict[str, object]:
    from console.domain.running import calendar_of

    calendar = calendar_of(norm, rules.site) if norm.timing or norm.task else None
    return {
        "id": norm.id,
        "doc": norm.doc,
        "form": norm.form,
        "subject": norm.subject,
        "rule": norm.timing.rule if norm.timing else norm.form if norm.check else None,
        "limit": _limit(norm, rules) or None,
        "warn": str(norm.timing.warn) if norm.timing and norm.timing.warn else None,
        "calendar": calendar.name if calendar else None,
        "severity": SEVERITIES[norm.severity],
        "kept": today.kept,
        "broken": today.broken,
        "unknown": today.unknown,
        "name": dict(norm.name),
        "text": dict(norm.text),
    }


def _print_one(norm: Norm, rules: Rules, today: Verdicts, say: Catalogue) -> None:
    print(f"{norm.id}  {say.text_of(norm.name)}")
    print(f"  {say.of(say.word('doc', norm.doc), say.text_of(norm.text))}")
    told = _object(norm, rules, today)
    told |= {
        "form": say.word("form", norm.form),
        "limit": _limit_words(norm, rules, say) or None,
        "severity": say.word("severity", SEVERITIES[norm.severity]),
    }
    for key in ("form", "subject", "limit", "warn", "calendar", "severity", "kept", "broken"):
        if told[key] is not None:
            print(f"  {key:<9} {told[key]}")
    for part in (norm.timing, norm.check, norm.task):
        for key in _LISTED if part is not None else ():
            names = getattr(part, key, ())
            if names:
                print(f"  {key:<9} {_listed(names)}")


def _listed(names: Any) -> str:
    if isinstance(names, str):
        return names
    return ", ".join(name if isinstance(name, str) else " / ".join(name) for name in names)


_LISTED = (
    "start", "stop", "again", "free", "rearm", "unless", "arm", "pause", "resume", "on", "after", "needs",
    "forbid", "lists", "measure", "make", "item",
)  # fmt: skip
