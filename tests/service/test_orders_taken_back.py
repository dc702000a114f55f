"""What another system was asked to do, and is taken back before it was done."""

from __future__ import annotations

from console.domain.command import Command
from console.service.acts import act
from console.service.model import Done
from console.store.writing import SqliteWriter
from tests.domain.story import at, event
from tests.store.workbench import ingest, made


def do(store: SqliteWriter, seconds: float, name: str, verb: str, **data: str) -> None:
    row = store.item("call/1")
    assert row is not None
    command = Command(name, verb, "call/1", "qian", row.hand, data)
    assert isinstance(act(store, command, at(seconds)), Done)


def stands(store: SqliteWriter) -> tuple[str | None, list[tuple[str, str]]]:
    """Whom the row says was asked, and what is to be done."""
    row = store.item("call/1")
    assert row is not None
    return row.asked, [(order.id, order.state) for order in store.orders_of("call/1")]


def floor() -> SqliteWriter:
    """A call of another system, given to Li and then to Wang while nothing is carried out."""
    store = made()
    store.put_outlets("feed", ["give_to_agent"])
    ingest(store, [event(0, "call.answered", "call/1", agent="zhao")], at(1))
    do(store, 2, "to-li", "reassign", to="li")
    do(store, 3, "to-wang", "reassign", to="wang")
    return store


def test_with_the_last_move_taken_back_the_one_before_is_carried_out_as_the_row_says() -> None:
    store = floor()
    assert stands(store) == ("wang", [("to-li", "withdrawn"), ("to-wang", "waiting")])
    do(store, 4, "u1", "undo", of="console/to-wang")
    assert stands(store) == ("li", [("to-li", "waiting"), ("to-wang", "withdrawn")])
    do(store, 5, "u2", "undo", of="console/to-li")
    assert stands(store) == (None, [("to-li", "withdrawn"), ("to-wang", "withdrawn")])


def test_what_came_about_by_itself_is_not_asked_for_again() -> None:
    store = floor()
    ingest(store, [event(2.5, "call.transferred", "call/1", to_agent="li")], at(3.5))
    do(store, 4, "u1", "undo", of="console/to-wang")
    assert stands(store) == (None, [("to-li", "withdrawn"), ("to-wang", "withdrawn")])
