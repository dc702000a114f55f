"""A message in words: one breach in a few lines, many as one digest. Customers are masked here, once and for
all that leaves."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, Millis, to_datetime
from console.domain.place import SEVERITIES
from console.masks import mask_customer, mask_id

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue
    from console.service.told import Bundle, Entry

_WORST = 3
"""So many breaches of a digest are named."""

_NORMS = 4
"""So many norms of a digest are counted one by one."""


def write_up(bundle: Bundle, say: Catalogue) -> dict[str, str]:
    """The title and the body of a message."""
    if len(bundle.entries) == 1 and not bundle.missed:
        title, lines = _one(bundle, bundle.entries[0], say)
    else:
        title, lines = _digest(bundle, say)
    if bundle.unmanned:
        lines.insert(0, say("notify.unmanned"))
    return {"title": title, "body": "\n".join(lines)}


def gap(start: Millis, end: Millis, bundle: Bundle, say: Catalogue) -> dict[str, str]:
    """The alarm that nobody is on call from one moment to another, or will be."""
    times = {"start": _when(start, bundle), "end": _when(end, bundle)}
    title = say("notify.gap" if start <= bundle.now else "notify.gap_ahead")
    return {"title": title, "body": say("notify.gap_when", **times)}


def _one(bundle: Bundle, entry: Entry, say: Catalogue) -> tuple[str, list[str]]:
    norm = _norm(bundle, entry.climb.norm, say)
    severity = say(f"severity.{SEVERITIES[entry.climb.severity]}")
    title = say("notify.title", severity=severity, norm=norm)
    lines = [_line(bundle, entry, say)]
    if entry.count > 1:
        lines.append(say("notify.again", n=entry.count))
    lines.append(say("notify.how"))
    return title, lines


def _digest(bundle: Bundle, say: Catalogue) -> tuple[str, list[str]]:
    entries = sorted(bundle.entries, key=lambda each: (each.climb.severity, each.climb.broke))
    counts = Counter(each.climb.norm for each in entries)
    lines = []
    if entries:
        shown = counts.most_common(_NORMS)
        parts = [say("notify.of_norm", norm=_norm(bundle, norm, say), n=n) for norm, n in shown]
        if rest := len(entries) - sum(n for _, n in shown):
            parts.append(say("notify.others", n=rest))
        lines.append(say("notify.comma").join(parts))
        lines += [f"- {_line(bundle, each, say, norm=True)}" for each in entries[:_WORST]]
        if len(entries) > _WORST:
            lines.append(say("notify.more", n=len(entries) - _WORST))
    if bundle.missed:
        lines.append(say("notify.missed", n=sum(bundle.missed.values())))
    title = say("notify.digest", n=len(entries)) if entries else say("notify.night")
    return title, lines


def _line(bundle: Bundle, entry: Entry, say: Catalogue, *, norm: bool = False) -> str:
    climb, row = entry.climb, entry.row
    parts = [_norm(bundle, climb.norm, say)] if norm else []
    kind, _, name = mask_id(climb.item).partition("/")
    parts.append(f"{say.word('kind', kind)} {name}")
    if row is not None:
        customer = mask_customer(row.name, row.customer)
        parts += [part for part in (row.queue, row.owner or "", customer) if part]
    over, since = max(0, bundle.now - climb.broke) // MINUTE, _when(climb.broke, bundle)
    parts.append(say("notify.over", minutes=over, since=since) if over else say("notify.just", since=since))
    return " · ".join(parts)


def _norm(bundle: Bundle, norm_id: str, say: Catalogue) -> str:
    norm = bundle.rules.pack.by_id.get(norm_id)
    return say.text_of(norm.short, norm_id) if norm else norm_id


def _when(moment: Millis, bundle: Bundle) -> str:
    """In the site's own time; the day too, where it is not today's."""
    zone = bundle.rules.site.tzinfo
    local, today = to_datetime(moment).astimezone(zone), to_datetime(bundle.now).astimezone(zone)
    return f"{local:%H:%M}" if local.date() == today.date() else f"{local:%Y-%m-%d %H:%M}"
