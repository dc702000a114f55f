"""The bars above and below the board, filled from what the screen knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.screens.foot import Foot
from console.screens.head import Head
from widgets.bars import HintBar, Part, StatusBar
from widgets.wire import ThinWire

if TYPE_CHECKING:
    from console.actions.action import Action
    from console.screens.queue import QueueScreen


class Edges:
    """Keeps the bars of the queue screen true; what is the same is not drawn again."""

    def __init__(self, screen: QueueScreen) -> None:
        self._screen = screen
        self._foot = Foot()

    def head(self) -> None:
        """Whose floor, how it stands, and whether that is fresh."""
        screen, now = self._screen, self._screen.desk.now()
        head = Head(
            screen.words,
            screen.floor,
            screen.desk.actor,
            screen.options.badge_now,
            screen.desk.read_only,
            screen.pulse.stale,
        )
        first = head.phone(now) if screen.has_class("-phone") else head.first(now)
        self._bar("head").set_parts(*first)
        self._bar("counts").set_parts(*head.second(now, short=not screen.has_class("-beside")))

    def foot(self) -> None:
        """What was said last, what is filtered and marked, and the keys of the moment."""
        screen = self._screen
        left, right = self._foot.line(screen.say, len(screen.table.marks))
        if screen.options.wire and isinstance(screen.app, ThinWire):
            sent = screen.app.wire.last_minute
            right.append(Part(screen.say("queue.wire", bytes=f"{sent:,}"), "dim", 3))
        notice = self._bar("notice")
        notice.set_parts(left, right)
        # On a low screen the line is given to the board while it has nothing to say.
        notice.display = not screen.entry.sign and (screen.has_class("-high") or bool(left or right))
        hints = self._foot.hints(
            screen.say,
            screen.deciding.refusals(),
            plain=screen.options.plain,
            phone=screen.has_class("-phone"),
        )
        screen.query_one(HintBar).set_hints(hints, self._foot.note(screen.say, screen.board))

    @property
    def telling(self) -> bool:
        """Whether a notice still stands."""
        return self._foot.telling

    def say(self, text: str, *, loud: bool) -> None:
        """Show a notice for a while."""
        self._foot.say(text, loud=loud)
        self.foot()

    def filter(self, text: str, problems: tuple[str, ...]) -> None:
        """Remember what is filtered."""
        self._foot.filter(text, problems)

    def action_of(self, key: str) -> Action | None:
        """The action whose hint shows that key."""
        return self._foot.action_of(key)

    def _bar(self, name: str) -> StatusBar:
        return self._screen.query_one(f"#{name}", StatusBar)
