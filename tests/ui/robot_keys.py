"""Which keys the robot presses where, and how much more often one than another."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

from console.actions.registry import ACTIONS
from console.screens.check_sheet import CheckSheet
from console.screens.paper import PaperScreen
from console.screens.people import PeopleScreen

Weighed = Sequence[tuple[str, int]]

SIZES = ((20, 5), (30, 8), (40, 20), (59, 12), (60, 24), (80, 24), (99, 23), (120, 30), (200, 50), (300, 100))

PASTES = (
    "kind:ticket", "kind:call", "queue:billing", "owner:none", "band:breached", "Z00", "-Z001", "kind:x", "",
    "om", "zhang", "billing", "undo", "ack", "explain", "note", "angry \x1b[2J\u202eonce more", "刘",
    "kind:handover", "kind:report", "li", "Sun Yue", "15:30", "+20m", "13800000042", "last", "theme", "norm",
)  # fmt: skip

_ON_QUEUE = {
    **dict.fromkeys(("j", "k", "down", "up"), 14),
    **dict.fromkeys(("pagedown", "pageup", "home", "end", "tab", "shift+tab", "colon", "ctrl+l"), 4),
    **dict.fromkeys(("slash", "question_mark", "x", "p", "enter", "ctrl+p", "q", "ctrl+c"), 6),
    "space": 24,
    "escape": 10,
}

_OTHERS = {
    action.keys[0]: 12 if action.group == "item" or action.id in ("people", "checks") else 4
    for action in ACTIONS
    if action.keys and not _ON_QUEUE.keys() & {*action.keys}
}
"""Keys that came later are pressed without being named here."""

ON_QUEUE: Weighed = (*_ON_QUEUE.items(), *_OTHERS.items())

IN_DIALOG: Weighed = (
    ("enter", 14),
    ("escape", 3),
    *((key, 4) for key in ("right", "left", "down", "up", "tab", "y", "n")),
    *((key, 1) for key in ("pagedown", "pageup", "shift+tab", "a", "o", "space", "backspace", "ctrl+u", "1")),
    *((key, 1) for key in ("home", "end", "ctrl+l", "ctrl+p", "slash", "q")),
)

ON_PAPER: Weighed = (
    *((key, 3) for key in ("down", "pagedown", "end", "j", "space")),
    *((key, 2) for key in ("up", "pageup", "home", "tab", "shift+tab", "ctrl+p", "ctrl+l", "r")),
    *((key, 3) for key in ("escape", "q", "x", "enter", "question_mark")),
)
"""A sheet of lines: its keys scroll, and any other closes it."""

_IN_TABLE: Weighed = (
    *((key, 4) for key in ("down", "up", "j", "k")),
    *((key, 1) for key in ("pagedown", "pageup", "home", "end", "tab", "shift+tab", "space", "ctrl+p", "r")),
)


def keys_on(top: Screen[object], *, home: bool) -> Weighed:
    """The keys to press while `top` has them; `home`: they go to the queue and to no line there."""
    if home:
        return ON_QUEUE
    if isinstance(top, PaperScreen):
        return (*ON_PAPER, *_own(top))
    actions = getattr(top, "ACTIONS", ())
    if not actions or isinstance(top.focused, Input):
        return (*IN_DIALOG, *_own(top))
    own = {
        key: 1 if action.id in ("back", "leave", "redraw") else 6 for action in actions for key in action.keys
    }
    if isinstance(top, CheckSheet):
        own["enter"] = 40  # a list is gone through to its end now and then
    if isinstance(top, PeopleScreen):
        own["enter"] = own["i"] = 20  # what there is of one person lies behind those
    return (*_IN_TABLE, *own.items())


def _own(top: Screen[object]) -> Weighed:
    """Keys that this screen has beyond those of its kind."""
    keys = [binding.key for binding in type(top).BINDINGS if isinstance(binding, Binding)]
    return [(key, 6) for key in keys]
