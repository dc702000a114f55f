"""A message that nobody may have got is shown, until what it was about has been seen to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.cli import status
from console.domain.instants import DAY, MINUTE
from console.domain.ladder import ACKNOWLEDGED, RUNNING, Climb
from console.service.notice import FAILED, SENT, UNKNOWN, Notice
from tests.conftest import StillClock

ITEM, CLOCK = "callback/1", "callback.due@pbx/1"
ABOUT = {"clocks": [[ITEM, CLOCK]]}


def climb(state: str, now: int) -> Climb:
    return Climb(clock=CLOCK, item=ITEM, norm="callback.due", severity=0, broke=now, found=now, state=state)


async def test_it_is_shown_until_the_breach_is_acknowledged(
    open_desk: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = time.time_ns() // 1_000_000  # the command goes by the machine's time
    desk = await open_desk(StillClock(now))
    write = desk._store.write
    await write(lambda writer: writer.put_climbs([climb(RUNNING, now)]))
    made = [
        Notice("a", "phones", "li", now, now, now, state=UNKNOWN, data=ABOUT),
        Notice("b", "phones", "li", now, now, now, state=SENT, data=ABOUT),
        Notice("c", "desk", "", now, now - MINUTE, now, state=FAILED),
        # The service has refused it for six minutes; this one for four.
        Notice("e", "mail", "li", now - 6 * MINUTE, now, now, tries=4, data=ABOUT),
        Notice("f", "mail", "li", now - 4 * MINUTE, now, now, tries=3, data=ABOUT),
        Notice("d", "desk", "", now, now - 2 * DAY, now, state=FAILED),
    ]
    await write(lambda writer: writer.put_notices(made))
    assert (await desk.counts()).untold == 3

    def told(*words: str) -> str:
        status.main(["--store", str(tmp_path / "rings.db"), *words])
        return capsys.readouterr().out

    assert json.loads(told("--json"))["untold"] == {"desk": 1, "mail": 1, "phones": 1}
    assert "? messages that nobody may have got: 1 (phones)" in told("--lang", "en")
    await write(lambda writer: writer.put_climbs([climb(ACKNOWLEDGED, now)]))
    assert (await desk.counts()).untold == 1
    assert "phones" not in told("--lang", "en")
