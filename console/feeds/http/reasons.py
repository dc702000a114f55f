"""Why a piece of a request is turned away: keys `reject.<reason>` of the catalogues."""

from __future__ import annotations

from enum import StrEnum


class HttpReason(StrEnum):
    """The reasons; the comments say what `detail` holds."""

    SOURCE = "http.source"  # the source that the sender may not use
    HEADER = "http.header"  # the header
    BASE64 = "http.base64"
    DEEP = "http.deep"  # the most levels
    FAILED = "http.failed"  # the event's name
