"""The console as a Textual app: colours, signals, and a way out that leaves the terminal as it was."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual._context import NoActiveAppError
from textual.app import ScreenError
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.filter import Monochrome, NoColor
from textual.reactive import Reactive
from textual.theme import Theme
from textual.widget import MountError
from textual.worker import WorkerCancelled

from console.actions.registry import BY_ID
from console.domain.instants import MINUTE, SECOND
from console.screens import themes
from console.screens.options import THEMES, Options, poor_terminal
from console.screens.queue import QueueScreen
from console.screens.tidy import Tidy
from widgets import mends
from widgets.desktop import desktop_note
from widgets.wire import ThinWire

if TYPE_CHECKING:
    from rich.console import RenderableType

    from console.locale.catalogue import Catalogue
    from console.service.desk import Desk
    from widgets.inputs import PlainInput

CRASHED = 1
"""What the console returns when it stopped by a fault of its own."""


GONE = (NoMatches, NoScreen, MountError, ScreenError, NoActiveAppError, WorkerCancelled)
"""How Textual says that a widget, a screen or the app is there no more."""


LOCKED_AFTER = 10 * MINUTE
"""Without a key for so long a console at which people sign in locks, where the settings don't say when."""


UNKNOWN = 3
"""Whoever sits there and has had no PIN for so many seconds is gone."""


class RingsApp(ThinWire[None]):
    """One console at one desk. It is handed all that it works with and knows no store."""

    TITLE = "Three Rings"
    CSS_PATH = "console.tcss"
    # Everything by name is a list of our own: translated, and with the reason why not.
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    theme: Reactive[str] = Reactive(themes.DEFAULT)  # set later, all rules would be read a second time
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+c", "how_to_quit", show=False),
        Binding("L", "lock", show=False),  # on every screen that has no dialog open
    ]

    def __init__(
        self,
        desk: Desk,
        say: Catalogue,
        options: Options | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        mends.let_go_of_lines()
        self.animation_level = "none"  # what glides is sent many times over, and a key may come in between
        self.desk = desk
        self.say = say
        self.options = options or Options()
        if self.options.shared:
            desk.actor = ""  # nobody yet
        self.crash = ""
        self.leaving = False
        self.locked = False
        self._unknown = 0
        self.tidy = Tidy()
        self.queue = QueueScreen(desk, say, self.options)
        for theme in themes.THEMES:
            self.register_theme(theme)
        poor = poor_terminal(os.environ if environ is None else environ)
        colours = self.options.theme or (themes.ANSI if poor else self.options.liked)
        if colours in THEMES:
            self.theme = colours
        # Textual chose by the theme that it began with: what it took makes a terminal's own colours black.
        self._filters = [NoColor() if isinstance(each, Monochrome) else each for each in self._filters]

    def get_theme(self, theme_name: str) -> Theme | None:
        """Ours are known before any can be registered: the first style sheet is read with the first theme."""
        return themes.BY_NAME.get(theme_name) or super().get_theme(theme_name)

    def get_default_screen(self) -> QueueScreen:
        """The queue is home, with nothing below it."""
        return self.queue

    def on_load(self) -> None:
        """Before there is a terminal to draw on: what the first frame shows is read from here on."""
        self.queue.read_ahead(self.size.height)

    def on_mount(self) -> None:
        """Leave in good order when the terminal or the system says so."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            # Not every system, and no loop outside of the main thread, can be told of signals.
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, self._leave, 128 + number)
        self.set_interval(1.0, self._beat)
        if self.options.shared:
            self.lock()

    def _beat(self) -> None:
        """Each second, whatever screen is in front."""
        self.tidy.beat()
        rules = self.queue.floor.rules
        after = rules.site.lock_after if rules is not None else None
        if after is None and self.options.shared:
            after = LOCKED_AFTER
        if after and self.tidy.rested >= after / SECOND and not self.queue.deciding.unlockable:
            self.lock()
        # Who was taken away leaves; but the rules that were read last may not know yet who just came.
        site = rules.site if rules is not None and self.options.shared else None
        known = site is None or site.agent(self.desk.actor) in site.pinned
        self._unknown = 0 if known or self.locked else self._unknown + 1
        if self._unknown > UNKNOWN:
            self.lock()

    def action_lock(self) -> None:
        """Lock it, or say why not."""
        if reason := self.queue.deciding.refusals()(BY_ID["lock"]):
            self._tell(self.say(reason), loud=True)
        else:
            self.lock()

    def lock(self) -> None:
        """Show nothing more until somebody signs in; what is open stays below, for whoever comes back.
        Not before it is known who has a PIN: somebody without one could not come back."""
        known = self.options.shared or self.queue.floor.rules is not None
        if known and not (self.locked or self.leaving):
            from console.screens.lock import LockScreen

            self.push_screen(LockScreen(self.queue))
            self.locked = True

    def push_screen(self, *given: Any, **more: Any) -> Any:
        """Nothing opens over the lock: what was on its way there is answered as if it had been left."""
        if not self.locked:
            return super().push_screen(*given, **more)
        answer = asyncio.get_running_loop().create_future()
        answer.set_result(None)
        return answer

    async def action_quit(self) -> None:
        """Leave, but not while it is locked: a shell may stand behind it."""
        if not self.locked:
            await super().action_quit()

    async def on_event(self, event: events.Event) -> None:
        """Know when somebody is at work."""
        if isinstance(event, events.InputEvent | events.Paste):
            self.tidy.key()
        await super().on_event(event)

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave; a screen that is opened from now on would find nothing to stand on."""
        self.leaving = True
        super().exit(result, return_code, message)

    def _leave(self, return_code: int) -> None:
        self.exit(return_code=return_code)

    def action_how_to_quit(self) -> None:
        """Ctrl+C stops a program elsewhere; here a slip of it must not end the watch."""
        if not self.locked:
            self._tell(self.say("app.how_to_quit"))

    def _tell(self, text: str, *, loud: bool = False) -> None:
        """Say something on the screen in front, where a key was pressed."""
        from console.screens.table_screen import TableScreen

        if isinstance(self.screen, TableScreen):
            self.screen.tell(text)
        else:
            self.queue.tell(text, loud=loud)

    def on_plain_input_full(self, event: PlainInput.Full) -> None:
        """Say where it is typed that no more goes in."""
        from widgets.dialog import Dialog
        from widgets.entry import EntryBar

        text = self.say("app.full", most=f"{event.most:,}")
        for around in event.line.ancestors:
            if isinstance(around, Dialog | EntryBar):
                around.show_full(text)

    def beckon(self, text: str) -> None:
        """Tell somebody whose terminal said that they look elsewhere."""
        if self.options.desktop and not self.app_focus and not self.is_headless and self._driver is not None:
            told = self.say("lock.alarm") if self.locked else text
            self._driver.write(desktop_note(f"{self.TITLE}: {told}", os.environ))

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Text from outside opens nothing."""

    def _handle_exception(self, error: Exception) -> None:
        """A fault of ours: give the terminal back and keep the traceback for those who mend it. What goes on
        when somebody has left finds its widgets gone: that is none."""
        if self.leaving and isinstance(getattr(error, "error", error), GONE):
            return
        self._return_code = CRASHED
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        if not self.crash:
            self.crash = self._write_down(error)
        if not self.leaving:  # else it is on its way out
            self._close_messages_no_wait()

    def _write_down(self, error: Exception) -> str:
        path = self.options.log
        if path is not None:
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                # Names and numbers of customers may stand in it: for its owner alone.
                with open(
                    os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8"
                ) as file:
                    file.write(f"--- {datetime.now().astimezone().isoformat(timespec='seconds')}\n")
                    file.writelines(traceback.format_exception(error))
                return self.say("app.crashed", path=path)
        return self.say("app.crashed_unlogged", error=type(error).__name__)


async def run_app(desk: Desk, catalogue: Catalogue, options: Options | None = None) -> int:
    """Run the console until it is left; what the process should return.

    It runs on the caller's loop, on which the desk's store was opened; the caller closes that store.
    """
    app = RingsApp(desk, catalogue, options)
    app.tidy.begin()
    try:
        await app.run_async(mouse=app.options.mouse)
    finally:
        app.tidy.end()
    if app.crash:
        sys.stderr.write(app.crash + "\n")
    return app.return_code or 0
