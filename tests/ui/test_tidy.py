"""When a console looks for garbage."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from console.screens.tidy import LONG_S, REST_S, Tidy


class Left:
    """What a closed dialog leaves: held by nothing but itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def seconds() -> Iterator[list[float]]:
    gc.collect()
    gc.disable()
    yield [0.0]
    gc.unfreeze()
    gc.enable()


def test_garbage_waits_for_a_rest(seconds: list[float]) -> None:
    tidy, left = Tidy(lambda: seconds[0]), weakref.ref(Left())
    for _ in range(60):
        seconds[0] += 1
        tidy.key()
        tidy.beat()
    assert left() is not None
    seconds[0] += REST_S
    tidy.beat()
    assert left() is None


def test_garbage_does_not_wait_for_ever_where_keys_never_rest(seconds: list[float]) -> None:
    tidy, left = Tidy(lambda: seconds[0]), weakref.ref(Left())
    while seconds[0] < LONG_S:
        assert left() is not None
        seconds[0] += 1
        tidy.key()
        tidy.beat()
    assert left() is None
