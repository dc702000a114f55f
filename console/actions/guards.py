"""What must hold for an action, judged by the rows as they are shown.

The service judges again by the item itself: these only spare a person a dialog that would end in a refusal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.lifecycle import OUTCOMES

if TYPE_CHECKING:
    from console.actions.action import Situation


def any_row(situation: Situation) -> str:
    """There is a row to act on."""
    if situation.rows:
        return ""
    return "no_rows" if situation.marked else "no_row"


def one_row(situation: Situation) -> str:
    """There is exactly one row to act on, so that nobody writes one note to twenty customers."""
    if len(situation.rows) > 1:
        return "one_at_a_time"
    return any_row(situation)


def closable(situation: Situation) -> str:
    """The row is of a kind that a person ends."""
    reason = one_row(situation)
    if not reason and situation.rows[0].kind not in OUTCOMES:
        return "ends_by_itself"
    return reason


def callable_back(situation: Situation) -> str:
    """The row has a number to call."""
    reason = one_row(situation)
    if not reason and not situation.rows[0].customer:
        return "no_number"
    return reason


def hidden(situation: Situation) -> str:
    """There is one customer of whom something is masked: nobody looks at several at once."""
    reason = one_row(situation)
    if not reason and not (situation.rows[0].customer or situation.rows[0].name):
        return "nothing_hidden"
    return reason


def in_line(situation: Situation) -> str:
    """The row is a caller whom nobody has answered yet."""
    reason = one_row(situation)
    if not reason and (situation.rows[0].kind != "call" or situation.rows[0].owner):
        return "not_waiting"
    return reason


def dialable(situation: Situation) -> str:
    """The row is a promise to call somebody."""
    reason = callable_back(situation)
    return reason or ("" if situation.rows[0].kind == "callback" else "no_callback")


def talked_on(situation: Situation) -> str:
    """The row is a call that somebody has answered."""
    reason = one_row(situation)
    row = situation.rows[0] if situation.rows else None
    return reason or ("" if row is not None and row.kind == "call" and row.owner else "nobody_talks")


def owned(situation: Situation) -> str:
    """Somebody has the row."""
    reason = one_row(situation)
    return reason or ("" if situation.rows[0].owner else "nobody_has_it")


def undoable(situation: Situation) -> str:
    """This console did something that it may take back."""
    if situation.read_only:
        return "read_only"
    return "" if situation.undoable else "nothing_to_undo"


def lockable(situation: Situation) -> str:
    """Whoever sits here can come back."""
    return situation.unlockable
