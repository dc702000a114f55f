"""The keys of the people screen, as the registry has those of the queue."""

from __future__ import annotations

from console.actions.action import Action

PEOPLE_ACTIONS: tuple[Action, ...] = (
    Action("person_card", ("enter",), "view", hint=90),
    Action("person_work", ("w",), "view", hint=88),
    Action("person_find", ("slash",), "view", hint=85),
    Action("person_checks", ("i",), "view", hint=83),
    Action("back", ("escape", "q", "g"), "app", hint=80),
    Action("redraw", ("ctrl+l",), "app"),
)
"""In the order in which they are shown."""
