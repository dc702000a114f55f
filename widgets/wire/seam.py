"""Whether this Textual is the one whose inner parts this package holds on to, and which writes disturb it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import textual
from textual._compositor import ChopsUpdate, LayoutUpdate

VERSION = "8.2.8"

_LAYOUT = ("self", "strips", "region")
_CHOPS = ("self", "chops", "spans", "chop_ends")


@lru_cache(maxsize=1)
def fits() -> bool:
    """Whether all is as it was when this was written; if it isn't, Textual's own way must do."""
    return (
        sys.platform != "win32"
        and _is_version(VERSION)
        and _parameters(LayoutUpdate.__init__) == _LAYOUT
        and _parameters(ChopsUpdate.__init__) == _CHOPS
    )


def _is_version(version: str) -> bool:
    # Reading the folder's name costs nothing; `importlib.metadata` costs a tenth of a start.
    if (Path(textual.__file__).parent.parent / f"textual-{version}.dist-info").is_dir():
        return True
    from importlib import metadata

    try:
        return metadata.version("textual") == version
    except metadata.PackageNotFoundError:
        return False


def _parameters(function: Callable[..., None]) -> tuple[str, ...]:
    code = function.__code__
    return code.co_varnames[: code.co_argcount]


_HARMLESS = r"""(?: \x07                                    # bell
          | \x1b\][^\x07\x1b]*(?:\x07|\x1b\\)       # titles, clipboard, pointer shape
          | \x1bP(?:[^\x1b]|\x1b[^\\])*\x1b\\          # what tmux and screen pass on
          | \x1b\[\?(?:9|1000|1002|1003|1004|1006|1015|1016|2004|2026|2031|2048)[hl]   # reports
          | \x1b\[\?[0-9;]*\$p                      # questions
          | \x1b\[[?>=<][0-9;]*u                    # keyboard protocols
          | \x1b\[\?25[hl]                          # cursor
          | \x1b\[\?7l                              # no wrapping
          | \x1b\[[0-9]*\x20q                       # shape of the cursor
        )*\Z"""

LEAVES = "\x1b[?1049l"
"""Gives the screen back to the shell."""

ENTERS = "\x1b[?1049h"


def harmless(data: str) -> bool:
    """Whether a write leaves every cell, the pen and the cursor's place as they were."""
    return re.match(_HARMLESS, data, re.VERBOSE) is not None
