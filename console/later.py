"""Modules that are loaded when something of them is first asked for.

A console loads a hundred modules that its first frame doesn't use. What names one of them at its head, for
a caller that may never come, names it so:

    if TYPE_CHECKING:
        from console.service import board
    else:
        board = Later("console.service.board")
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for the module called `name`. Any thread may be the first to ask."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
