"""Texts as cells, and which of them every terminal gives the same number of cells."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import get_character_cell_size, split_graphemes

CONTINUATION = ""
"""What the second cell of a wide character holds."""

_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)))
"""No text may steer the terminal; Textual, too, gives these no cell."""

_SECOND = "\0"
"""Stands for the second cell of a wide character in a text from which the controls are gone."""


@lru_cache(maxsize=4096)
def cells_of(text: str) -> tuple[str, tuple[str, ...]]:
    """The cells of a text, a grapheme each; before them, marks that belong to the cell in front of it."""
    if not text.isprintable():
        text = text.translate(_CONTROLS)
    leading = ""
    cells: list[str] = []
    widths = {glyph: get_character_cell_size(glyph) for glyph in set(text) if glyph > "~"}
    if 0 not in widths.values():  # nothing combines: no need to look for graphemes
        for glyph, width in widths.items():
            if width > 1:
                text = text.replace(glyph, f"{glyph}{_SECOND}")
        for part in text.split(_SECOND):
            cells += part
            cells.append(CONTINUATION)
        return leading, tuple(cells[:-1])
    for start, end, width in split_graphemes(text)[0]:
        grapheme = text[start:end]
        if width == 0:
            if cells:
                cells[_base(cells)] += grapheme
            else:
                leading += grapheme
        else:
            cells.append(grapheme)
            cells += [CONTINUATION] * (width - 1)
    return leading, tuple(cells)


def _base(cells: list[str]) -> int:
    """Where the last grapheme of `cells` begins."""
    last = len(cells) - 1
    while last and cells[last] == CONTINUATION:
        last -= 1
    return last


@lru_cache(maxsize=4096)
def steady(grapheme: str) -> bool:
    """Whether all terminals agree how far this grapheme moves the cursor.

    They don't where marks are combined, and for emoji, whose widths changed between Unicode's versions.
    """
    if len(grapheme) != 1:
        return False
    code = ord(grapheme)
    if code < 0x1100:
        return True
    return (code < 0x1F000 and not _wide_symbol(code)) or 0x20000 <= code < 0x40000


def _wide_symbol(code: int) -> bool:
    """Wide signs among narrow ones, such as the watch and the white star."""
    return 0x2300 <= code < 0x2E80 and len(cells_of(chr(code))[1]) > 1
