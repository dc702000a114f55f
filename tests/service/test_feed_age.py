"""A feed's age when the machine's clock moves: what was heard after now is no sign that it is heard now."""

from __future__ import annotations

from console.domain.instants import HOUR, SECOND
from console.service.glance import feeds
from console.service.model import FeedState

NOW = 1_772_413_260_000


class Reader:
    """The one feed of a store, last heard at `heard`."""

    def __init__(self, heard: int) -> None:
        self._heard = heard

    def feeds(self) -> list[FeedState]:
        return [FeedState("pbx", "pbx", self._heard, False)]


def test_a_clock_put_back_does_not_keep_a_dead_feed_fresh() -> None:
    lost = [feeds(Reader(NOW + ahead), NOW)[0].lost for ahead in (-30 * SECOND, 0, 2 * SECOND, HOUR)]  # type: ignore[arg-type]
    assert lost == [False, False, False, True]
