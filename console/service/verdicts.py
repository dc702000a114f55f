"""How often each norm was kept and broken today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.domain.fold import site_midnight
from console.domain.frozen import frozen
from console.service import answer_level, sampling
from console.service.fresh import fresh
from console.service.levels import corrections

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.ports import Reader


@frozen
class Verdicts:
    """What was settled of one norm: `unknown` where it turns on a moment when nobody was listening."""

    kept: int = 0
    broken: int = 0
    unknown: int = 0


def verdicts(reader: Reader, now: Millis) -> Mapping[str, Verdicts]:
    """By norm, from the site's midnight to `now`; what time has changed since the last tick is put right.

    A task counts with the clocks of what it made.
    """
    midnight = site_midnight(reader.rulebook().at(now), now)
    sums: dict[tuple[str, str], int] = {}
    for measure, number in reader.verdicts(midnight).items():
        word, _, norm = measure.partition(":")
        sums[norm, word] = number
    for bucket, _, measure, number in corrections(fresh(reader, now)):
        word, _, norm = measure.partition(":")
        if norm and bucket >= midnight:
            sums[norm, word] = sums.get((norm, word), 0) + number
    for half in (
        *answer_level.half_hours_judged(reader, now, midnight),
        *sampling.months_judged(reader, now, midnight),
    ):
        word = "broken" if half.missing else "kept"
        sums[half.norm, word] = sums.get((half.norm, word), 0) + 1
    return {
        norm: Verdicts(*(sums.get((norm, word), 0) for word in ("kept", "broken", "unknown")))
        for norm in sorted({norm for norm, _ in sums})
    }
