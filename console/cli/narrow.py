"""Output that can't hold every character: a terminal or a log of another encoding than UTF-8."""

from __future__ import annotations

import codecs
import io

TWINS = {"▲": "#", "·": ".", "‖": "=", "✓": "v", "—": "-", "–": "-", "−": "-", "×": "x", "÷": "/", "…": "..."}
"""What stands for our own signs where they can't be written; the screen's poor terminals have the same."""


def _twin(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letter = error.object[error.start]
    return TWINS.get(letter) or letter.encode("ascii", "backslashreplace").decode(), error.start + 1


def spell_out(stream: object) -> None:
    """From now on `stream` writes the twin of a sign that it lacks, and any other character by its number."""
    if isinstance(stream, io.TextIOWrapper):
        codecs.register_error("rings.twin", _twin)
        stream.reconfigure(errors="rings.twin")


def plain(text: str) -> str:
    """Without what a terminal would obey: what is typed, and names of files, may come from anywhere."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)
