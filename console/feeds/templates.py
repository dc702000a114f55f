"""Templates, `ticket/{case_id}`: text with the cells of a row in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

Cells = Mapping[str, str | None]
"""A row by column; None is a cell that holds nothing (empty, or a marker such as NA)."""

PREVIOUS = "previous."
"""Before a column's name: what an earlier row of the same key last held there."""

_PART = re.compile(r"\{\{|\}\}|\{([^{}:]+)(?::0?(\d{1,2}))?\}|[{}]")


class Template:
    """`{column}` stands for the cell, `{column:04}` for the cell filled with zeros to four characters,
    `{{` and `}}` for the braces themselves."""

    def __init__(self, text: str) -> None:
        """Raises ValueError where a brace has no partner."""
        self.text = text
        # Literal text, then column and width, in turn; the last literal closes.
        self._literals: list[str] = []
        self._fields: list[tuple[str, int]] = []
        literal = ""
        end = 0
        for match in _PART.finditer(text):
            literal += text[end : match.start()]
            end = match.end()
            column, width = match.groups()
            if column is not None:
                self._literals.append(literal)
                self._fields.append((column.strip(), int(width or 0)))
                literal = ""
            elif len(match[0]) == 2:
                literal += match[0][0]
            else:
                raise ValueError(
                    f"a brace without a partner in {text!r} (write {{{{ or }}}} for the brace itself)"
                )
        self._tail = literal + text[end:]

    @property
    def columns(self) -> frozenset[str]:
        """The columns it reads."""
        return frozenset(column for column, _ in self._fields)

    def fill(self, cells: Cells) -> str | None:
        """The text for one row; None where one of its cells holds nothing."""
        parts: list[str] = []
        for literal, (column, width) in zip(self._literals, self._fields, strict=True):
            cell = cells.get(column)
            if cell is None:
                return None
            parts += (literal, cell.zfill(width))
        parts.append(self._tail)
        return "".join(parts)
