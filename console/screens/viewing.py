"""What the keys do that only look: the item, the sum, help, colours, filter, everything by name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from console.screens import explain, help, palette  # noqa: A004
from console.screens.cues import CuesScreen
from console.screens.paper import PaperScreen

if TYPE_CHECKING:
    from console.screens.app import RingsApp
    from console.screens.queue import QueueScreen
    from widgets.pane import Line


class Viewing:
    """Carries out the looking keys for the queue screen; each method is the action of its name."""

    KEYS = frozenset(
        {
            "open",
            "explain",
            "cues",
            "people",
            "levels",
            "norms",
            "checks",
            "handover",
            "wall",
            "rewind",
            "help",
            "palette",
            "theme",
            "filter",
            "command",
            "clear",
            "redraw",
            "lock",
            "quit",
        }
    )
    """The other keys of that kind are the table's own."""

    def __init__(self, screen: QueueScreen) -> None:
        self._screen = screen

    def open(self) -> None:
        """Show the item beside the queue, or in its place; or put it away."""
        screen, pane = self._screen, self._screen.pane
        shown = not pane.display
        pane.display = shown
        screen.set_class(shown, "-open")
        screen.repaint()
        if shown:
            pane.show(screen.table.cursor_id, screen.words)
            pane.read()
        screen.focus_home()

    def explain(self) -> None:
        """The sum behind the clock of the cursor's row."""
        screen = self._screen
        item = screen.table.cursor_id

        async def write() -> Iterable[Line]:
            view = await screen.desk.view(item) if item is not None else None
            return list(explain.lines(screen.words, view, screen.desk.now())) if view else []

        title, foot = screen.say("explain.title"), screen.say("help.close")
        screen.app.push_screen(PaperScreen(title, write, foot=foot, live=True))

    def people(self) -> None:
        """Who is on the floor, and what each of them is doing."""
        from console.screens.people import PeopleScreen

        self._screen.app.push_screen(PeopleScreen(self._screen))

    def levels(self) -> None:
        """How calls are answered, queue by queue."""
        from console.screens.levels import LevelsScreen

        self._screen.app.push_screen(LevelsScreen(self._screen))

    def norms(self) -> None:
        """Every norm, and what became of it."""
        from console.screens.norms import NormsScreen

        self._screen.app.push_screen(NormsScreen(self._screen))

    def handover(self) -> None:
        """What this shift leaves behind for the next."""
        from console.screens.handover import HandoverScreen

        self._screen.app.push_screen(HandoverScreen(self._screen))

    def wall(self) -> None:
        """The floor in large figures."""
        from console.screens.wall import WallScreen

        self._screen.app.push_screen(WallScreen(self._screen))

    def rewind(self) -> None:
        """The queue as it stood at an earlier moment."""
        from console.screens.rewind import RewindScreen

        self._screen.app.push_screen(RewindScreen(self._screen))

    def checks(self) -> None:
        """The checklists; those for the item of the cursor's row come first."""
        from console.screens.checks import ChecksScreen

        screen = self._screen
        screen.app.push_screen(ChecksScreen(screen, screen.table.cursor_id or ""))

    def cues(self) -> None:
        """What to say: the cards that fit the cursor's row first."""
        screen = self._screen
        item = screen.table.cursor_id
        row = screen.board.row(item) if item is not None else None
        title = screen.say("cue.title")
        if row is not None:
            title = f"{title}  {screen.words.phrase(row)}"
        screen.app.push_screen(CuesScreen(screen.desk, screen.words, item, title))

    def help(self) -> None:
        """All keys; those that can't be used now say why."""
        screen = self._screen
        lines = list(help.lines(screen.words, screen.deciding.refusals()))

        async def write() -> Iterable[Line]:
            return lines

        screen.app.push_screen(PaperScreen(screen.say("help.title"), write, foot=screen.say("help.close")))

    def palette(self) -> None:
        """Everything by its name."""
        screen = self._screen

        def chosen(action_id: str | None) -> None:
            if action_id is not None:
                # The row that the screen named when it was chosen; the board may move on behind it.
                screen.call_after_refresh(screen.act_on, action_id, screen.table.cursor_id)

        screen.app.push_screen(palette.screen(screen.say, screen.deciding.refusals()), chosen)

    def theme(self) -> None:
        """Other colours."""
        app = self._screen.app

        async def submit(name: str | None) -> None:
            if name is not None:
                app.theme = name
                await asyncio.to_thread(self._screen.options.like, name)

        app.push_screen(palette.themes(self._screen.say, app.theme, submit))

    def filter(self) -> None:
        """Type a filter; the board follows."""
        screen = self._screen
        screen.entry.open("/", screen.filtered, placeholder=screen.say("queue.filter_placeholder"))
        screen.edges.foot()

    def command(self) -> None:
        """Type the name of an action."""
        screen = self._screen
        placeholder = screen.say("queue.command_placeholder")
        screen.entry.open(":", placeholder=placeholder, known=palette.names(screen.say))
        screen.edges.foot()

    def clear(self) -> None:
        """Step back: out of the line at the bottom, the item, then the marks, then the filter."""
        screen = self._screen
        if screen.entry.sign:
            screen.entry.action_leave()
        elif screen.pane.display and not screen.has_class("-beside"):
            self.open()
        elif screen.table.marks:
            screen.table.set_marks(())
        else:
            screen.set_query("")
        screen.edges.foot()

    def redraw(self) -> None:
        """Draw all again."""
        cast("RingsApp", self._screen.app).redraw()

    def lock(self) -> None:
        """Hide all of it until somebody signs in."""
        cast("RingsApp", self._screen.app).lock()

    def quit(self) -> None:
        """Leave."""
        self._screen.app.exit()
