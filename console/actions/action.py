"""What a key is: one thing a person can do, its keys, and whether it can be done to what is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.service.model import QueueRow

Group = Literal["move", "item", "view", "app"]

GROUPS: tuple[Group, ...] = ("item", "view", "move", "app")
"""In the order in which help and the README show them."""


def _nobody_barred(verb: str) -> str:
    return ""


@frozen
class Situation:
    """What a key would act on: the marked rows, else the row under the cursor. `barred` says why whoever sits
    here may not give the order of a verb, `unlockable`
    why they could not come back from behind the lock."""

    rows: tuple[QueueRow, ...] = ()
    marked: bool = False
    read_only: bool = False
    undoable: bool = False
    barred: Callable[[str], str] = _nobody_barred
    unlockable: str = ""


Guard = Callable[[Situation], str]
"""Why an action can't be done now, as a catalogue key; empty where it can."""


def always(situation: Situation) -> str:
    """Can be done at any time."""
    return ""


@frozen
class Action:
    """One entry of the registry.

    `keys` are the toolkit's names of keys, the first is the one shown. `verb` is that of the command it
    leads to, empty for what changes nothing. `hint` is its rank in the hint bar, the highest first; 0 is
    not in it. `label` and `help` are catalogue keys.
    """

    id: str
    keys: tuple[str, ...]
    group: Group
    verb: str = ""
    hint: int = 0
    guard: Guard = field(default=always)

    @property
    def label(self) -> str:
        """The key of its short name."""
        return f"action.{self.id}.label"

    @property
    def help(self) -> str:
        """The key of what it does, in a sentence."""
        return f"action.{self.id}.help"

    def refusal(self, situation: Situation) -> str:
        """Why it can't be done now, as a catalogue key; empty where it can."""
        if self.verb and situation.read_only:
            return "refusal.read_only"
        reason = (self.verb and situation.barred(self.verb)) or self.guard(situation)
        return f"refusal.{reason}" if reason else ""
