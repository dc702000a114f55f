"""The lock at its keys: nothing is seen or done behind it, and whoever signs in acts from then on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from seat import Seat

from console.bootstrap import open_desk
from console.domain.instants import MINUTE
from console.screens.handover import HandoverScreen
from console.screens.lock import LockScreen
from console.screens.options import Options
from console.screens.work import start
from console.service import pins, users
from widgets.dialogs import ConflictScreen, PromptScreen
from widgets.inputs import SecretInput

Sit = Callable[..., Any]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "COST", (2**4, 8, 1))


async def add(seat: Seat, *names: str, role: str = "") -> None:
    """Elsewhere: the PIN of each is `pin-NAME`."""
    _, store = await open_desk(seat.path, actor="root", clock=seat.clock)
    for name in names:
        kept = pins.hashed(f"pin-{name}")
        await store.write(lambda writer, name=name, kept=kept: users.add(writer, name, role, kept, "root", 1))  # type: ignore[misc]
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
        await seat.press("space", "n")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await seat.type("half a line")
        await seat.press("escape", "L")
        await seat.until(lambda: locked(seat))
        await seat.says("locked 09:31")
        lines = [line for line in seat.screen_text.splitlines() if line.strip()]
        assert [line.split() for line in lines] == [
            ["Three", "Rings", "·", "South", "floor", "·", "locked", "09:31"],
            ["Li", "Na", "PIN"],
        ]
        # What leads out, or past it: nothing of that does a thing. What is typed is seen by nobody.
        await seat.press("ctrl+q", "ctrl+p", "escape", "ctrl+c", "colon", "q", "L", "question_mark")
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
        await seat.until(lambda: seat.app.screen is seat.queue)
        assert (seat.queue.filtered, len(seat.queue.table.marks)) == ("billing", 1)


async def test_whoever_signs_in_next_has_a_clean_board_and_acts_as_themselves(sit: Sit) -> None:
    async with sit(size=(100, 30), actor="", options=Options(shared=True, alarm=False)) as seat:
        assert locked(seat)
        await seat.says("nobody is signed in")
        assert "138****" not in seat.screen_text
        await add(seat, "li", "sun")
        await add(seat, "guest", role="viewer")
        await give(seat, "Li N", "pin-li")
        await seat.until(lambda: seat.app.screen is seat.queue)
        await seat.says("Li Na is here now (supervisor)")
        await seat.to("ticket/T-8812")
        await seat.calm()
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await give(seat, "waits for a part")
        await seat.until(lambda: seat.app.screen is seat.queue and seat.queue.doing.acting.undoable)
        await seat.press("enter", "space", "slash")
        await give(seat, "kind:ticket")
        await seat.press("h")
        await seat.until(lambda: isinstance(seat.app.screen, HandoverScreen))
        # She hands over to Sun Yue, who takes over with her own PIN, not with a name alone.
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await give(seat, "sun")
        await seat.says("handed over to Sun Yue")
        await seat.press("a")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await seat.press("enter")
        await give(seat, "pin-li")
        await seat.says("the name or the PIN is wrong")
        # She goes away; ten minutes later it locks by itself, over whatever is open.
        seat.app.tidy._keyed -= 9 * 60
        seat.app._beat()
        assert not locked(seat)
        seat.app.tidy._keyed -= 61
        seat.app._beat()
        await seat.until(lambda: locked(seat))
        await give(seat, "sun", "pin-sun")
        await seat.until(lambda: seat.app.screen is seat.queue)
        queue = seat.queue
        assert (queue.filtered, set(queue.table.marks), queue.pane.display) == ("", set(), False)
        await seat.until(lambda: "call/c1" in seat.shown)
        await seat.press("u")
        await seat.says("nothing of yours to take back")
        await seat.to("ticket/T-8812")
        await seat.calm()
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.app.screen, PromptScreen))
        await give(seat, "the part is here")
        await seat.until(lambda: seat.app.screen is queue)
        view = await seat.desk.view("ticket/T-8812")
        notes = [entry.event.data for entry in view.timeline if entry.event.type == "item.noted"]
        assert [(note["actor"], note["text"]) for note in notes] == [
            ("li", "waits for a part"),
            ("sun", "the part is here"),
        ]
        await seat.press("L")
        await give(seat, "guest", "pin-guest")
        await seat.until(lambda: seat.app.screen is queue)
        await seat.press("n")
        await seat.says("you may only look")


async def test_after_five_wrong_ones_it_says_how_long_to_wait(sit: Sit) -> None:
    options = Options(shared=True, alarm=False)
    async with sit(size=(40, 20), actor="", options=options, language="zh_CN", events=()) as seat:
        for _ in range(4):
            await seat.desk.sign_in("li", "0000")
        await give(seat, "li", "0000")
        await seat.says("输错次数过多：请在 1:00 后再试")
        await add(seat, "li")
        await give(seat, "pin-li")
        await seat.until(lambda: not seat.app.screen._busy)
        assert locked(seat)
        seat.clock.moment += MINUTE
        await give(seat, "pin-li")
        await seat.until(lambda: seat.app.screen is seat.queue)
