"""Lines to read and lines at the edges: they wrap or give way, and draw no more than changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from widget_hostile import HOSTILE, control_characters, screen_lines

from widgets.bars import Hint, HintBar, Part, StatusBar
from widgets.entry import EntryBar
from widgets.pane import Line, LinesPane, Span, heading, lay_out, line

SIZES = [(5, 3), (1, 1), (40, 20), (80, 24), (300, 100)]

STORY = (
    Line((Span("▲ ", "breached"), Span("three rings", width=16), Span("+0:23", "breached", 6, "right"))),
    heading("say"),
    line("抱歉让您久等，王先生。马上为您查看订单的情况。", indent=2),
)


class CountingPane(LinesPane):
    """A pane that notes which screen lines it was asked to draw."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


class Only(App[None]):
    """An app of the given widgets, and what was heard from them."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.widgets = widgets
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_hint_bar_pressed(self, message: HintBar.Pressed) -> None:
        self.heard.append(message)

    def on_entry_bar_typed(self, message: EntryBar.Typed) -> None:
        self.heard.append(message)

    def on_entry_bar_entered(self, message: EntryBar.Entered) -> None:
        self.heard.append(message)

    def on_entry_bar_left(self, message: EntryBar.Left) -> None:
        self.heard.append(message)


SPANS = st.builds(Span, st.text("ab 王，。é\n\x1b…", max_size=30), st.just(""), st.integers(0, 12))


@given(st.lists(SPANS, max_size=5), st.integers(0, 6), st.integers(1, 40))
def test_a_line_never_takes_more_than_its_width(spans: list[Span], indent: int, width: int) -> None:
    for shown in lay_out(Line(tuple(spans), indent), width):
        assert cell_len("".join(text for text, _ in shown)) <= width


def test_what_wraps_goes_on_at_the_indent_and_numbers_stay_aligned() -> None:
    texts = ["".join(text for text, _ in shown) for source in STORY for shown in lay_out(source, 25)]
    assert texts == [
        "▲ three rings      +0:23",
        "say",
        "抱歉让您久等，王先生。马",
        "  上为您查看订单的情况。",
    ]


async def test_a_scroll_bar_hides_no_letter() -> None:
    """It comes when the lines turn out to be too many, and takes a column that they were laid out for."""
    pane = LinesPane([line("不得责问训斥反问命令推托客户" * 4) for _ in range(9)])
    async with Only(pane).run_test(size=(32, 6)) as pilot:
        await pilot.pause()
        assert pane.show_vertical_scrollbar
        shown = "".join(pane.render_line(y).text for y in range(6))
    assert "…" not in shown
    assert shown.replace(" ", "").startswith("不得责问训斥反问命令推托客户" * 4)


async def test_a_pane_draws_only_changed_lines_and_stays_where_the_reader_is() -> None:
    pane = CountingPane()
    app = Only(pane)
    async with app.run_test(size=(40, 6)) as pilot:
        pane.set_lines(line(f"line {number}") for number in range(30))
        await pilot.pause()
        pane.focus()
        await pilot.press("pagedown")
        await pilot.pause(0.3)
        top = pane.scroll_offset.y
        assert top > 0
        pane.drawn.clear()
        pane.set_lines(line(f"line {number}" + "!" * (number in (0, top + 2))) for number in range(30))
        await pilot.pause()
        assert pane.drawn == [2]
        assert pane.scroll_offset.y == top
        pane.set_lines([line("new")], top=True)
        await pilot.pause()
        assert "new" in screen_lines(app)[0]


@pytest.mark.parametrize("width", [12, 24, 40, 60, 100])
async def test_the_less_important_parts_give_way(width: int) -> None:
    bar = StatusBar()
    async with Only(bar).run_test(size=(width, 1)) as pilot:
        left = [Part("▲ 4", "breached", 9), Part("41 open", "", 7), Part("calls 5 · tickets 26", "dim", 1)]
        bar.set_parts(left, [Part("asterisk ●", "", 3), Part("09:31", "", 8)])
        await pilot.pause()
        text = screen_lines(bar.app)[0]
        assert cell_len(text) == width
        assert text.startswith("▲ 4")
        assert text.endswith("09:31") or width == 12
        assert ("calls" in text) is (width >= 60)
        assert ("asterisk" in text) is (width >= 40)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (37, "▲ 4   crm ~ 1m   pbx ~ 9s   desk ~ 2m"),
        (36, "▲ 4   ~ +1   pbx ~ 9s   desk ~ 2m"),
        (32, "▲ 4   ~ +2   desk ~ 2m"),
        (21, "▲ 4   ~ +3"),
    ],
)
def test_what_must_not_go_unseen_is_counted_where_it_gives_way(width: int, shown: str) -> None:
    bar = StatusBar()
    silent = [Part(text, "", 6, "~") for text in ("crm ~ 1m", "pbx ~ 9s", "desk ~ 2m")]
    bar._left, bar._right = (Part("▲ 4", "", 9),), tuple(silent)
    left, right = bar._fitting(bar._left, bar._right, width)
    assert "   ".join(part.text for part in (*left, *right)) == shown


async def test_a_bar_told_the_same_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = StatusBar()
    async with Only(bar).run_test(size=(40, 1)) as pilot:
        bar.set_parts([Part("a")])
        await pilot.pause()
        monkeypatch.setattr(bar, "runs", lambda _width: pytest.fail("drawn again"))
        bar.set_parts([Part("a")])
        await pilot.pause()


async def test_as_many_hints_as_fit_and_a_tap_is_a_key() -> None:
    bar = HintBar()
    app = Only(bar)
    async with app.run_test(size=(40, 1)) as pilot:
        bar.set_hints(
            [
                Hint("r", "reassign"),
                Hint("d", "done", False),
                Hint("x", "a very long label"),
                Hint("a", "ack"),
            ],
            "3 new",
        )
        await pilot.pause()
        text = screen_lines(app)[0]
        assert text.startswith("r reassign  d done  a ack")
        assert text.endswith("3 new")
        await pilot.click(HintBar, offset=(1, 0))
        await pilot.click(HintBar, offset=(13, 0))  # cannot be used now
        await pilot.pause()
        assert [message.key for message in app.heard if isinstance(message, HintBar.Pressed)] == ["r"]


async def test_the_entry_line_is_there_while_it_is_typed_into() -> None:
    bar = EntryBar()
    app = Only(LinesPane(), bar)
    async with app.run_test(size=(40, 5)) as pilot:
        assert not bar.display
        bar.open("/", "q")
        await pilot.press("a", "b", "enter")
        assert not bar.display
        bar.open(":", known=("reassign", "done"))
        await pilot.press("r", "tab")
        await pilot.pause()
        assert ": reassign" in screen_lines(app)[-1]
        await pilot.press("escape")
        await pilot.pause()
        assert not bar.display
        assert [(type(message), message.sign, getattr(message, "text", "")) for message in app.heard] == [
            (EntryBar.Typed, "/", "qa"),
            (EntryBar.Typed, "/", "qab"),
            (EntryBar.Entered, "/", "qab"),
            (EntryBar.Typed, ":", "r"),
            (EntryBar.Typed, ":", "reassign"),
            (EntryBar.Left, ":", ""),
        ]


async def test_a_paste_brings_in_nothing_but_text() -> None:
    bar = EntryBar()
    app = Only(bar)
    async with app.run_test(size=(60, 3)) as pilot:
        bar.open("/")
        await pilot.pause()
        app.screen.focused.post_message(events.Paste("a\x1b[2J\u202eb\x9bc"))  # type: ignore[union-attr]
        await pilot.pause()
        assert [message.text for message in app.heard] == ["a[2Jbc"]


@pytest.mark.parametrize("size", SIZES)
async def test_no_size_is_too_small(size: tuple[int, int]) -> None:
    pane, status, hints, bar = LinesPane(STORY), StatusBar(), HintBar(), EntryBar()
    app = Only(status, pane, bar, hints)
    async with app.run_test(size=size) as pilot:
        status.set_parts([Part("王明 ▲ 4"), Part("x")], [Part("right")])
        hints.set_hints([Hint("r", "改派")], "三条新的")
        bar.open("/")
        await pilot.press("王", "escape", "tab", "down", "end", "home")
        await pilot.resize_terminal(7, 4)
        await pilot.pause()
        assert len(screen_lines(app)) == 4


async def test_hostile_text_is_only_ever_drawn() -> None:
    pane, status, hints, bar = LinesPane(), StatusBar(), HintBar(), EntryBar()
    app = Only(status, pane, bar, hints)
    async with app.run_test(size=(60, 8)) as pilot:
        bar.open("/")
        for text in HOSTILE:
            pane.set_lines([Line((Span(text, text, 9),)), line(text)])
            status.set_parts([Part(text)], [Part(text)])
            hints.set_hints([Hint("r", text), Hint(text, "x")], text[:20])
            bar.open("/", text)
            await pilot.pause()
            assert [control_characters(shown) for shown in screen_lines(app)] == [[]] * 8
