"""Everything by its name: the registry as choices, and what is typed after a colon."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.actions.registry import ACTIONS, key_name
from console.screens.options import THEMES
from widgets.picker import Choice, PickerScreen

if TYPE_CHECKING:
    from console.actions.action import Action
    from console.locale.catalogue import Catalogue
    from widgets.dialog import Submit

_SILENT = frozenset({"palette", "command", "up", "down", "page_up", "page_down", "clear"})
"""What nobody looks for by name."""


def named() -> list[Action]:
    """The actions that are worth a name."""
    return [action for action in ACTIONS if action.id not in _SILENT]


def screen(say: Catalogue, refusal: Callable[[Action], str]) -> PickerScreen:
    """All actions to choose from; one that can't be done now says why."""
    choices = []
    for action in named():
        reason = refusal(action)
        key = key_name(action.keys[0]) if action.keys else ""
        choices.append(
            Choice(
                action.id,
                say(action.label),
                (key,),
                note=say(action.help),
                disabled_reason=say(reason) if reason else "",
            )
        )
    return PickerScreen(
        say("action.palette.label"), choices, nothing=say("palette.nothing"), foot=say("help.close")
    )


def themes(say: Catalogue, current: str, submit: Submit[str | None]) -> PickerScreen:
    """The colours to choose from."""
    choices = [
        Choice(name, say(f"theme.{name}"), note=say("theme.current") if name == current else "")
        for name in THEMES
    ]
    return PickerScreen(say("dialog.theme.title"), choices, foot=say("help.close"), submit=submit)


def find(say: Catalogue, text: str) -> list[Action]:
    """The actions that a command line may mean: by its key, its id, or the beginning of its label."""
    text = text.strip().casefold()
    if not text:
        return []
    for action in named():
        if text in (action.id, say(action.label).casefold(), *action.keys):
            return [action]
    return [
        action
        for action in named()
        if say(action.label).casefold().startswith(text) or action.id.startswith(text)
    ]


def names(say: Catalogue) -> list[str]:
    """What a command line may be completed to."""
    return [say(action.label) for action in named()]
