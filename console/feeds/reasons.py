"""Why input is turned away: every reason in one place, each a key `reject.<reason>` of the catalogues."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The reasons; the comments say what `detail` holds."""

    LINE_LONG = "line.long"  # the most bytes or characters that a line may have
    STREAM_BROKEN = "stream.broken"  # the name of the stream, and what the system says

    JSON_INVALID = "json.invalid"  # what the decoder says
    JSON_ENCODING = "json.encoding"  # what the decoder says
    JSON_DEEP = "json.deep"
    JSON_NUMBER = "json.number"
    JSON_OBJECT = "json.object"

    EVENT_VERSION = "event.version"  # the version given
    EVENT_MISSING = "event.missing"  # the field
    EVENT_TEXT = "event.text"  # the field
    EVENT_IDENTIFIER = "event.identifier"  # field: value
    EVENT_TYPE = "event.type"  # the type
    EVENT_SUBJECT = "event.subject"  # subject, type
    EVENT_SEQUENCE = "event.sequence"  # the sequence
    EVENT_DATA = "event.data"

    TIME_EVENT = "time.event"  # the time
    TIME_FIELD = "time.field"  # field: value
    TIME_RANGE = "time.range"  # field: value

    DATA_IDENTIFIER = "data.identifier"  # field: value
    DATA_DIRECTION = "data.direction"  # the value
    DATA_BOOLEAN = "data.boolean"  # field: value
    DATA_DEPTH = "data.depth"  # the most levels
    DATA_SIZE = "data.size"  # the most values
    DATA_NUMBER = "data.number"
    DATA_KEY = "data.key"  # the key
    DATA_TYPE = "data.type"  # the type's name

    CSV_INVALID = "csv.invalid"  # what the reader says
    CSV_ENCODING = "csv.encoding"  # the encoding
    CSV_CELLS = "csv.cells"  # cells in the record, cells in the header
    CSV_VALUE = "csv.value"  # where it stands in the mapping, and the cell's text
    CSV_MISSING = "csv.missing"  # what the event can't do without


class InputError(ValueError):
    """Input that becomes no event: `reason` and `detail` are those of `Rejected`."""

    def __init__(self, reason: StrEnum, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
