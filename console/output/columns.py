"""Columns of plain text that line up, however wide their characters are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence


def cells(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode standard annex 11)."""
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Each row as one line; all rows have as many fields."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()
