"""How wrong PINs are slowed down: a few tries, then a pause that grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.domain.instants import DAY, MINUTE

if TYPE_CHECKING:
    from console.domain.instants import Millis

AT_ONCE = 5
"""So many wrong PINs before a pause, and between two pauses."""

PAUSE: Millis = MINUTE
LONGEST: Millis = 15 * MINUTE
"""The first pause, and the longest; each is twice the one before."""

FORGOTTEN: Millis = DAY
"""After so long without a try the count begins anew."""


@frozen
class Tries:
    """How many wrong PINs came in a row for one name, and when the last one did."""

    wrong: int = 0
    last: Millis = 0

    def wait(self, now: Millis) -> Millis:
        """For how long nothing is tried yet, in milliseconds; 0 where one may try."""
        if not self.wrong or self.wrong % AT_ONCE:
            return 0
        pause = min(PAUSE << min(self.wrong // AT_ONCE - 1, 10), LONGEST)
        # No longer than that where the machine's clock was put back since.
        return max(0, min(pause, self.last + pause - now))

    def another(self, now: Millis) -> Tries:
        """With one more, until it turns out to be right."""
        return Tries((self.wrong if now - self.last < FORGOTTEN else 0) + 1, now)
