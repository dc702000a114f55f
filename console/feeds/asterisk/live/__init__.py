"""A running Asterisk: its manager interface over TCP or TLS, into the store and back."""

from console.feeds.asterisk.live.answers import Until
from console.feeds.asterisk.live.feed import AsteriskFeed
from console.feeds.asterisk.live.link import LinkLost, NothingSent
from console.feeds.asterisk.live.settings import Exchange
from console.feeds.asterisk.live.timing import RealTiming, Timing

__all__ = ["AsteriskFeed", "Exchange", "LinkLost", "NothingSent", "RealTiming", "Timing", "Until"]
