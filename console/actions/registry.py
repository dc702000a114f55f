"""All that can be done with a key. Footer, help, palette and the README's key table are made from this."""

from __future__ import annotations

from collections.abc import Mapping

from console.actions import guards
from console.actions.action import Action

ACTIONS: tuple[Action, ...] = (
    Action("reassign", ("r",), "item", "reassign", hint=90, guard=guards.any_row),
    Action("escalate", ("e",), "item", "escalate", hint=80, guard=guards.any_row),
    Action("acknowledge", ("a",), "item", "acknowledge", hint=85, guard=guards.any_row),
    Action("done", ("d",), "item", "close", hint=60, guard=guards.closable),
    Action("call_back", ("c",), "item", "call_back", hint=40, guard=guards.one_row),
    Action("snooze", ("s",), "item", "snooze", hint=35, guard=guards.any_row),
    Action("note", ("n",), "item", "note", hint=30, guard=guards.one_row),
    Action("reveal", ("m",), "item", "reveal", guard=guards.hidden),
    Action("ahead", (), "item", "first", guard=guards.in_line),
    Action("dial", (), "item", "dial", guard=guards.dialable),
    Action("listen", (), "item", "listen", guard=guards.talked_on),
    Action("whisper", (), "item", "whisper", guard=guards.talked_on),
    Action("pause", (), "item", "pause", guard=guards.owned),
    Action("unpause", (), "item", "unpause", guard=guards.owned),
    Action("undo", ("u",), "item", hint=45, guard=guards.undoable),
    Action("open", ("enter",), "view", hint=20),
    Action("explain", ("x",), "view", hint=70, guard=guards.any_row),
    Action("cues", ("p",), "view", hint=55),
    Action("people", ("g",), "view", hint=13),
    Action("levels", ("v",), "view", hint=12),
    Action("norms", ("N",), "view", hint=11),
    Action("handover", ("h",), "view", hint=9),
    Action("checks", ("i",), "view", hint=9),
    Action("wall", ("w",), "view", hint=8),
    Action("rewind", ("t",), "view", hint=7),
    Action("filter", ("slash",), "view", hint=65),
    Action("command", ("colon",), "view", hint=10),
    Action("mark", ("space",), "view", hint=15, guard=guards.any_row),
    Action("clear", ("escape",), "view"),
    Action("up", ("up", "k"), "move"),
    Action("down", ("down", "j"), "move"),
    Action("page_up", ("pageup",), "move"),
    Action("page_down", ("pagedown",), "move"),
    Action("first", ("home",), "move"),
    Action("last", ("end",), "move"),
    Action("help", ("question_mark",), "app", hint=95),
    Action("palette", ("ctrl+p",), "app"),
    Action("theme", (), "app"),
    Action("lock", ("L",), "app", hint=4, guard=guards.lockable),
    Action("redraw", ("ctrl+l",), "app"),
    Action("quit", ("q",), "app", hint=5),
)
"""In the order in which help shows them."""

BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}

KEY_NAMES: Mapping[str, str] = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "enter": "↵",
    "space": "␣",
    "escape": "Esc",
    "minus": "-",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
}
"""How keys are written for people."""

PLAIN_KEY_NAMES: Mapping[str, str] = {
    **KEY_NAMES,
    "enter": "Enter",
    "space": "Space",
    "up": "Up",
    "down": "Down",
    "left": "Left",
    "right": "Right",
}
"""The same in letters alone."""


def key_name(key: str, *, plain: bool = False) -> str:
    """A key as people write it, e.g. `Ctrl+P`."""
    names = PLAIN_KEY_NAMES if plain else KEY_NAMES
    if key.startswith("ctrl+"):
        return f"Ctrl+{key.removeprefix('ctrl+').upper()}"
    return names.get(key, key)


PHONE_HINTS = ("acknowledge", "escalate", "reassign", "open", "filter", "help", "explain", "undo")
"""What a bar of forty cells begins with: a thumb acts first and asks later."""


def hints(*, phone: bool = False) -> list[Action]:
    """The actions of the hint bar, the most important first."""
    if phone:
        return [BY_ID[action_id] for action_id in PHONE_HINTS]
    return sorted((action for action in ACTIONS if action.hint), key=lambda action: -action.hint)
