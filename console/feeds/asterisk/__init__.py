"""Asterisk's manager interface → events, from recordings and, byte for byte alike, from a live socket."""

from console.feeds.asterisk.model import OpenCall
from console.feeds.asterisk.reader import AsteriskReader
from console.feeds.asterisk.reasons import AmiReason
from console.feeds.asterisk.recording import RecordingError, read_recording, recording_span

__all__ = [
    "AmiReason",
    "AsteriskReader",
    "OpenCall",
    "RecordingError",
    "read_recording",
    "recording_span",
]
