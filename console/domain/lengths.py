"""Lengths of time in a few cells, as every screen and one-shot command says them: `1:12`, `14m`, `3h`, `40d`.

It imports nothing: `rings status` runs in prompts.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from console.domain.instants import Millis

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000

COARSE_OVER: Millis = 10 * _MINUTE
"""How long over a clock counts in seconds; after that nobody reads them."""


def seconds(length: Millis) -> str:
    """Minutes and seconds, `1:12`; hours before them where there are some."""
    whole = max(0, length) // _SECOND
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def coarse(length: Millis) -> str:
    """One unit, rounded down: `14m`, `3h`, `2d`; what is less than a minute says so and doesn't tick."""
    length = max(0, length)
    if length < _MINUTE:
        return "<1m"
    if length < _HOUR:
        return f"{length // _MINUTE}m"
    return f"{length // _HOUR}h" if length < 2 * _DAY else f"{length // _DAY}d"


def lag(length: Millis) -> str:
    """How old something is: seconds up to a minute, then one unit."""
    return f"{max(0, length) // _SECOND}s" if length < _MINUTE else coarse(length)


def late(over: Millis) -> str:
    """How long a clock is over."""
    return f"+{seconds(over)}" if over < COARSE_OVER else f"+{coarse(over)}"


def left(length: Millis, *, soon: bool) -> str:
    """How much is left of a clock, to the second where it is due `soon`. It is rounded up: it reads 0:00 only
    when it is due."""
    length = -(-length // _SECOND) * _SECOND
    return seconds(length) if soon and length < _HOUR else coarse(length)
