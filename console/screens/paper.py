"""A sheet of lines over the queue: help, or the sum behind a clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.widget import Widget

from console.screens.work import start
from console.service.problem import StoreProblem
from widgets.dialog import Dialog
from widgets.pane import Line, LinesPane

if TYPE_CHECKING:
    from console.screens.app import RingsApp

Write = Callable[[], Awaitable[Iterable[Line]]]
"""Writes the sheet as of now. Raises StoreProblem where what it takes can't be read."""


class PaperScreen(Dialog[None]):
    """Reads like paper and stays true: it is written anew every second. Any of its keys closes it."""

    DEFAULT_CSS = """
    PaperScreen #box { height: 100%; }
    PaperScreen LinesPane { height: 1fr; border: none; padding: 0; }
    PaperScreen LinesPane:focus { border: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,x,question_mark,enter", "leave", show=False),
    ]

    def __init__(self, title: str, write: Write, *, foot: str, live: bool = False) -> None:
        super().__init__(title, foot=foot)
        self._write = write
        self._live = live

    def body(self) -> Iterable[Widget]:
        """The lines."""
        yield LinesPane()

    def on_mount(self) -> None:
        """Write it, and go on doing so."""
        self.query_one(LinesPane).focus()
        self._again()
        if self._live:
            self.set_interval(1.0, self._again)

    def _again(self) -> None:
        start(self, self._fill, group="paper", exclusive=True)

    async def _fill(self) -> None:
        try:
            lines = await self._write()
        except StoreProblem as problem:
            say = cast("RingsApp", self.app).say
            self.show_error(say(f"store.{problem.reason}", detail=problem.detail))
        else:
            self.query_one(LinesPane).set_lines(lines)
            self.show_error("")
