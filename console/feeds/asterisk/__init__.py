"""Asterisk's manager interface → events, from recordings and, byte for byte alike, from a live socket."""

from console.feeds.asterisk.model import KnownAgent, OpenCall
from console.feeds.asterisk.reader import AsteriskReader, Place
from console.feeds.asterisk.reasons import AmiReason
from console.feeds.asterisk.recording import RecordingError, read_recording, recording_span

__all__ = [
    "AmiReason",
    "AsteriskReader",
    "KnownAgent",
    "OpenCall",
    "Place",
    "RecordingError",
    "read_recording",
    "recording_span",
]
