"""The keys of the rewind, as the registry has those of the queue."""

from __future__ import annotations

from console.actions.action import Action

REWIND_ACTIONS: tuple[Action, ...] = (
    Action("minute_back", ("left",), "view", hint=90),
    Action("minute_on", ("right",), "view", hint=88),
    Action("ten_back", ("left_square_bracket",), "view", hint=86),
    Action("ten_on", ("right_square_bracket",), "view", hint=84),
    Action("hour_back", ("left_curly_bracket", "shift+left"), "view", hint=70),
    Action("hour_on", ("right_curly_bracket", "shift+right"), "view", hint=68),
    Action("day_start", ("home",), "view", hint=60),
    Action("to_now", ("end",), "view", hint=58),
    Action("to_time", ("colon",), "view", hint=82),
    Action("as_of", ("enter", "x"), "view", hint=80),
    Action("back", ("escape", "q", "t"), "app", hint=95),
    Action("redraw", ("ctrl+l",), "app"),
)
"""In the order in which they are shown."""
