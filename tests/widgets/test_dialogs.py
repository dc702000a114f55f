"""Dialogs: the safe answer first, nothing lost that was typed, and no neighbour chosen by accident."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen
from widget_hostile import HOSTILE, control_characters, screen_lines

from widgets.dialog import Dialog
from widgets.dialogs import ConfirmScreen, ConflictScreen, Field, PromptScreen
from widgets.fuzzy import rank
from widgets.inputs import AnswerBar
from widgets.picker import Choice, ChoiceTable, PickerScreen

CHOICES = (
    Choice("zw", "Zhang Wei", ("available 4m", "speaks 中文"), "first asked"),
    Choice("zl", "Zhao Lin", ("wrap-up",)),
    Choice("q", "billing (queue)"),
    Choice("zf", "Zhou Fang", ("on a call",), disabled_reason="overloaded"),
    Choice("li", "李娜", ("available",)),
)

SHOWN = object()


class Asking(App[None]):
    """An app that shows one dialog and keeps its result."""

    result: Any = SHOWN

    async def ask(self, pilot: Pilot[None], dialog: ModalScreen[Any]) -> None:
        def keep(result: Any) -> None:
            self.result = result

        await self.push_screen(dialog, keep)
        await pilot.pause()


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    for _ in range(100):
        if condition():
            return
        await pilot.pause(0.01)
    pytest.fail("waited in vain")


def test_names_are_found_by_a_few_letters_best_first() -> None:
    assert rank("", ["anything"]) == 0
    assert rank("zh", ["Zhang Wei"]) == 0
    assert rank("wei", ["Zhang Wei"]) == 0
    assert rank("ang", ["Zhang Wei"]) == 1
    assert rank("zw", ["Zhang Wei"]) == 2
    assert rank("zhwe", ["Zhang Wei"]) == 2
    assert rank("wang", ["queue with a very long name"]) is None
    assert rank("zg", ["Zhang Wei"]) is None
    assert rank("中文", ["Zhang Wei", "speaks 中文"]) == 3
    assert rank("zh wei", ["Zhang Wei"]) == 0
    assert rank("q", ["Zhang Wei"]) is None
    assert rank("a" * 50 + "b", ["a" * 4000]) is None  # at once


class TestPicker:
    async def test_the_given_order_until_something_is_typed(self) -> None:
        app = Asking()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ask(pilot, PickerScreen("Give to", CHOICES, foot="price"))
            table = app.screen.query_one(ChoiceTable)
            assert [row.id for row in table.window.rows] == [choice.id for choice in CHOICES]
            await pilot.press("down", "enter")
            await pilot.pause()
            assert app.result == "zl"

    async def test_a_long_name_has_the_room_that_is_left_and_figures_are_whole(self) -> None:
        long = "enterprise-customers-emea (queue)"
        work = Choice("li", "李娜", ("话后处理 2s", "12 条未结", "zh en"), "sales repair")
        app = Asking()
        async with app.run_test(size=(160, 24)) as pilot:
            await app.ask(pilot, PickerScreen("Give to", [Choice("q", long, ("0 人空闲",)), work]))
            assert any(long in line for line in screen_lines(app))
        app = Asking()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ask(pilot, PickerScreen("Give to", [Choice("q", "billing"), work]))
            assert any("12 条未结" in line for line in screen_lines(app))

    async def test_typing_finds_and_arrows_move_meanwhile(self) -> None:
        app = Asking()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ask(pilot, PickerScreen("Give to", CHOICES))
            await pilot.press("z", "h")
            table = app.screen.query_one(ChoiceTable)
            assert [row.id for row in table.window.rows] == ["zw", "zl", "zf"]
            await pilot.press("down", "a", "n")
            assert table.cursor_id == "zw"
            await pilot.press("escape")
            await pilot.pause()
            assert app.result is None

    async def test_what_cannot_be_chosen_says_why_and_stays(self) -> None:
        app = Asking()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ask(pilot, PickerScreen("Give to", CHOICES))
            await pilot.press("f", "a", "n", "g", "enter")
            await pilot.pause()
            assert app.result is SHOWN
            assert any("Zhou Fang: overloaded" in line for line in screen_lines(app))

    async def test_live_choices_never_move_the_cursor_to_a_neighbour(self) -> None:
        app = Asking()
        async with app.run_test(size=(80, 24)) as pilot:
            dialog = PickerScreen("Give to", CHOICES, gone="went home")
            await app.ask(pilot, dialog)
            await pilot.press("down")
            dialog.update_choices(CHOICES[::-1])
            table = app.screen.query_one(ChoiceTable)
            assert table.cursor_id == "zl"
            dialog.update_choices([choice for choice in CHOICES if choice.id != "zl"])
            assert table.cursor_id == "zl"
            await pilot.press("enter")
            await pilot.pause()
            assert app.result is SHOWN
            assert any("Zhao Lin: went home" in line for line in screen_lines(app))

    async def test_a_refusal_keeps_the_dialog_and_what_was_typed(self) -> None:
        asked: list[str | None] = []

        async def submit(choice: str | None) -> str | None:
            asked.append(choice)
            return "not recorded: busy" if len(asked) == 1 else None

        app = Asking()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ask(pilot, PickerScreen("Give to", CHOICES, submit=submit))
            await pilot.press("l", "i", "n", "enter")
            await until(pilot, lambda: any("not recorded: busy" in line for line in screen_lines(app)))
            assert any("lin" in line for line in screen_lines(app))
            await pilot.press("enter")
            await until(pilot, lambda: app.result is not SHOWN)
            assert app.result == "zl"
            assert asked == ["zl", "zl"]


class TestConfirm:
    async def test_it_starts_on_cancel(self) -> None:
        app = Asking()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ask(pilot, ConfirmScreen("Give 2?", ["one", "two"], confirm="give", cancel="keep"))
            await pilot.press("enter")
            await pilot.pause()
            assert app.result is False

    @pytest.mark.parametrize(("keys", "result"), [(("right", "enter"), True), (("right", "escape"), False)])
    async def test_yes_takes_a_move_and_escape_is_no(self, keys: tuple[str, ...], result: bool) -> None:
        app = Asking()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ask(pilot, ConfirmScreen("Give 2?", ["one"], confirm="give", cancel="keep"))
            await pilot.press(*keys)
            await pilot.pause()
            assert app.result is result

    async def test_all_that_is_touched_can_be_read(self) -> None:
        app = Asking()
        async with app.run_test(size=(40, 12)) as pilot:
            items = [f"item {number}" for number in range(40)]
            await app.ask(pilot, ConfirmScreen("Give 40?", items, confirm="give", cancel="keep"))
            seen = "\n".join(screen_lines(app))
            for _ in range(10):
                await pilot.press("pagedown")
                seen += "\n".join(screen_lines(app))
            assert all(item in seen for item in items)
            assert "keep" in "".join(screen_lines(app))


class TestConflict:
    async def test_leaving_it_is_the_first_answer_and_escape(self) -> None:
        answers = [("leave", "leave it"), ("same", "all the same"), ("open", "open")]
        for keys, result in ((["enter"], "leave"), (["escape"], "leave"), (["right", "enter"], "same")):
            app = Asking()
            async with app.run_test(size=(80, 24)) as pilot:
                await app.ask(pilot, ConflictScreen("Sun Yue took it", ["You wanted: …"], answers))
                await pilot.press(*keys)
                await pilot.pause()
                assert app.result == result


class TestPrompt:
    FIELDS = (
        Field("level", "to", "choice", (("1", "lead"), ("2", "manager")), value="1"),
        Field("reason", "reason", required=True),
        Field("more", "more"),
    )

    async def test_enter_goes_to_what_is_missing_then_says_so_then_submits(self) -> None:
        app = Asking()
        async with app.run_test(size=(80, 24)) as pilot:
            await app.ask(pilot, PromptScreen("Escalate", self.FIELDS, required="say why"))
            await pilot.press("right", "enter")
            assert not any("say why" in line for line in screen_lines(app))
            await pilot.press("enter")
            await pilot.pause()
            assert any("reason: say why" in line for line in screen_lines(app))
            await pilot.press("a", "b", "enter")
            await pilot.pause()
            assert app.result == {"level": "2", "reason": "ab", "more": ""}

    async def test_a_refusal_keeps_what_was_typed_and_enter_counts_once(self) -> None:
        calls = 0
        go = asyncio.Event()

        async def submit(values: dict[str, str] | None) -> str | None:
            nonlocal calls
            calls += 1
            await go.wait()
            return "not recorded: the store is busy"

        app = Asking()
        async with app.run_test(size=(40, 20)) as pilot:
            await app.ask(pilot, PromptScreen("Escalate", self.FIELDS, required="say why", submit=submit))
            await pilot.press("tab", "a", "b", "enter", "enter", "escape")
            assert app.result is SHOWN  # whether it was recorded is not known yet
            go.set()
            await until(pilot, lambda: "not recorded" in "".join(screen_lines(app)))
            assert calls == 1
            assert isinstance(app.screen, PromptScreen)
            assert app.screen.values["reason"] == "ab"
            await pilot.press("escape")
            await pilot.pause()
            assert app.result is None


def every_dialog(text: str) -> list[Dialog[Any]]:
    """One of each kind, with that text wherever a text may stand."""
    return [
        PickerScreen(
            text,
            [Choice("a", text, (text, text), text), Choice("b", text, (), "", text)],
            foot=text,
            placeholder=text,
        ),
        ConfirmScreen(text, [text, "x"], confirm=text, cancel=text, foot=text),
        ConflictScreen(text, [text], [("a", text), ("b", text)], foot=text),
        PromptScreen(
            text,
            [
                Field("a", text, value=text),
                Field("b", text, placeholder=text),
                Field("c", text, "choice", (("v", text),)),
            ],
            required=text,
            lines=[text],
            foot=text,
        ),
    ]


@pytest.mark.parametrize("kind", range(4))
async def test_hostile_text_is_only_ever_drawn(kind: int) -> None:
    app = Asking()
    async with app.run_test(size=(60, 20)) as pilot:
        for text in HOSTILE[kind % 2 :: 2]:  # each in two of the four
            dialog = every_dialog(text)[kind]
            await app.ask(pilot, dialog)
            dialog.show_error(text)
            await pilot.pause()
            assert [control_characters(line) for line in screen_lines(app)] == [[]] * 20


@pytest.mark.parametrize("kind", range(4))
@pytest.mark.parametrize("size", [(5, 3), (1, 1), (20, 6), (40, 20), (300, 100)])
async def test_no_size_is_too_small(size: tuple[int, int], kind: int) -> None:
    app = Asking()
    async with app.run_test(size=size) as pilot:
        await app.ask(pilot, every_dialog("给 Zhang Wei 改派")[kind])
        await pilot.press("a", "tab", "right", "down", "pagedown")
        await pilot.resize_terminal(9, 4)
        await pilot.pause()
        assert len(screen_lines(app)) == 4
        assert app.focused is not None
        await pilot.press("escape")


async def test_answers_stand_below_each_other_where_they_do_not_fit() -> None:
    app = Asking()
    async with app.run_test(size=(20, 12)) as pilot:
        await app.ask(
            pilot, ConflictScreen("Took it", [], [("a", "leave it be"), ("b", "do it all the same")])
        )
        await pilot.press("down")
        bar = app.screen.query_one(AnswerBar)
        assert bar.size.height == 2
        assert bar.value == "b"
