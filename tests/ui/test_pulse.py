"""The beat of a screen: who asks for a look gets one."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from console.screens import pulse as pulse_module
from console.screens.pulse import Beat, Pulse


async def test_a_look_asked_for_during_a_look_follows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for pause in ("FRAME_S", "SECOND_S"):
        monkeypatch.setattr(pulse_module, pause, 3600.0)  # nothing but the asking brings the next look
    looks: list[Beat] = []

    async def look(beat: Beat) -> None:
        looks.append(beat)
        await asyncio.sleep(0)
        if 1 < len(looks) < 5:
            pulse.nudge()

    async def nothing() -> int:
        return 0

    pulse = Pulse(SimpleNamespace(watch=lambda told: True, tick=nothing, revision=nothing), look)  # type: ignore[arg-type]
    running = asyncio.create_task(pulse.run())
    try:
        async with asyncio.timeout(20):
            while not looks:
                await asyncio.sleep(0)
            pulse.nudge()
            while len(looks) < 5:
                await asyncio.sleep(0.01)
    finally:
        running.cancel()
    assert all(beat.changed for beat in looks[1:])
