"""Every norm with what became of it: kept and broken today, its alerts this shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.alerts import Sense
from console.domain.frozen import frozen
from console.service.alarms import shift_senses, shift_start
from console.service.sampling import Share, month_to_date
from console.service.verdicts import Verdicts, verdicts

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.norm import Norm
    from console.domain.rules import Rules
    from console.service.ports import Reader


@frozen
class NormState:
    """One norm, how often it was kept and broken today, and what became of its alerts this shift. `share` is
    how one that wants a share stands this month, or one that makes what counts in it."""

    norm: Norm
    verdicts: Verdicts
    sense: Sense
    share: Share | None = None


@frozen
class NormsToday:
    """All norms in force at `at`, in the order of their pack; the shift began at `shift`."""

    at: Millis
    shift: Millis
    rules: Rules
    norms: tuple[NormState, ...]


def norms_today(reader: Reader, now: Millis) -> NormsToday:
    """The norms in force, with today's figures."""
    rules = reader.rulebook().at(now)
    counted, senses = verdicts(reader, now), shift_senses(reader, now)
    shares = {share.norm: share for month in month_to_date(reader, now) for share in month.shares}
    return NormsToday(
        at=now,
        shift=shift_start(reader, now),
        rules=rules,
        norms=tuple(
            NormState(
                norm, counted.get(norm.id, Verdicts()), senses.get(norm.id, Sense()), shares.get(norm.id)
            )
            for norm in rules.pack.norms
        ),
    )
