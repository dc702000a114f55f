"""Why a piece of a manager-interface stream is turned away: keys `reject.<reason>` of the catalogues."""

from __future__ import annotations

from enum import StrEnum


class AmiReason(StrEnum):
    """The reasons; the comments say what `detail` holds."""

    CUT = "ami.cut"  # the name of the event that the end of the link cut short, where it is known
    LONG = "ami.long"  # the most bytes that a block may have
    LINE = "ami.line"  # the beginning of the line
    BLOCK = "ami.block"  # the beginning of the block
    TIME = "ami.time"  # the name of the event that has neither an arrival time nor a Timestamp
    IDENTIFIER = "ami.identifier"  # field: value
    FAILED = "ami.failed"  # the name of the event that could not be worked out
    TIMES = "ami.times"  # the row of the .ts file that can't be read
