"""Somebody else sits down at the console: what the one before had begun is put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.screens.queue import QueueScreen


def seat(home: QueueScreen, user: str, told: str = "") -> None:
    """Show `user` the board and nothing of the former user's: all that was open over it is left, undone.
    `told` is what to say; else who is here now."""
    with home.app.batch_update():
        while home.app.screen is not home:
            home.app.screen.dismiss(None)
        _put_away(home)
    say, names = home.say, home.words.names
    role = say.word("role", names.role(user))
    home.tell(told or say("lock.signed_in", who=home.words.person(user), role=role))


def _put_away(home: QueueScreen) -> None:
    """Marks, filter, what is typed and opened, customers who stand open, and what could be taken back."""
    home.words.shown.hide()
    if home.entry.sign:
        home.entry.close()
    home.table.set_marks(())
    if home.pane.display:
        home.viewing.open()
    home.set_query("")
    home.__dict__.pop("doing", None)  # it remembers what was done; another is made for the next key
    home.look("")
    home.focus_home()
    home.edges.head()
    home.edges.foot()
