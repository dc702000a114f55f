"""Which feeds were silent at an earlier moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.frozen import frozen
from console.service.glance import SILENCE

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.model import FeedState
    from console.service.ports import Reader


@frozen
class Heard:
    """A feed at an earlier moment: whether it was lost (None: nobody knows), and when it had been heard last
    where it was."""

    name: str
    source: str
    lost: bool | None
    heard: Millis | None = None


def silence(before: FeedState | None, now: Millis) -> tuple[Millis | None, Millis | None] | None:
    """Since when a feed that is heard at `now`, and was last in that state, had not been heard, and from when
    on it counted as lost; (None, None) where it is heard for the first time, None where it was not lost."""
    if before is None:
        return None, None
    if before.lost:
        return before.heard, before.heard
    return (before.heard, before.heard + SILENCE) if now - before.heard > SILENCE else None


def heard_at(reader: Reader, at: Millis) -> tuple[Heard, ...]:
    """How all feeds were at `at`; nobody knows of the time before it was noted."""
    return tuple(_heard(reader, feed, at) for feed in reader.feeds())


def _heard(reader: Reader, feed: FeedState, at: Millis) -> Heard:
    if at >= feed.heard:
        lost = feed.lost or at - feed.heard > SILENCE
        return Heard(feed.name, feed.source, lost, feed.heard if lost else None)
    known = reader.noted_by(feed.name, at)
    found = reader.next_silence(feed.name, at)
    if found is not None:
        heard, lost_from = found
        if heard <= at:
            lost = at > lost_from
            return Heard(feed.name, feed.source, lost, heard if lost else None)
    return Heard(feed.name, feed.source, False if known else None)
