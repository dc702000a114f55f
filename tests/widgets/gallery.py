"""Every widget at once, to look at: `python tests/widgets/gallery.py [THEME]` (r, e, c, x: dialogs)."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

sys.path.insert(0, str(Path(__file__).parent))

import widget_floor as floor

from widgets.bars import Hint, HintBar, Part, StatusBar
from widgets.dialogs import ConfirmScreen, ConflictScreen, Field, PromptScreen
from widgets.entry import EntryBar
from widgets.live_table import LiveTable
from widgets.pane import Line, LinesPane, Span, heading, line
from widgets.picker import Choice, PickerScreen

TOTAL = 100_000

CHOICES = (
    Choice("zw", "Zhang Wei", ("available 4m", "0 open", "speaks 中文 English"), "first asked on T-8812"),
    Choice("zl", "Zhao Lin", ("wrap-up 0:20", "2 open", ""), "free in about 1m"),
    Choice("q", "— billing (queue)", ("2 available", "", ""), "longest wait 0:04"),
    Choice("zf", "Zhou Fang", ("on a call", "9 open", ""), disabled_reason="overloaded: 9 open"),
    Choice("ou", "欧阳·司马如", ("available", "1 open", "speaks 中文"), "南区"),
)

STORY = (
    Line((Span("call", "strong"), Span("  138****0042"), Span("   support", "dim"))),
    line(),
    Line((Span("▲ ", "breached"), Span("three rings", width=18), Span("+0:23", "breached", 6, "right"))),
    Line((Span("  first ring", "", 20), Span("09:30:29", "", 10, "right"))),
    line(),
    heading("say"),
    line("抱歉让您久等，王先生。我是李娜，马上为您查看订单的情况。请问您的订单号是多少？", indent=2),
    line("Li Na rang 12 s, no answer; Sun Yue rings since 24 s and has been asked twice", "dim", indent=2),
)


class Gallery(App[None]):
    """The queue with its bars and pane, as wide as the terminal allows."""

    CSS = """
    LinesPane.side { width: 44; height: 1fr; }
    LiveTable { height: 1fr; width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "quit"),
        Binding("slash", "filter"),
        Binding("r", "pick"),
        Binding("e", "prompt"),
        Binding("c", "confirm"),
        Binding("x", "conflict"),
    ]

    def compose(self) -> ComposeResult:
        yield StatusBar(id="first")
        yield StatusBar(id="second")
        with Horizontal():
            yield LiveTable(floor.COLUMNS)
            yield LinesPane(STORY, classes="side")
        yield EntryBar()
        yield HintBar()

    def on_mount(self) -> None:
        if len(sys.argv) > 1:
            self.theme = sys.argv[1]
        self.query_one(LiveTable).set_window(floor.window(0, 200, TOTAL))
        self.query_one("#first", StatusBar).set_parts(
            [Part("Three Rings", "strong", 1), Part("South floor", "dim", 2)],
            [Part("asterisk ● 0s", priority=3), Part("field ~ 2m", "at-risk", 4), Part("09:31:07", "", 5)],
        )
        self.query_one("#second", StatusBar).set_parts(
            [
                Part("▲ 4", "breached", 9),
                Part("! 3", "at-risk", 8),
                Part("41 open", "", 7),
                Part("calls 5 · callbacks 2 · tickets 26 · jobs 8", "dim", 1),
                Part("service 86 % in 3 rings", "dim", 2),
            ],
            [Part("li.wei lead", "dim", 3)],
        )
        hints = [
            ("r", "reassign"),
            ("e", "escalate"),
            ("a", "ack"),
            ("d", "done"),
            ("x", "explain"),
            ("/", "filter"),
        ]
        self.query_one(HintBar).set_hints(
            [Hint(key, label, key != "d") for key, label in hints], "3 new above"
        )

    def on_resize(self, event: events.Resize) -> None:
        phone = event.size.width < 60
        self.query_one(LiveTable).set_layout(floor.COLUMNS, two_line=phone)
        self.query_one(LinesPane).display = event.size.width >= 100
        self.query_one("#first").display = not phone

    @on(LiveTable.WindowWanted)
    def read_more(self, wish: LiveTable.WindowWanted) -> None:
        wish.table.set_window(floor.window(wish.start, wish.count, TOTAL))

    @on(EntryBar.Entered)
    @on(EntryBar.Left)
    def back_to_table(self) -> None:
        self.query_one(LiveTable).focus()

    def action_filter(self) -> None:
        self.query_one(EntryBar).open("/")

    def action_pick(self) -> None:
        foot = "Enter gives it and asks Asterisk to move the call · Esc"
        self.push_screen(
            PickerScreen(
                "Give call 138****0042 (ringing 0:38) to", CHOICES, foot=foot, nothing="nobody by that name"
            )
        )

    def action_prompt(self) -> None:
        levels = (("1", "team lead"), ("2", "manager"), ("3", "值班经理 on call"))
        fields = [
            Field("level", "to", "choice", levels, value="2"),
            Field("reason", "reason", required=True, placeholder="what they should know"),
        ]
        self.push_screen(
            PromptScreen(
                "Escalate T-8812", fields, required="say why", foot="Enter · Esc", submit=self.refuse
            )
        )

    async def refuse(self, _values: object) -> str | None:
        """A store that is busy."""
        await asyncio.sleep(0.3)
        return "not recorded: the store is busy; try again"

    def action_confirm(self) -> None:
        touched = [f"call 138****00{number}  (ringing 0:{number})" for number in range(10, 40)]
        self.push_screen(
            ConfirmScreen("Give 30 calls to Zhang Wei?", touched, confirm="give them", cancel="cancel")
        )

    def action_conflict(self) -> None:
        lines = ["Sun Yue took this call 2 s ago (— → Sun Yue).", "You wanted: — → Zhang Wei"]
        answers = [("leave", "leave it"), ("same", "give it to Zhang Wei all the same"), ("open", "open")]
        self.push_screen(ConflictScreen("Somebody was quicker", lines, answers))


if __name__ == "__main__":
    Gallery().run()
