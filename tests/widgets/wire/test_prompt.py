"""What a key asked for is painted when it is there, not when Textual's timer comes round again; what changed
with a clock is painted in one go."""

from __future__ import annotations

import asyncio

import pytest
from textual import events, screen
from textual.app import App, ComposeResult
from textual.widgets import Static

from widgets.wire import PromptScreen, ThinWire, prompt


class Home(PromptScreen[None]):
    def compose(self) -> ComposeResult:
        yield Static("nothing")


class Prompt(App[None]):
    def get_default_screen(self) -> Home:
        return Home()


def text(app: App[None]) -> str:
    strip = app.screen._compositor.render_strips()[0]
    return "".join(segment.text for segment in strip).rstrip()


async def test_what_is_asked_for_waits_for_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "UPDATE_PERIOD", 3600)
    frames: list[str] = []
    display = App._display

    def displayed(self: App[None], on, renderable) -> None:
        frames.append(text(self))
        display(self, on, renderable)

    monkeypatch.setattr(App, "_display", displayed)
    app = Prompt()
    async with app.run_test(size=(20, 3)):
        home, shown = app.screen, app.query_one(Static)
        assert isinstance(home, PromptScreen)
        for word in ("one", "two", "three"):
            shown.update(word, layout=False)
            home.paint_soon()
            await home.painted()
            assert frames[-1] == word
        shown.update("four", layout=False)
        await asyncio.sleep(0.05)
        assert frames[-1] == "three"


class Keyed(ThinWire[None]):
    """Shows how many keys there were."""

    keys = 0

    def get_default_screen(self) -> Home:
        return Home()

    def on_key(self) -> None:
        self.keys += 1
        self.query_one(Static).update(f"{self.keys}", layout=False)


async def test_what_follows_a_key_waits_for_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "UPDATE_PERIOD", 3600)
    frames: list[str] = []
    monkeypatch.setattr(Keyed, "_display", lambda self, *_: frames.append(text(self)))
    app = Keyed()
    async with app.run_test(size=(20, 3)):
        for key in range(1, 4):
            app.post_message(events.Key("x", "x"))  # a pilot would paint by itself
            for _ in range(100):
                await asyncio.sleep(0.01)
                if frames[-1] == f"{key}":
                    break
            assert frames[-1] == f"{key}"


class Clocks(PromptScreen[None]):
    def compose(self) -> ComposeResult:
        for number in range(6):
            yield Static("0", id=f"clock{number}")


class Ticking(App[None]):
    def get_default_screen(self) -> Clocks:
        return Clocks()


async def test_clocks_that_tick_together_are_one_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = 0
    display = App._display

    def displayed(self: App[None], on, renderable) -> None:
        nonlocal frames
        frames += 1
        display(self, on, renderable)

    app = Ticking()
    async with app.run_test(size=(20, 6)) as pilot:
        await pilot.pause(0.1)
        monkeypatch.setattr(App, "_display", displayed)
        monkeypatch.setattr(prompt, "GATHER_S", 0.1)  # whatever else the machine does
        for tick in range(1, 4):
            for clock in app.query(Static):
                clock.update(f"{tick}", layout=False)
                await asyncio.sleep(0)  # none of them knows of the others
            await asyncio.sleep(0.3)
            strips = app.screen._compositor.render_strips()
            assert [strip.text.strip() for strip in strips] == [f"{tick}"] * 6
            assert frames == tick
