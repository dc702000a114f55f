"""Whether a key may do what it stands for, on which rows, and one act at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import TYPE_CHECKING, cast

from console.actions.action import Action, Group, Situation
from console.screens.work import start
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.screens.app import RingsApp
    from console.screens.queue import QueueScreen


class Deciding:
    """Holds each key of the queue against the rows, and their hands, that are seen when it comes."""

    def __init__(self, screen: QueueScreen) -> None:
        self._screen = screen
        self.busy = False

    def act(self, action: Action) -> None:
        """Do what an action stands for, or say why not. Once somebody has left, keys that were on their way
        do nothing."""
        screen = self._screen
        if cast("RingsApp", screen.app).leaving:
            return
        situation = self._situation(action.group)
        if reason := self._refused(action, situation):
            screen.tell(screen.say(reason), loud=True)
        elif action.group == "item":
            self._start(partial(getattr(screen.doing, action.id), situation.rows))
        elif action.id in screen.viewing.KEYS:
            getattr(screen.viewing, action.id)()

    def act_on(self, action: Action, meant: str | None) -> None:
        """Do what was chosen while the cursor stood on the item `meant`, if it still does."""
        table = self._screen.table
        if action.group == "item" and not table.marks and table.cursor_id != meant:
            self._screen.tell(self._screen.say("refusal.just_changed"), loud=True)
        else:
            self.act(action)

    @property
    def unlockable(self) -> str:
        """Why whoever sits here could not come back from behind the lock, as in `refusal.…`; empty where they
        can. While nobody knows yet they can't be sure to."""
        screen = self._screen
        rules = screen.floor.rules
        if screen.options.shared:
            return ""
        pinned = rules is not None and rules.site.agent(screen.desk.actor) in rules.site.pinned
        return "" if pinned else "no_pin"

    def refusals(self) -> Callable[[Action], str]:
        """Tells of one action after the other why it can't be done now, as a catalogue key."""
        situation = cache(self._situation)
        return lambda action: action.refusal(situation(action.group))

    def _refused(self, action: Action, situation: Situation) -> str:
        screen = self._screen
        if reason := action.refusal(situation):
            return reason
        if not action.verb or situation.marked:
            return ""
        item = situation.rows[0].id
        if screen.covered and not screen.pane.names(item):
            # All that the screen names is the item in front; the cursor is on another, behind it, or nothing
            # of the item is there yet.
            return f"refusal.{'just_changed' if screen.pane.unread else 'other_item'}"
        if not screen.covered and not screen.table.shows_cursor:
            screen.looking.show_cursor(item)
            return "refusal.out_of_view"
        changed = screen.board.just_changed(item) or (not screen.covered and screen.looking.unseen(item))
        return "refusal.just_changed" if changed else ""

    def _situation(self, group: Group) -> Situation:
        screen = self._screen
        marks = screen.table.marks if group == "item" else frozenset()
        chosen = marks or {screen.table.cursor_id}
        rows = (row for item in chosen if (row := screen.board.row(item)) and item not in screen.board.over)
        return Situation(
            tuple(sorted(rows, key=lambda row: row.place)),
            bool(marks),
            screen.desk.read_only,
            "doing" in screen.__dict__ and screen.doing.acting.undoable,
            lambda verb: screen.words.names.barred(verb, screen.desk.actor),
            self.unlockable,
        )

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run one act at a time: a second key must not act on what the first is about to change."""
        if self.busy:
            return
        self.busy = True

        async def run() -> None:
            try:
                await work()
            except StoreProblem as problem:
                # What a key has to read first; what it would have written says so in its own dialog.
                text = self._screen.say(f"store.{problem.reason}", detail=problem.detail)
                self._screen.tell(text, loud=True)
            finally:
                self.busy = False

        start(self._screen, run, group="doing")
