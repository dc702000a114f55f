"""Why something in a followed file is turned away: keys `reject.<reason>` of the catalogues."""

from __future__ import annotations

from enum import StrEnum


class FollowReason(StrEnum):
    """The reasons; the comments say what `detail` holds."""

    FAILED = "follow.failed"  # the name of the event that could not be worked out
    UNFIT = "follow.unfit"  # what the mapping asks for and the file has not
