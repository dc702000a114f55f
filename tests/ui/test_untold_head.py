"""Who sits at a console sees that a message did not get through, on a telephone too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import floor_events
import pytest

from console.service.notice import FAILED, Notice

Sit = Callable[..., Any]
NOW = floor_events.NOW


@pytest.mark.parametrize("size", [(80, 24), (40, 20)])
async def test_the_head_counts_messages_that_nobody_may_have_got(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as seat:
        assert "untold" not in seat.screen_text
        lost = Notice("n", "phones", "li", NOW, NOW, NOW, state=FAILED)
        await seat.desk._store.write(lambda writer: writer.put_notices([lost]))
        await seat.says("1 untold")
