"""The daemon's log: one JSON object a line, of names and numbers alone. No caller ever stands in it."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import IO

FIELDS = (
    "feed",
    "service",
    "reason",
    "calls",
    "count",
    "ms",
    "order",
    "verb",
    "signal",
    "pid",
    "channel",
    "notice",
)
"""What a line may hold beside when, how bad and what: never a text that came from outside."""


class JsonLines(logging.Formatter):
    """Writes a record as JSON. Our records are named by a constant (`feed.lost`); of others, and of errors,
    only who and where is told, for their texts may quote anything."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.startswith("console.")
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.msg if ours and isinstance(record.msg, str) else record.name,
        }
        line.update((name, record.__dict__[name]) for name in FIELDS if name in record.__dict__)
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename.rpartition('console/')[2]}:{frame.lineno}"
                for frame in traceback.extract_tb(record.exc_info[2])[-4:]
            ]
        return json.dumps(line, ensure_ascii=False)


def start(level: str, stream: IO[str] | None = None) -> None:
    """Log everything of `level` and worse to `stream` (stderr, which systemd keeps)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("console").setLevel(level.upper())
