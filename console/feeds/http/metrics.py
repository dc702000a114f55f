"""What goes on, as OpenMetrics: counts and names of feeds and queues, never of people.

https://prometheus.io/docs/specs/om/open_metrics_spec/
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from console.domain.instants import SECOND

if TYPE_CHECKING:
    from console.feeds.http.intake import Intake
    from console.service.desk import Desk

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"

_FRESH_S = 1.0
"""So old may the store's part be: asking more often costs nothing."""

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})

Sample = tuple[Mapping[str, str], float]


class Exposition:
    """Writes the metrics of one desk."""

    def __init__(self, desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._clock = clock
        self._lock = asyncio.Lock()
        self._read_at = float("-inf")
        self._floor: list[str] = []

    async def text(
        self, intakes: Iterable[Intake], answers: Mapping[tuple[str, int], int], connections: int
    ) -> str:
        """All of them. Raises StoreProblem."""
        async with self._lock:
            if self._clock() - self._read_at >= _FRESH_S:
                self._floor = await self._read()
                self._read_at = self._clock()
        events: list[Sample] = [
            ({"source": intake.source.name, "outcome": outcome}, count)
            for intake in intakes
            for outcome, count in intake.events.items()
        ]
        requests: list[Sample] = [
            ({"source": source, "status": str(status)}, count)
            for (source, status), count in sorted(answers.items())
        ]
        lines = [
            *self._floor,
            *_family("rings_http_events", "counter", "Events that came over HTTP.", events),
            *_family("rings_http_requests", "counter", "Answers to requests.", requests),
            *_family("rings_http_connections", "gauge", "Open connections.", [({}, connections)]),
            "# EOF",
        ]
        return "\n".join(lines) + "\n"

    async def _read(self) -> list[str]:
        now = self._desk.now()
        counts = await self._desk.counts()
        feeds = await self._desk.feeds()
        levels = await self._desk.service_levels()
        calls: list[Sample] = [
            ({"queue": queue, "outcome": outcome}, getattr(level, outcome))
            for queue, level in sorted(levels.items())
            for outcome in ("offered", "answered", "answered_in_target", "abandoned")
        ]
        places: list[Sample] = [
            ({"place": "breached"}, counts.breached),
            ({"place": "at_risk"}, counts.at_risk),
            ({"place": "fine"}, counts.open - counts.breached - counts.at_risk),
        ]
        kinds: list[Sample] = [({"kind": kind}, number) for kind, number in sorted(counts.kinds.items())]
        up: list[Sample] = [({"feed": feed.name}, int(not feed.lost)) for feed in feeds]
        ages: list[Sample] = [({"feed": feed.name}, feed.lag(now) / SECOND) for feed in feeds]
        return [
            *_family("rings_items", "gauge", "Open items by what their clocks say.", places),
            *_family("rings_items_by_kind", "gauge", "Open items by their kind.", kinds),
            *_family("rings_feed_up", "gauge", "Whether a feed is heard.", up),
            *_family("rings_feed_age_seconds", "gauge", "Since a feed's last sign of life.", ages, "seconds"),
            *_family("rings_calls_today", "gauge", "Inbound calls of the site's day.", calls),
        ]


def _family(name: str, kind: str, about: str, samples: Iterable[Sample], unit: str = "") -> list[str]:
    lines = [f"# TYPE {name} {kind}"]
    if unit:
        lines.append(f"# UNIT {name} {unit}")
    lines.append(f"# HELP {name} {about}")
    suffix = "_total" if kind == "counter" else ""
    for labels, value in samples:
        told = ",".join(f'{label}="{text.translate(_ESCAPES)}"' for label, text in labels.items())
        lines.append(f"{name}{suffix}{{{told}}} {value}" if told else f"{name}{suffix} {value}")
    return lines
