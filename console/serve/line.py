"""A live exchange as the outbox needs it: the feed's link, in the outbox's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from console.domain.instants import SECOND, Millis
from console.feeds.asterisk.live import AsteriskFeed, LinkLost, NothingSent, Until
from console.outbox.asterisk import NotConfirmed, NotSent

if TYPE_CHECKING:
    from console.feeds.asterisk import Place

_AFTER = 10 * SECOND
"""How long after a telephone has stopped ringing the exchange may take to say so."""


class FeedLine:
    """Fulfils the outbox's Line on one feed."""

    def __init__(self, feed: AsteriskFeed) -> None:
        self._feed = feed

    @property
    def source(self) -> str:
        return self._feed.source

    @property
    def ready(self) -> bool:
        return self._feed.settled

    def place_of(self, item: str) -> Place | None:
        return self._feed.place_of(item)

    async def act(
        self, name: str, fields: Mapping[str, str], *, rings: Millis | None = None
    ) -> Mapping[str, str]:
        until = Until.RESPONSE if rings is None else Until.ORIGINATED
        limit = None if rings is None else rings + _AFTER
        try:
            answer = await self._feed.ask(name, fields, until=until, limit=limit)
        except NothingSent:
            raise NotSent from None
        except (LinkLost, TimeoutError):
            raise NotConfirmed from None
        return {key: values[0] for key, values in answer.fields.items()}
