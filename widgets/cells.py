"""Text in terminal cells: the one gate it passes before it is drawn, and the one place that measures it.

A customer's subject line may hold anything. `plain` leaves only characters that a terminal draws, and of
those only the ones whose width all terminals agree on, so that the width of a text is the sum of the widths
of its characters and no column drifts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal

from rich.cells import cell_len, get_character_cell_size

Align = Literal["left", "right"]

LONGEST = 4096
"""No text longer than this is drawn: a line of a megabyte must not cost a key press."""

MARKS_PER_BASE = 8
"""Combining marks kept on one character; more are a smear over the neighbouring rows."""

# Characters surely drawn, one or two cells wide: most text is nothing else and goes straight through. Each
# pair of them is a range, from the first up to and with the last.
_SOLID = (
    " ~\u00a1\u00ac\u00ae\u02ff\u0370\u0482\u048a\u0530"
    "\u2010\u2027\u2030\u205e\u20a0\u20c0\u2100\u2bff"
    "\u3000\u3029\u3030\u303e\u3041\u3096\u309b\u30ff\u3190\u31e3\u3220\ua48c\uac00\ud7a3"
    "\uf900\ufa6d\uff01\uff9f"
    "\U0001f300\U0001f3fa\U0001f400\U0001f64f\U00020000\U0002a6df"
)
_BREAK = r"\r\n|[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]"
_UNDRAWN = (
    "["
    r"\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: the start of every control sequence
    r"\ud800-\udfff"  # lone surrogates cannot even be encoded
    r"\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero-width, bidi marks, overrides and isolates
    r"\u00ad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\ufff0-\ufffb"  # the other format characters …
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # … fillers that draw nothing …
    r"\U000e0000-\U000e0fff"  # … and tags, which can carry a whole hidden sentence
    # Emoji variation and skin tones: terminals disagree on the width of what stands before them.
    r"\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
    "]"
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Sets as large as these take a while to compile: not before one is asked for."""
    return re.compile(pattern)


@lru_cache(maxsize=8192)
def _is_solid(character: str) -> bool:
    place = bisect_right(_SOLID, character)
    return place % 2 == 1 or _SOLID[place - 1] == character


def plain(text: str, limit: int = LONGEST) -> str:
    """`text` as one line that can only ever be drawn: no control, invisible or direction-changing character.

    Line breaks and tabs become spaces, the rest is dropped. Applying it twice changes nothing.
    """
    if len(text) > limit:
        text = text[:limit]
    if (text.isascii() and text.isprintable()) or all(map(_is_solid, text)):
        return text
    text = _compiled(_UNDRAWN).sub("", _compiled(_BREAK).sub(" ", text))
    return text if all(map(_is_solid, text)) else "".join(_few_marks(text))


def _few_marks(text: str) -> Iterator[str]:
    """The characters of `text`, with at most `MARKS_PER_BASE` that take no cell after one that does."""
    # A mark with nothing before it would sit on the last character of the column to its left.
    marks = MARKS_PER_BASE
    for character in text:
        marks = 0 if get_character_cell_size(character) else marks + 1
        if marks <= MARKS_PER_BASE:
            yield character


def cell_width(text: str) -> int:
    """How many cells a terminal needs for `text`, by the measure that Textual itself uses."""
    return cell_len(text)


def cut(text: str, width: int) -> str:
    """The longest beginning of a plain `text` that fits in `width` cells, no character halved."""
    if cell_len(text) <= width:
        return text
    used = 0
    for index, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > width:
            return text[:index]
    return text


def fit(text: str, width: int, *, align: Align = "left", ellipsis: str = "…") -> str:
    """`text`, through the gate, in exactly `width` cells: padded, or cut with an ellipsis at its end."""
    if width <= 0:
        return ""
    text = plain(text)
    size = cell_len(text)
    if size > width:
        tail = ellipsis if cell_len(ellipsis) < width else ""
        text = cut(text, width - cell_len(tail)) + tail
        size = cell_len(text)
    space = " " * (width - size)
    return space + text if align == "right" else text + space


def wrap(text: str, width: int, first: int | None = None) -> list[str]:
    """A plain `text` in lines of at most `width` cells, the first of at most `first`.

    Breaks at spaces, and between any two double-width characters, as Chinese is set.
    """
    if width <= 0:
        return []
    lines: list[str] = []
    room = width if first is None else max(0, first)
    line, size = "", 0
    for piece in _pieces(text):
        piece_size = cell_len(piece)
        if size + cell_len(piece.rstrip()) > room and (line or room < width):
            lines.append(line.rstrip())
            line, size, room = "", 0, width
        while piece_size > room and cell_len(piece.rstrip()) > room:
            if head := cut(piece, room):
                lines.append(head)
            # A line of one cell has no place for a double-width character: leave it out.
            piece, room = piece[len(head) or 1 :], width
            piece_size = cell_len(piece)
        line += piece
        size += piece_size
    if line or not lines:
        lines.append(cut(line, room))  # spaces at its end may be what parts it from the text that follows
    return lines


_WIDE = r"\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60"
_PIECE = rf"[{_WIDE}]\s*|[^\s{_WIDE}]+\s*|\s+"
# Chinese punctuation that must not begin a line stays with the character before it.
_CLOSING = frozenset("，。、；：？！）】》」』”’…％")


def _pieces(text: str) -> Iterator[str]:
    """The parts of `text` between which a line may end, each with the spaces after it."""
    held = ""
    for match in _compiled(_PIECE).finditer(text):
        piece = match.group()
        if held and piece[0] not in _CLOSING:
            yield held
            held = ""
        held += piece
    if held:
        yield held


def explained(text: str, why: str) -> str:
    """A text and what explains it, with the colon of the script that the explanation is in."""
    return f"{text}：{why}" if cell_width(why[:1]) == 2 else f"{text}: {why}"
