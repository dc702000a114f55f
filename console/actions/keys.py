"""The key table of the README."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.action import GROUPS
from console.actions.registry import ACTIONS, key_name

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue


def keys_markdown(catalogue: Catalogue) -> str:
    """All keys as a Markdown table, by group."""
    lines = [f"| {catalogue('help.key')} | {catalogue('help.what')} |", "| --- | --- |"]
    for group in GROUPS:
        for action in ACTIONS:
            if action.group == group and action.keys:
                keys = " ".join(f"`{key_name(key, plain=True)}`" for key in action.keys)
                lines.append(f"| {keys} | {catalogue(action.help)} |")
    return "\n".join(lines) + "\n"
