"""The keys of the checklists, and of one that is gone through, as the registry has those of the queue."""

from __future__ import annotations

from console.actions.action import Action

CHECK_ACTIONS: tuple[Action, ...] = (
    Action("check_go", ("enter",), "view", "inspect", hint=90),
    Action("back", ("escape", "q", "i"), "app", hint=80),
    Action("redraw", ("ctrl+l",), "app"),
)
"""In the order in which they are shown."""

SHEET_ACTIONS: tuple[Action, ...] = (
    Action("check_ok", ("enter", "o"), "view", "inspect", hint=90),
    Action("check_not", ("n",), "view", "inspect", hint=88),
    Action("check_na", ("minus",), "view", "inspect", hint=86),
    Action("check_save", ("s", "ctrl+s"), "view", "inspect", hint=84),
    Action("leave", ("escape", "q"), "app", hint=80),
    Action("redraw", ("ctrl+l",), "app"),
)
"""In the order in which they are shown."""
