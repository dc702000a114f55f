"""The lock: nothing of the floor, a name and a PIN. Behind it the floor goes on; whoever signs in acts from
then on, and what somebody else had begun is put away."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Input

from console.screens.layout import PHONE
from console.screens.seating import seat
from console.screens.work import start
from console.service.problem import StoreProblem
from widgets.inputs import PlainInput, PlainText, SecretInput

if TYPE_CHECKING:
    from textual.widget import Widget

    from console.screens.app import RingsApp
    from console.screens.queue import QueueScreen
    from console.service.user import Proof


ROOMY = 10
"""From so many lines on there is space between them."""


LEFT_S = 60
"""After so many seconds without a key nothing stays in the lines."""


class LockScreen(Screen[None]):
    """Covers all there is until somebody signs in."""

    DEFAULT_CSS = """
    LockScreen {
        background: $background;
        color: $foreground;
        padding: 0 1;
        overflow: hidden hidden;
        #title { text-style: bold; }
        #sign { height: 1; }
        &.-roomy { padding: 1; }
        &.-roomy #title, &.-roomy #sign { margin: 0 0 1 0; }
        #sign PlainText { width: auto; margin: 0 1 0 0; }
        #sign PlainInput { width: 1fr; max-width: 24; margin: 0 1 0 0; background: $foreground 8%; }
        #sign SecretInput { max-width: 16; margin: 0; }
        #said { color: $warning; text-style: bold; }
        &:ansi PlainInput { text-style: underline; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,down", "other_line", show=False),
        # At once, not when the line has handed the key on: a slow network brings name, Tab and PIN in one
        # piece, and the PIN would be typed, for all to see, where the name stands.
        Binding("tab,shift+tab", "other_line", show=False, priority=True),
        Binding("enter", "on_to_pin", show=False, priority=True),
    ]
    AUTO_FOCUS = ""

    def __init__(self, home: QueueScreen) -> None:
        super().__init__()
        self._home = home
        self._say = home.say
        self._since = home.desk.now()
        self._former = home.desk.actor
        self._alone = not home.options.shared
        self._busy = False
        self._held_until = 0.0
        self._title_text = ""
        self._boarded = False

    def compose(self) -> ComposeResult:
        """Whose floor, since when, the two lines to type in, what was wrong."""
        yield PlainText(id="title")
        with Horizontal(id="sign"):
            if self._alone:
                # Somebody's own terminal: nobody else's PIN would do.
                yield PlainText(self._home.words.person(self._former), id="who")
            else:
                yield PlainText(self._say("lock.name"))
                yield PlainInput(id="name", max_length=64)
            yield PlainText(self._say("lock.pin"))
            yield SecretInput()
        yield PlainText(id="said")

    def on_resize(self, event: events.Resize) -> None:
        """Leave space where there is some."""
        self.set_class(event.size.height >= ROOMY, "-roomy")

    def on_mount(self) -> None:
        """Be ready to be typed into."""
        self._first().focus()
        self._show()
        self.set_interval(1.0, self._show)

    def on_screen_resume(self) -> None:
        """Be ready again."""
        if self.focused is None:
            self._first().focus()

    def on_click(self) -> None:
        """A click beside the lines takes the focus from neither."""
        if self.focused is None:
            self._first().focus()

    def action_other_line(self) -> None:
        """Go from one line to the other."""
        self.focus_next()

    def action_on_to_pin(self) -> None:
        """Go on from the name; what stands in the lines is for them to hand in."""
        pin = self.query_one(SecretInput)
        if self.focused is pin or pin.value:
            raise SkipAction
        pin.focus()

    def _first(self) -> Widget:
        return self.query_one(SecretInput) if self._alone else self.query_one("#name", PlainInput)

    def _show(self) -> None:
        words = self._home.words
        if self._former or self._alone:
            at = words.times.minute(self._since, self._home.desk.now())
            state = self._say("lock.locked", time=at)
        else:
            state = self._say("lock.nobody")
        product = self._say("head.product")
        named = [words.names.site] if words.names.site != product else []
        if named and self.app.size.width < PHONE:
            product = ""  # there is no room for both
        title = f" {words.marks.bands[2]} ".join(part for part in (product, *named, state) if part)
        if title != self._title_text:
            self._title_text = title
            self.query_one("#title", PlainText).say(title)
        rules = self._home.floor.rules
        if rules is not None and rules.site.lock_board and not self._boarded:
            from console.screens.lock_board import LockBoard

            self._boarded = True
            self.mount(LockBoard(self._home))
        lines = self.query(PlainInput)
        if cast("RingsApp", self.app).tidy.rested >= LEFT_S and any(line.value for line in lines):
            for line in lines:
                line.value = ""  # half of a PIN is no beginning for the next
            self._first().focus()
        if self._held_until:
            left = self._held_until - time.monotonic()
            self._held_until = self._held_until if left > 0 else 0.0
            self._tell(self._held(left) if left > 0 else "")

    def _held(self, seconds: float) -> str:
        minutes, rest = divmod(int(seconds) + 1, 60)
        return self._say("lock.held", wait=f"{minutes}:{rest:02}")

    def _tell(self, text: str) -> None:
        self.query_one("#said", PlainText).say(text)

    # --- signing in ---------------------------------------------------------------------------------

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        name = "" if self._alone else self.query_one("#name", PlainInput).value.strip()
        pin = self.query_one(SecretInput)
        if not (self._alone or name):
            self._first().focus()
        elif not pin.value:
            pin.focus()
        elif not self._busy:
            self._busy = True
            start(self, lambda: self._try(name, pin.value), group="signing-in")

    async def _try(self, name: str, pin: str) -> None:
        self._held_until = 0.0
        self._tell(self._say("lock.looking"))
        desk = self._home.desk
        try:
            only = self._home.words.names.agent(self._former) if self._alone else ""
            proof = await desk.sign_in(name, pin, only=only)
        except StoreProblem as problem:
            self._empty()  # whoever comes next need not type it
            self._tell(self._say(f"store.{problem.reason}"))
            return
        finally:
            self._busy = False
        if proof.user:
            self._open(proof.user)
        else:
            self._refuse(proof)

    def _empty(self) -> None:
        line = self.query_one(SecretInput)
        line.value = ""
        line.focus()

    def _refuse(self, proof: Proof) -> None:
        self._empty()
        if proof.wait:
            self._held_until = time.monotonic() + proof.wait / 1000
            self._show()
        else:
            self._tell(self._say(f"refusal.{proof.reason}"))

    def _open(self, user: str) -> None:
        home = self._home
        cast("RingsApp", self.app).locked = False
        names = home.words.names
        if names.agent(self._former) == names.agent(user):
            home.desk.actor = self._former  # by the name that their terminal knows them by
            self.dismiss(None)
        else:
            seat(home, user)
