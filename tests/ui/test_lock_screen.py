"""The lock at its keys: nothing is seen or done behind it, and whoever signs in acts from then on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from seat import Seat

from console.bootstrap import open_desk
from console.screens.handover import HandoverScreen
from console.screens.levels import LevelsScreen
from console.screens.lock import LockScreen
from console.screens.options import Options
from console.screens.rewind import RewindScreen
from console.screens.work import start
from console.service import pins, users
from console.service.handing import Giving
from console.service.problem import StoreProblem
from widgets.dialogs import ConflictScreen, PromptScreen
from widgets.inputs import PlainInput, SecretInput

Sit = Callable[..., Any]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "COST", (2**4, 8, 1))


async def add(seat: Seat, *names: str) -> None:
    """Elsewhere: the PIN of each is `pin-NAME`."""
    _, store = await open_desk(seat.path, actor="root", clock=seat.clock)
    for name in names:
        kept = pins.hashed(f"pin-{name}")
        await store.write(lambda writer, name=name, kept=kept: users.add(writer, name, "", kept, "root", 1))  # type: ignore[misc]
    await store.close()


def locked(seat: Seat) -> bool:
    return isinstance(seat.app.screen, LockScreen) and seat.app.screen.focused is not None


async def give(seat: Seat, *lines: str) -> None:
    """Fill in a line after the other, each with Enter."""
    for line in lines:
        await seat.type(line)
        await seat.press("enter")


async def test_one_locks_it_and_comes_back_to_all_as_it_was(sit: Sit) -> None:
    async with sit(size=(80, 24), actor="li") as seat:
        await seat.press("L")
        await seat.says("you have no PIN to come back with")
        await add(seat, "li", "zhang")
        await seat.until(lambda: not seat.queue.deciding.unlockable)
        await seat.press("slash")
        await give(seat, "billing")
        await seat.until(lambda: "call/c1" not in seat.shown)
        await seat.press("space", "v", "L")
        await seat.until(lambda: locked(seat))
        await seat.says("locked 09:31")
        lines = [line for line in seat.screen_text.splitlines() if line.strip()]
        assert [line.split() for line in lines] == [
            ["Three", "Rings", "·", "South", "floor", "·", "locked", "09:31"],
            ["Li", "Na", "PIN"],
        ]
        # What leads out, or past it: nothing of that does a thing. What is typed is seen by nobody.
        await seat.pilot.press("ctrl+q", "ctrl+p", "escape", "ctrl+c", "colon", "q", "L", "question_mark")
        assert locked(seat)
        assert seat.app.return_code is None
        assert seat.app.screen.query_one(SecretInput).value == ":qL?"
        assert ":qL?" not in seat.screen_text
        # Nothing that was on its way opens over it.
        answers: list[object] = []

        async def late() -> None:
            answers.append(await seat.queue.ask(ConflictScreen("late", [], [("", "ok")])))

        start(seat.queue, late, group="late")
        await seat.until(lambda: answers == [None])
        await seat.press("enter")
        await seat.says("the name or the PIN is wrong")
        # Somebody else's PIN opens no terminal of hers.
        await give(seat, "pin-zhang")
        await seat.until(lambda: not seat.app.screen.query_one(SecretInput).value)
        await give(seat, "pin-li")
        await seat.until(lambda: isinstance(seat.app.screen, LevelsScreen))
        assert (seat.queue.filtered, len(seat.queue.table.marks)) == ("billing", 1)


async def test_whoever_signs_in_next_has_a_clean_board_and_acts_as_themselves(sit: Sit) -> None:
    options = Options(shared=True, alarm=False)
    async with sit(size=(60, 20), actor="", options=options, language="zh_CN") as seat:
        assert locked(seat)
        await seat.says("尚未登录")
        assert "138****" not in seat.screen_text
        await add(seat, "li", "sun", "zhang", "guest")
        await give(seat, "Li N", "pin-li")
        await seat.until(lambda: seat.app.screen is seat.queue)
        await seat.says("现在由 Li Na 操作（主管）")
        await seat.to("ticket/T-8812")
        await seat.calm()
        await seat.press("a")
        await seat.until(lambda: "doing" in seat.queue.__dict__ and seat.queue.doing.acting.undoable)
        await seat.press("space", "enter", "h")
        await seat.until(lambda: isinstance(seat.app.screen, HandoverScreen))
        # She hands over to Sun Yue, who takes over with her own PIN, not with a name alone.
        await seat.desk.hand_over(Giving("g", "handover/2026-03-02/early", "li", 0, to="sun"))
        await seat.says("交班给 Sun Yue")
        await seat.press("a")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await seat.press("enter")
        await give(seat, "pin-li")
        await seat.says("姓名或 PIN 不对")
        await seat.press("ctrl+u")
        await give(seat, "pin-sun")
        await seat.until(lambda: seat.app.screen is seat.queue)
        await seat.says("Sun Yue 已接班")
        assert (seat.desk.actor, set(seat.queue.table.marks), seat.queue.pane.display) == (
            *("sun", set(), False),
        )
        await seat.press("u")
        await seat.says("没有可以撤回的操作")
        await seat.press("t", "L")
        await seat.until(lambda: locked(seat))
        await give(seat, "sun", "pin-sun")
        await seat.until(lambda: isinstance(seat.app.screen, RewindScreen))
        await seat.press("escape", "space", "slash")
        await seat.type("kind:call")
        # She goes away; ten minutes later it locks by itself, over whatever is open.
        seat.app.tidy._keyed -= 9 * 60
        seat.app._beat()
        assert not locked(seat)
        seat.app.tidy._keyed -= 61
        seat.app._beat()
        await seat.until(lambda: locked(seat))
        for _ in range(4):
            await seat.desk.sign_in("guest", "0000")
        await give(seat, "guest", "pin-li")
        await seat.says("输错次数过多：请在 1:00 后再试")
        await seat.press("shift+tab", "ctrl+u")
        await give(seat, "zhang", "pin-zhang")
        queue = seat.queue
        await seat.until(lambda: seat.app.screen is queue)
        assert (seat.desk.actor, queue.table.marks, queue.filtered, queue.entry.sign) == (
            *("zhang", frozenset(), "", ""),
        )
        await seat.to("call/c1")
        await seat.calm()
        await seat.press("a")
        await seat.until(lambda: "doing" in queue.__dict__ and queue.doing.acting.undoable)
        # An administrator takes her away: she is out, whatever she was at.
        await seat.desk._store.write(lambda writer: users.remove(writer, "zhang", "root", 1))
        await seat.until(lambda: "zhang" not in queue.floor.rules.site.pinned)
        for _ in range(4):
            seat.app._beat()
        await seat.until(lambda: locked(seat))
        for item, who in (("ticket/T-8812", "li"), ("call/c1", "zhang")):
            told = (await seat.desk.view(item)).timeline[-1].event
            assert (told.type, told.data["actor"]) == ("item.acknowledged", who)


async def test_nothing_stays_in_its_lines(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(shared=True, alarm=False)
    async with sit(size=(80, 24), actor="", options=options) as seat:
        await add(seat, "li")

        async def full(*given: object, **more: object) -> None:
            raise StoreProblem("full")

        with monkeypatch.context() as patch:
            patch.setattr(seat.desk, "sign_in", full)
            await give(seat, "li", "pin-li")
            await seat.says("the disk is full")
        # Whoever comes now and presses Enter is not Li Na.
        assert not seat.app.screen.query_one(SecretInput).value
        await seat.type("pin-li")
        seat.app.tidy._keyed -= 61
        seat.app.screen._show()
        assert [line.value for line in seat.app.screen.query(PlainInput)] == ["", ""]
        await seat.until(lambda: seat.app.screen.focused.id == "name")


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
@pytest.mark.parametrize("key", ["", "w", "g", "v", "N", "h", "t", "i"])
async def test_why_it_can_not_be_locked_is_said_where_the_key_was_pressed(
    sit: Sit, key: str, size: tuple[int, int]
) -> None:
    for language, told, ways in (
        ("en", "rings users gives you one", "q leaves the console"),
        ("zh_CN", "请用rings users设置", "按q退出控制台"),
    ):
        async with sit(size=size, language=language) as seat:
            await seat.press(*filter(None, [key]))
            await seat.until(lambda key=key: (seat.app.screen is not seat.queue) == bool(key))
            for pressed, said in (("L", told), ("ctrl+c", ways)):
                await seat.press(pressed)
                await seat.until(lambda said=said: said.replace(" ", "") in "".join(seat.screen_text.split()))
            assert not isinstance(seat.app.screen, LockScreen)
