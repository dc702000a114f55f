"""The keys of the screen of norms, as the registry has those of the queue."""

from __future__ import annotations

from console.actions.action import Action

NORM_ACTIONS: tuple[Action, ...] = (
    Action("norm_text", ("enter",), "view", hint=90),
    Action("norm_find", ("slash",), "view", hint=88),
    Action("norm_order", ("o",), "view", hint=85),
    Action("back", ("escape", "q", "N"), "app", hint=80),
    Action("redraw", ("ctrl+l",), "app"),
)
"""In the order in which they are shown."""
