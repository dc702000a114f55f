"""Where an item stands on the board: its band and what it is ordered by inside it.

Plain integers and no imports, so that a one-shot command may use it without loading the engine.
"""

BREACHED, AT_RISK, RUNNING, PAUSED, NONE = range(5)
"""The bands, worst first."""

BAND_WORDS = ("breached", "at_risk", "running", "paused", "none")
"""What the bands are called in JSON, filters and catalogues."""

SEVERITIES = ("critical", "high", "medium", "low")
"""Worst first; a row's severity is its index here."""


def clock_band(now: int, warn: int, due: int, stopped: int | None, paused: int | None) -> int:
    """The band of one clock at `now`. Exactly at due it is kept still; one millisecond later it is broken."""
    if stopped is not None and stopped <= now:
        return NONE
    if paused is not None:
        return PAUSED
    if now > due:
        return BREACHED
    return AT_RISK if now >= warn else RUNNING


def clock_next(now: int, warn: int, due: int, stopped: int | None, paused: int | None) -> int | None:
    """The moment after `now` at which time alone changes the clock's band, if there is one."""
    if stopped is not None or paused is not None or now > due:
        return None
    return warn if now < warn else due + 1


def clock_place(band: int, severity: int, due: int, paused: int | None) -> tuple[int, int, int]:
    """(band, severity, key time): breached by severity, then longest over; the others soonest due."""
    if band == BREACHED:
        return band, severity, due
    return band, 0, paused if paused is not None else due
