"""What a console names on its screen, read off the lines that it draws, and what may never be on it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from textual.screen import Screen

from console.screens import app as app_module
from console.screens.app import RingsApp
from console.screens.queue import QueueScreen
from widgets.dialog import Dialog
from widgets.dialogs import ConfirmScreen
from widgets.inputs import AnswerBar
from widgets.live_table import LiveTable
from widgets.picker import PickerScreen

KINDS = {
    "call": "call",
    "callb": "callback",
    "tick": "ticket",
    "job": "job",
    "repor": "report",
    "follow": "followup",
}
"""The kind by the beginning of its word on the board, which may be cut: `call…` can be either."""

_NUMBER = re.compile(r"Z(\d{4})|138(?:\*{4}|0000)(\d{4})")
_IN_ID = re.compile(r"z(\d{4})")
_KIND = re.compile(r"callb|call(?![…~])|tick|job|repor|follow")
_BAD = {"\u202e", "\u202d", "\u2066", "\u200b", "\ufeff"}


class RobotError(AssertionError):
    """Something that must never be; `operations` is after how many of them."""

    operations = 0


def number_of(item_id: str) -> int | None:
    """The customer's number in an item's id; None where it is about none, like a hand-over."""
    match = _IN_ID.search(item_id)
    return int(match[1]) if match else None


def ids_in(text: str) -> set[int]:
    """The items that a text names by what their own system calls them."""
    return {int(number) for number in _IN_ID.findall(text)}


def numbers_in(text: str) -> set[int]:
    """The customers that a text names."""
    return {int(match[1] or match[2]) for match in _NUMBER.finditer(text)}


@dataclass(frozen=True, slots=True)
class Named:
    """What a screen named: the customer's number and the kind (empty where it was cut off) of the row under
    the cursor, the id of the row that was handed over for that line, and the marked ids. `text` is what was
    read."""

    text: str = ""
    number: int | None = None
    kind: str = ""
    marks: frozenset[str] = frozenset()
    row: str = ""

    def fits(self, item_id: str) -> bool:
        """Whether the row under the cursor can be that item's."""
        number = number_of(item_id)
        if number is None:
            return self.number is None and item_id in (self.row, *self.text.split())
        return number == self.number and self.kind in ("", item_id.partition("/")[0])


def read_named(queue: QueueScreen, before: Named) -> Named:
    """Read off the drawn lines what a key would be meant for; `before` is what they named until now."""
    table, pane = queue.table, queue.pane
    if pane.display and not queue.has_class("-beside"):
        if not pane.lines:
            return before  # opened just now on what the board named, and not read yet
        text = " ".join(span.text for line in pane.lines[:2] for span in line.spans)
        return _named(text, text, table.marks)
    ground = table._painter.palette.cursor
    drawn, row = [], None
    for y in range(table._header_height, table.size.height):
        strip = table.render_line(y)
        style = next(iter(strip)).style if strip.cell_length else None
        if style is not None and (style.bgcolor, style.reverse) == (ground.bgcolor, ground.reverse):
            drawn.append(strip.text)
            row = row or table.window.at(table.place_at(y) or 0)
    text = " ".join(drawn)
    # Where the column of the customer is cut or dropped, the row that was handed over for that line tells;
    # and of what is about none, whose owner may be called by a number that somebody typed.
    about = row is None or number_of(row.id) is not None
    whole = text if row is None or (about and numbers_in(text)) else str(row.cells["customer"].text)
    return _named(text, whole, table.marks, row.id if row is not None else "")


def _named(text: str, customer: str, marks: frozenset[str], row: str = "") -> Named:
    numbers = numbers_in(customer)
    kind = _KIND.search(text)
    number = min(numbers) if len(numbers) == 1 else None
    return Named(text, number, KINDS[kind[0]] if kind else "", marks, row)


def dialog_texts(dialog: Screen[Any]) -> str:
    """All that a dialog says of what it is about."""
    parts = [dialog._title_text] if isinstance(dialog, Dialog) else []
    if isinstance(dialog, ConfirmScreen):
        parts += dialog._touched
    return "\n".join(parts)


class RobotApp(RingsApp):
    """A console that remembers what it painted last, and that no key can leave."""

    CSS_PATH = str(Path(app_module.__file__).with_name("console.tcss"))

    named = Named()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if self.queue.is_mounted and self.is_running and self.queue.query("#board"):
            self.named = read_named(self.queue, self.named)

    def exit(self, *_: Any, **__: Any) -> None:
        """Stay."""


class Sight:
    """One console as it is seen: what it shows, and what is wrong with that."""

    app: RobotApp
    wheeled = False
    """Whether a wheel may have scrolled away from what has the focus; a key brings it back before it acts."""

    @property
    def queue(self) -> QueueScreen:
        """The home of the console."""
        return self.app.queue

    @property
    def table(self) -> LiveTable:
        """Its board."""
        return self.queue.table

    @property
    def top(self) -> Screen[Any]:
        """What has the keys."""
        return self.app.screen

    @property
    def dear(self) -> list[str]:
        """What is under the cursor or marked."""
        return [*self.table.marks, *filter(None, [self.table.cursor_id])]

    @property
    def is_home(self) -> bool:
        """Whether keys go to the queue, not to a dialog or to a line that is typed in."""
        return self.top is self.queue and not self.queue.entry.sign

    @property
    def _where(self) -> str:
        if self.top is not self.queue:
            return type(self.top).__name__
        return f"queue{self.queue.entry.sign}"

    def _is_palette(self, screen: Screen[Any]) -> bool:
        return isinstance(screen, PickerScreen) and screen._title_text == self.app.say("action.palette.label")

    @property
    def _focus_trouble(self) -> str:
        focused = self.top.focused
        if focused is None:
            return "nothing has it" if self.top.focus_chain else ""
        if self.wheeled:
            return ""
        shown = self.top._compositor.visible_widgets.get(focused)
        if shown is None:
            return f"{focused} is not on the screen"
        region, clip = shown
        seen = region.intersection(clip)
        if not seen.area:
            return f"{focused} has no cell"
        if isinstance(focused, LiveTable) and focused.window.rows and not focused.shows_cursor:
            return f"the cursor of {focused} is out of view"
        if (
            isinstance(focused, AnswerBar)
            and region.y + focused._line_of(focused._current) not in seen.line_range
        ):
            return f"the answer of {focused} is out of view"
        return ""

    @property
    def _cursor_trouble(self) -> str:
        table = self.table
        rows = [row.id for row in table.window.rows]
        if self.queue.pane.display and not self.queue.has_class("-beside"):
            return self.pane_trouble  # nobody sees the board
        if self.wheeled:
            return ""
        if table.cursor_id is None:
            return f"on none of {len(rows)} rows" if rows else ""
        if table.cursor_id not in rows:
            return f"{table.cursor_id} is not held"
        if self.top is self.queue and not self.app.named.fits(table.cursor_id):
            return f"{table.cursor_id} is not what the screen names: {self.app.named.text!r}"
        return ""

    @property
    def pane_trouble(self) -> str:
        """Why the item in the place of the board is not yet the cursor's; empty where it is."""
        pane, cursor = self.queue.pane, self.table.cursor_id
        if not pane.display or self.queue.has_class("-beside") or cursor is None:
            return ""
        if pane.item_id != cursor:
            return ""  # a conflict's "open" brought it there, and it takes no keys
        text = " ".join(span.text for line in pane.lines[:2] for span in line.spans)
        return "" if cursor in text.split() else f"{text!r} for {cursor}"

    @property
    def _text_trouble(self) -> str:
        for character in set(self.text) - {"\n"}:
            if unicodedata.category(character) in ("Cc", "Cs") or character in _BAD:
                return f"has {character!r}"
        return ""

    @property
    def text(self) -> str:
        """All that stands on the screen."""
        drawn = self.table._drawn
        with self.app._context():
            strips = self.top._compositor.render_strips()
        self.table._drawn = drawn  # to look is not to draw: nobody has seen it by that
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)
