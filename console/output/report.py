"""The report of a shift as text, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from console.domain.instants import format_utc, to_datetime
from console.locale.facts import missing_words
from console.output.columns import aligned
from console.output.samples import cells, lines_of, sample_object
from console.service import first_visits, renewal
from console.service.report import MADE_BY

if TYPE_CHECKING:
    from console.domain.rules import Rules
    from console.locale.catalogue import Catalogue
    from console.service.report import Line, ShiftReport

SECTIONS = ("norms", "queues", "hours", "causes", "dimensions", "reveals", "renewals", "visits")

_OWN_WORDS = {"reveals", "renewals", "visits"}
"""Sections in which other words stand for broken and kept: `shift.SECTIONbroken`."""


_SHARED = {"renewals": renewal.FORMULA, "visits": first_visits.FORMULA}
"""Sections with a share of what was kept, by its formula."""


def report_object(report: ShiftReport, rules: Rules) -> dict[str, Any]:
    """The JSON of a report: for each section a list of objects, the most broken first."""
    told: dict[str, Any] = {
        "from": format_utc(report.since),
        "until": format_utc(report.until),
        "broken": report.broken,
        "kept": report.kept,
    }
    for section in SECTIONS:
        told[section] = [
            {
                section.removesuffix("s"): _key(section, line),
                "broken": line.broken,
                **({} if line.kept is None else {"kept": line.kept}),
                **(_share(section, line, rules) if section in _SHARED else {}),
            }
            for line in getattr(report, section)
        ]
    told["samples"] = [sample_object(line) for line in lines_of(report.samples)]
    told["alerts"] = [
        {"norm": norm, "fired": sense.fired, "acted": sense.acted, "ignored": sense.ignored}
        for norm, sense in sorted(report.alerts.items())
    ]
    return told


def _share(section: str, line: Line, rules: Rules) -> dict[str, Any]:
    kept = line.kept or 0
    return {
        "share": kept / (kept + line.broken),
        "formula": _SHARED[section],
        "target": _target(section, rules),
    }


def _target(section: str, rules: Rules) -> float | None:
    return rules.site.renewal_target if section == "renewals" else rules.site.first_visit_target


def _key(section: str, line: Line) -> str:
    return format_utc(int(line.key)) if section == "hours" else line.key


def csv_lines(report: ShiftReport) -> Iterator[str]:
    """A line for each line of each section: section, key, broken, kept."""
    yield "section,key,broken,kept"
    for section in SECTIONS:
        for line in getattr(report, section):
            text = io.StringIO()
            kept = "" if line.kept is None else line.kept
            row = (section.removesuffix("s"), _key(section, line), line.broken, kept)
            csv.writer(text, lineterminator="").writerow(row)
            yield text.getvalue()
    for sampled in lines_of(report.samples):
        yield f"sample,{sampled.norm},{sampled.stands.base - sampled.stands.done},{sampled.stands.done}"


def text_lines(report: ShiftReport, rules: Rules, say: Catalogue, *, markdown: bool) -> Iterator[str]:
    """A heading and a table for each section that has anything to tell."""
    zone = rules.site.tzinfo
    since, until = (
        f"{to_datetime(at).astimezone(zone):%Y-%m-%d %H:%M}" for at in (report.since, report.until)
    )
    yield ("# " if markdown else "") + say("shift.title", site=rules.site.name, since=since, until=until)
    yield ""
    yield say("shift.whole", broken=report.broken, kept=report.kept)
    for section in SECTIONS:
        lines = getattr(report, section)
        if not lines:
            continue
        own = section if section in _OWN_WORDS else ""
        head = [say(f"shift.{section}"), say(f"shift.{own}broken")]
        if lines[0].kept is not None:
            head.append(say(f"shift.{own}kept"))
        if section in _SHARED:
            head.append(say(f"shift.{section}_share"))
        rows = [_row(section, line, rules, say) for line in lines]
        yield from _table(head, rows, markdown=markdown)
        if section in _SHARED:
            aim = _target(section, rules)
            target = say("shift.renewals_target", target=f"{aim:.0%}") if aim is not None else ""
            yield from ("", say(f"shift.{section}_formula", target=target).rstrip())
    if report.samples:
        words = ("finished", "done", "open", "excused", "share", "target")
        head = [
            say("shift.samples", month=report.samples[0].name),
            *(say(f"shift.samples_{word}") for word in words),
        ]
        rows = [[_norm(line.norm, rules, say), *cells(line)] for line in lines_of(report.samples)]
        yield from _table(head, rows, markdown=markdown)
        yield from ("", say("shift.samples_formula"))
    if report.alerts:
        head = [say("shift.alerts"), *(say(f"shift.{word}") for word in ("fired", "acted", "ignored"))]
        rows = [
            [_norm(norm, rules, say), str(sense.fired), str(sense.acted), str(sense.ignored)]
            for norm, sense in sorted(report.alerts.items())
        ]
        yield from _table(head, rows, markdown=markdown)


def _row(section: str, line: Line, rules: Rules, say: Catalogue) -> list[str]:
    figures = [str(line.broken)] if line.kept is None else [str(line.broken), str(line.kept)]
    if section in _SHARED:
        figures.append(f"{_share(section, line, rules)['share']:.0%}")
    return [_told(section, line.key, rules, say), *figures]


def _told(section: str, key: str, rules: Rules, say: Catalogue) -> str:
    if section == "norms":
        return _norm(key, rules, say)
    if section == "hours":
        return f"{to_datetime(int(key)).astimezone(rules.site.tzinfo):%m-%d %H:%M}"
    if section == "visits" and not key:
        return say("shift.visits_nobody")
    if section in ("reveals", "visits"):
        return rules.site.agent_name(rules.site.agent(key))
    if section == "renewals":
        return key or say("shift.no_area")
    if section == "dimensions":
        return say(f"shift.dimension.{key or 'other'}")
    if section == "causes":
        word, _, what = key.partition(":")
        told = _norm(what, rules, say) if word == MADE_BY else missing_words(say, (what,))
        return say(f"shift.cause.{word}", what=told)
    return key or say("shift.no_queue")


def _norm(norm_id: str, rules: Rules, say: Catalogue) -> str:
    norm = rules.pack.by_id.get(norm_id)
    return say.text_of(norm.name, norm_id) if norm else norm_id


def _table(head: list[str], rows: Iterable[list[str]], *, markdown: bool) -> Iterator[str]:
    yield ""
    if not markdown:
        yield from aligned([head, *rows])
        return
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for row in rows:
        # What came from outside must not break the table, nor be markup in it.
        cells = ("".join(f"\\{c}" if c in "|\\`*_<>[]" else c for c in cell) for cell in row)
        yield f"| {' | '.join(cells)} |"
