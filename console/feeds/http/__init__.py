"""HTTP in: CloudEvents and webhooks, each source with its own secret and limits. See docs/serve.md."""

from __future__ import annotations

from console.feeds.http.feed import HttpFeed
from console.feeds.http.settings import ANY_SOURCE, Limits, Listener, Source
from console.feeds.http.signatures import SCHEMES, Scheme, key_of

__all__ = ["ANY_SOURCE", "SCHEMES", "HttpFeed", "Limits", "Listener", "Scheme", "Source", "key_of"]
