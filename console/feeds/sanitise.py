"""Text from outside, made safe to keep and to draw; where rows are drawn stands a second gate.

A terminal obeys control bytes wherever they stand, bidi characters make a line read as another one, and
characters without width hide things. Texts lose them; identifiers, which name things, are turned away
instead: a cleaned identifier would be a different name.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from console.feeds.reasons import InputError, Reason

TEXT_LIMIT = 4_000
"""Code points a text keeps; more than any pane shows."""

IDENTIFIER_LIMIT = 256
"""Code points of the longest identifier."""

MARKS_PER_BASE = 8
"""Combining marks that one character keeps; no living script stacks as many."""

DEPTH_LIMIT = 16
"""Objects and lists inside each other, the outermost counted."""

NODE_LIMIT = 10_000
"""Values in one event's data, all depths together."""

SHOWN_LIMIT = 80
"""Code points that a reason quotes."""

ELLIPSIS = "…"

# By category Cc (with C1), Cf (bidi, zero-width, soft hyphen, tags, U+061C, U+180E), Cs, Zl, Zp; then what
# Unicode calls ignorable though it is a letter or a mark (U+034F, the Hangul fillers), noncharacters, and the
# private planes 15 and 16, where terminals have their own sentinels (U+10EEEE places an image in kitty).
# Spelled out, for asking unicodedata about a million characters would cost every start 0.1 s; a test does.
_UNSAFE = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U0001fffe\U0001ffff\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\U000f0000-\U0010ffff"
)
_REMOVED = re.compile(f"[{_UNSAFE}]+")
# Every mark is outside \w, so nine marks in a row are found by what is cheap to ask; other things are found
# too (a line of dashes), and the slow path then changes nothing.
_SUSPECT = re.compile(rf"[{_UNSAFE}]|[^\x00-\x7f\w\s]{{{MARKS_PER_BASE + 1}}}")
_SPACES = re.compile(r"\r?\n|\t")

_INT64 = range(-(2**63), 2**63)


class UnsafeDataError(InputError):
    """Data that can't be kept."""


class NotFlatError(Exception):
    """A value that takes the whole walk."""


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` without control, format, bidi, zero-width and surrogate characters, at most `limit` code points.

    Newlines and tabs become a space; marks beyond the eighth on one base fall away; what is cut ends in "…".
    """
    # Most texts are plain, and whether they are is the cheapest of questions.
    if not (text.isascii() and text.isprintable()) and _SUSPECT.search(text) is not None:
        text = _cap_marks(_REMOVED.sub("", _SPACES.sub(" ", text)))
    if len(text) > limit:
        text = text[: max(limit - 1, 0)] + ELLIPSIS
    return text


def bad_identifier(text: str) -> bool:
    """Whether `text` can't name anything: empty, too long, or not the same after cleaning."""
    if not 0 < len(text) <= IDENTIFIER_LIMIT:
        return True
    if text.isascii() and text.isprintable():
        return False
    return _SUSPECT.search(text) is not None and clean_text(text) != text


def clean_flat(values: dict[str, Any], checks: Mapping[str, Callable[[str, Any], Any]]) -> dict[str, Any]:
    """`clean_data` in one pass, for an object of plain keys that holds texts, numbers, yes and no alone.

    The values of those keys that `checks` names are what the check makes of them; null and empty ones are
    left out. Raises NotFlatError where it takes the whole walk.
    """
    cleaned: dict[str, Any] = {}
    if len(values) >= NODE_LIMIT:
        raise NotFlatError
    for key, value in values.items():
        if not (key.isascii() and key.isprintable() and 0 < len(key) <= IDENTIFIER_LIMIT):
            raise NotFlatError
        if key in checks:
            if value is not None and value != "":
                cleaned[key] = checks[key](key, value)
            continue
        kind = type(value)
        if kind is str:
            cleaned[key] = clean_text(value)
        elif value is None or kind is bool or (kind is int and value in _INT64):
            cleaned[key] = value
        else:
            raise NotFlatError
    return cleaned


def clean_data(value: Any) -> Any:
    """A JSON value with every text and key in it cleaned, as a new value.

    Raises UnsafeDataError for what can't be kept: too deep, too many values, a number beyond 64 bits or not
    finite, keys that are empty or collide once cleaned, and what is no JSON at all.
    """
    return _Cleaner().clean(value, DEPTH_LIMIT)


class _Cleaner:
    """One walk through one value; counts what it has seen."""

    def __init__(self) -> None:
        self._left = NODE_LIMIT

    def clean(self, value: Any, depth: int) -> Any:
        self._left -= 1
        if self._left < 0:
            raise UnsafeDataError(Reason.DATA_SIZE, str(NODE_LIMIT))
        # bool is an int, and passes as one.
        if value is None:
            return None
        if isinstance(value, str):
            return clean_text(value)
        if isinstance(value, int):
            if value not in _INT64:
                raise UnsafeDataError(Reason.DATA_NUMBER, "64 bit")
            return value
        if isinstance(value, float):
            if not math.isfinite(value):
                raise UnsafeDataError(Reason.DATA_NUMBER, str(value))
            return value
        if isinstance(value, dict | list):
            if depth == 0:
                raise UnsafeDataError(Reason.DATA_DEPTH, str(DEPTH_LIMIT))
            return self._clean_all(value, depth - 1)
        raise UnsafeDataError(Reason.DATA_TYPE, type(value).__name__)

    def _clean_all(self, values: dict[Any, Any] | list[Any], depth: int) -> dict[str, Any] | list[Any]:
        if isinstance(values, list):
            return [self.clean(value, depth) for value in values]
        cleaned: dict[str, Any] = {}
        for raw, value in values.items():
            key = clean_text(raw, IDENTIFIER_LIMIT) if isinstance(raw, str) else ""
            if not key or key in cleaned:
                raise UnsafeDataError(Reason.DATA_KEY, shown(repr(raw)))
            cleaned[key] = self.clean(value, depth)
        return cleaned


def shown(value: Any) -> str:
    """`value` as a short clean text, for the detail of a reason."""
    return clean_text(value if isinstance(value, str) else repr(value), SHOWN_LIMIT)


def _cap_marks(text: str) -> str:
    """`text` with at most MARKS_PER_BASE combining marks (Mn, Mc, Me) in a row."""
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        if run <= MARKS_PER_BASE:
            kept.append(character)
    return "".join(kept)
