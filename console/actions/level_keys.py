"""The keys of the service-level screen, as the registry has those of the queue."""

from __future__ import annotations

from console.actions.action import Action

LEVEL_ACTIONS: tuple[Action, ...] = (
    Action("halves", ("enter",), "view", hint=90),
    Action("formula", ("x",), "view", hint=85),
    Action("day_before", ("left", "left_square_bracket"), "view", hint=75),
    Action("day_after", ("right", "right_square_bracket"), "view", hint=70),
    Action("back", ("escape", "q", "v"), "app", hint=80),
    Action("redraw", ("ctrl+l",), "app"),
)
"""In the order in which they are shown."""
