"""`frozen` makes what `dataclass(frozen=True, slots=True)` makes, later."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any, ClassVar

import pytest

from console.domain.frozen import frozen, slotted


@frozen
class Call:
    """One call."""

    HIGHEST: ClassVar[int] = 3
    id: str
    rings: int = 1
    facts: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def late(self) -> bool:
        return self.rings >= self.HIGHEST


@frozen
class Transfer(Call):
    to: str = "sales"


@frozen(kw_only=True)
class Named:
    name: str
    doubled: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "doubled", self.name * 2)


@dataclass(frozen=True, slots=True)
class Plain:
    id: str
    rings: int = 1


def test_is_made_as_its_fields_say() -> None:
    assert Call("c1", 4).late
    assert not Call("c1").late
    assert Call("c1").facts == {}
    assert Call("c1").facts is not Call("c1").facts
    assert [each.name for each in fields(Call)] == ["id", "rings", "facts"]


def test_equals_what_holds_the_same() -> None:
    assert Call("c1", facts={"a": "b"}) == Call("c1")
    assert Call("c1") != Call("c2")
    assert Call("c1") != Transfer("c1")
    assert len({Call("c1", 1, {}), Call("c1")}) == 1
    assert repr(Call("c1")) == "Call(id='c1', rings=1, facts={})"
    assert Call.__doc__ == "One call."


def test_can_not_be_changed_but_replaced() -> None:
    call = Call("c1")
    with pytest.raises(FrozenInstanceError):
        call.rings = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del call.rings
    with pytest.raises(FrozenInstanceError):
        call.other = 2  # type: ignore[attr-defined]
    assert replace(call, rings=2) == Call("c1", 2)
    assert not hasattr(call, "__dict__")


def test_one_may_go_on_from_another() -> None:
    transfer = Transfer("c1", to="support")
    assert (transfer.id, transfer.rings, transfer.to) == ("c1", 1, "support")
    assert replace(transfer, rings=5).late


def test_may_take_names_only_and_work_something_out() -> None:
    made: Any = Named
    assert made(name="ab").doubled == "abab"
    with pytest.raises(TypeError):
        made("ab")


def test_says_what_is_missing() -> None:
    made: Any = Call
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'id'"):
        made()


def test_matches_by_place() -> None:
    match Call("c1", 2):
        case Call(name, rings):
            assert (name, rings) == ("c1", 2)
        case _:
            pytest.fail("no match")


def test_lacks_nothing_of_a_dataclass_but_what_pickles_need() -> None:
    @frozen
    class Late:
        id: str
        rings: int = 1

    Late("a")
    missing = set(dir(Plain)) - set(dir(Late))
    assert missing - {"__replace__"} == {"__setstate__"}  # `copy.replace` of Python 3.13 is not used here
    assert dataclasses.is_dataclass(Late)


def test_may_be_made_first_by_many_threads() -> None:
    for _ in range(20):

        @frozen
        class Shared:
            id: int
            tags: tuple[int, ...] = field(default_factory=tuple)

        gate, made = threading.Barrier(4), list[object]()

        def make(gate: threading.Barrier = gate, kind: Any = Shared, made: list[object] = made) -> None:
            gate.wait()
            made.append(kind(1) == kind(1, ()))

        threads = [threading.Thread(target=make) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert made == [True] * 4


def test_what_is_worked_on_may_change() -> None:
    @slotted
    class Running:
        id: str
        pauses: list[int] = field(default_factory=list)

    one, other = Running("a"), Running("a")
    one.pauses.append(1)
    assert one != other
    other.pauses = [1]
    assert one == other
    with pytest.raises(TypeError):
        hash(one)
    with pytest.raises(AttributeError):
        one.late = True  # type: ignore[attr-defined]
