"""The alarm of a console, and the screen of norms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import floor_events
import pytest
from seat import Seat

from console.domain.event import Event
from console.domain.instants import MINUTE
from console.screens.norms import NormsScreen
from console.screens.options import Options

Sit = Callable[..., Any]
NOW = floor_events.NOW


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each ring of the terminal's bell."""
    rung: list[None] = []
    monkeypatch.setattr("console.screens.app.RingsApp.bell", lambda self: rung.append(None))
    return rung


def held(number: int, moment: int) -> list[Event]:
    def event(kind: str, at: int) -> Event:
        name = f"{kind}-{number}"
        return Event(source="pbx", id=name, type=f"call.{kind}", subject=f"call/{number}", time=at, data={})

    return [event("answered", moment - 5), event("held", moment)]


async def quiet(seat: Seat) -> None:
    """Wait until the notice has gone: the next alarm has its line."""
    seat.queue.edges._foot._until = 0.0
    seat.queue.alarm._rang = -100.0
    await seat.pilot.pause(0.1)


async def test_a_burst_rings_once_and_is_one_line(sit: Sit, bells: list[None]) -> None:
    waiting = [
        Event(source="pbx", id=f"r{n}", type="call.ringing", subject=f"call/w{n}", time=NOW - 20_000, data={})
        for n in range(3)
    ]
    calls = [event for n in range(9) for event in held(n, NOW - MINUTE - 1_000)]
    async with sit(events=(*calls, *waiting), options=Options(alarm=True)) as seat:
        await seat.says("12 alerts: 9x hold 1m, 3x 3 rings")
        assert len(bells) == 1
        await quiet(seat)
        await seat.happen(*held(20, NOW - MINUTE - 500))
        await seat.says("breached: hold 1m, call/20")  # nobody knows whose it is
        assert len(bells) == 2


async def test_one_alert_is_named_as_the_board_names_it(sit: Sit, bells: list[None]) -> None:
    async with sit(events=held(1, NOW - 30_000), options=Options(alarm=True), language="zh_CN") as seat:
        answered, put_on_hold = held(2, NOW - 2 * MINUTE)
        answered.data.update(queue="billing", name="王小明", customer="13911112222")
        await seat.happen(answered, put_on_hold)
        await seat.says("违规：保持1分，通话 王*明（billing）")


async def test_what_a_key_answered_is_not_written_over(sit: Sit, bells: list[None]) -> None:
    async with sit(events=held(1, NOW - 30_000), options=Options(alarm=True)) as seat:
        seat.queue.tell("an answer")
        await seat.happen(*held(2, NOW - 2 * MINUTE))
        await seat.until(lambda: bells)
        assert "an answer" in seat.screen_text
        await quiet(seat)
        await seat.says("breached: hold 1m, call/2")


async def test_a_viewer_and_a_console_without_alarm_stay_silent(sit: Sit, bells: list[None]) -> None:
    async with sit(events=held(1, NOW - 2 * MINUTE), options=Options()) as seat:
        await seat.pilot.pause(1.2)
        assert (bells, "breached: hold" in seat.screen_text) == ([], False)


def line(seat: Seat, name: str) -> list[str]:
    found = [text for text in seat.screen_text.splitlines() if text.strip().startswith(name)]
    assert found, seat.screen_text
    return found[0].split()


async def test_each_norm_with_its_figures_of_today_and_of_this_shift(sit: Sit, bells: list[None]) -> None:
    async with sit(
        events=(*held(1, NOW - 2 * MINUTE), *held(2, NOW - 3 * MINUTE)),
        options=Options(alarm=True),
        size=(120, 30),
    ) as seat:
        await seat.says("2 breached")
        await seat.to("call/1")
        await seat.calm()
        await seat.press("a")
        await seat.says("acknowledged")
        await seat.press("N")
        await seat.until(lambda: isinstance(seat.app.screen, NormsScreen))
        # Two holds broke and fired; one of the two was acknowledged.
        await seat.until(lambda: line(seat, "hold of one minute")[-5:] == ["0", "2", "2", "1", "0"])
        await seat.press("down", "down", "enter")
        await seat.says("a wait of at most one minute")
        await seat.says("LC, 2023 rules of conduct for customer service staff")
        await seat.says("fired 2, acted on 1, ignored 0, still waiting 1")
        await seat.press("escape", "escape")
        await seat.until(lambda: seat.app.screen is seat.queue)


@pytest.mark.parametrize(("size", "language"), [((80, 24), "en"), ((40, 20), "zh_CN")])
async def test_it_fits_small_screens(sit: Sit, size: tuple[int, int], language: str) -> None:
    async with sit(events=held(1, NOW - 2 * MINUTE), size=size, language=language) as seat:
        await seat.press("N")
        await seat.says("Norms" if language == "en" else "规范")
        await seat.says("hold of one minute" if language == "en" else "保持不超")


async def test_norms_are_found_by_name_too(sit: Sit) -> None:
    async with sit() as seat:
        await seat.press("colon", *"norms", "enter")
        await seat.until(lambda: isinstance(seat.app.screen, NormsScreen))
        await seat.press("o")
        await seat.says("hold of one minute")


async def test_limits_are_told_in_words(sit: Sit) -> None:
    async with sit(size=(200, 240), language="zh_CN") as seat:
        await seat.press("N")
        await seat.says("3 声")
        await seat.says("账户到期前 14d、账户到期")
        await seat.until(lambda: line(seat, "按时回电")[4:6] == ["按约定，否则", "30m"])
        assert line(seat, "按时接班")[1] == "本站"
        assert "field:" not in seat.screen_text


def shown(seat: Seat) -> list[str]:
    return [row.id for row in seat.app.screen.table.window.rows]


async def test_norms_are_found_by_words_of_theirs_and_by_what_befell_them(sit: Sit) -> None:
    """With more than 150 of them nobody looks for one by the arrows. One hold broke: it alone is `broken`."""
    async with sit(events=held(1, NOW - 2 * MINUTE), size=(80, 24)) as seat:
        await seat.press("N")
        await seat.says("hold of one minute")
        await seat.press("slash", *"minute hold")
        await seat.until(lambda: shown(seat) == ["call.hold.one-minute"])
        await seat.press("enter")
        await seat.says("only minute hold")
        await seat.press("slash", "escape")
        await seat.until(lambda: len(shown(seat)) > 100)
        await seat.press("slash", *"broken", "enter")
        await seat.until(lambda: shown(seat) == ["call.hold.one-minute"])
        await seat.press("slash", *"zzz")
        await seat.says("No norm fits")


async def test_chinese_words_stand_anywhere_in_a_norm(sit: Sit) -> None:
    async with sit(size=(80, 24), language="zh_CN") as seat:
        await seat.press("N")
        await seat.says("三声内接起")
        await seat.press("slash", *"一分钟 保持")
        await seat.until(lambda: shown(seat) == ["call.hold.one-minute"])
        await seat.press("escape", "slash", *"工单")
        await seat.until(lambda: {"ticket.due", "ticket.triage"} <= set(shown(seat)))
        assert not [norm for norm in shown(seat) if norm.startswith("job.")]


async def test_which_order_it_is_in_is_said(sit: Sit) -> None:
    async with sit(size=(120, 24)) as seat:
        await seat.press("N", "o")
        await seat.says("ignored or broken most first")
