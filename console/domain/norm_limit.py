"""The limit of a norm as people read it, with what a site says of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.span import Span

if TYPE_CHECKING:
    from console.domain.norm import Norm
    from console.domain.site import Site

_SIGNS = {"most": "", "least": "≥ ", "every": "/ "}
"""What stands before a limit, by the rule of its clock: at least so long, each so long."""


def limit_of(norm: Norm, site: Site, *, apart: str = ", ") -> str:
    """The limit in force here: the site's, else the norm's own; empty where it has none. `apart` stands
    before what holds where the field that it goes by was not given."""
    timing, check, task = norm.timing, norm.check, norm.task
    override = site.limits.get(norm.id)
    if timing is not None:
        if timing.limit.field is None:
            return f"{_SIGNS[timing.rule]}{override or timing.limit}"
        fallback = override or timing.otherwise
        return f"{timing.limit}{apart}{fallback}" if fallback else str(timing.limit)
    if check is not None and check.measure:
        most = site.numbers.get(norm.id, check.at_most)
        bounds = [f"≥ {check.at_least:g}"] if check.at_least is not None else []
        bounds += [f"≤ {most:g}"] if most is not None else []
        bounds += [f"/ {Span(millis=check.within)}"] if check.within is not None else []
        return " ".join(bounds)
    if task is not None and task.share is not None:
        return f"≥ {site.numbers.get(norm.id, task.share):.0%}"
    if check is None and norm.form == "count" and norm.id in site.numbers:
        return f"< {site.numbers[norm.id]:g}"
    if task is not None:
        spans = (override or task.delay, task.due, task.otherwise)
        if norm.schedule is not None or (task.delay is None and task.due is not None):
            spans = (task.delay, override or task.due, task.otherwise)
        told = [str(span) for span in spans[:2] if span is not None]
        if task.otherwise is None:
            return ", ".join(told)
        last = str(task.otherwise)
        return f"{', '.join(told)}{apart}{last}" if spans[1] is not None else ", ".join((*told, last))
    return ""
