"""The keys of the wall, as the registry has those of the queue."""

from __future__ import annotations

from console.actions.action import Action

WALL_ACTIONS: tuple[Action, ...] = (
    Action("wall_on", ("right", "right_square_bracket", "pagedown", "space"), "view", hint=85),
    Action("wall_before", ("left", "left_square_bracket", "pageup"), "view", hint=80),
    Action("back", ("escape", "q", "w"), "app", hint=90),
    Action("redraw", ("ctrl+l",), "app"),
)
"""In the order in which they are shown."""
