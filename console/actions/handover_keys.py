"""The keys of the hand-over, as the registry has those of the queue."""

from __future__ import annotations

from console.actions.action import Action

HANDOVER_ACTIONS: tuple[Action, ...] = (
    Action("give_over", ("enter",), "view", "hand_over", hint=90),
    Action("take_over", ("a",), "view", "hand_over", hint=85),
    Action("back", ("escape", "q", "h"), "app", hint=80),
    Action("redraw", ("ctrl+l",), "app"),
)
"""In the order in which they are shown."""
