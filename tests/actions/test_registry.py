"""The registry of keys: complete, without clashes, and honest about what can't be done."""

from __future__ import annotations

from collections import Counter

import pytest

from console.actions.action import Situation
from console.actions.keys import keys_markdown
from console.actions.registry import ACTIONS, BY_ID, hints, key_name
from console.domain.lifecycle import OUTCOMES
from console.locale.catalogue import load
from console.service.model import QueueRow

ROW = QueueRow(
    id="ticket/T-1", kind="ticket", band=2, severity=0, at=0, norm="", clock="", warn=None, due=None,
    paused=None, customer="13800000042", name="", queue="billing", owner=None, asked=None, state="opened",
    opened=0, since=0, tries=0, level="", snoozed=None, acknowledged=False, promises=1, hand=0, mine=False,
    source="desk",
)  # fmt: skip
CALL = ROW._replace(id="call/1", kind="call", customer="")


def refusal(action: str, *rows: QueueRow, **more: bool) -> str:
    return BY_ID[action].refusal(Situation(rows, **more))


def test_no_key_and_no_id_twice() -> None:
    keys = Counter(key for action in ACTIONS for key in action.keys)
    assert [key for key, number in keys.items() if number > 1] == []
    assert len(BY_ID) == len(ACTIONS)


def test_without_a_row_an_item_key_says_so() -> None:
    assert refusal("reassign") == "refusal.no_row"
    assert refusal("acknowledge", marked=True) == "refusal.no_rows"
    assert refusal("help") == ""


def test_read_only_refuses_every_verb() -> None:
    refused = {
        action.id for action in ACTIONS if action.refusal(Situation((ROW,), read_only=True, undoable=True))
    }
    assert refused == {action.id for action in ACTIONS if action.verb} | {"undo"}


def test_some_things_are_done_one_at_a_time() -> None:
    assert refusal("note", ROW, CALL) == "refusal.one_at_a_time"
    assert refusal("reassign", ROW, CALL) == ""


@pytest.mark.parametrize("kind", ["call", "callback", "ticket", "job", "repair", "followup"])
def test_done_only_where_a_person_ends_it(kind: str) -> None:
    assert (refusal("done", ROW._replace(kind=kind)) == "") == (kind in OUTCOMES)


def test_calling_back_asks_for_the_number_where_none_is_known() -> None:
    assert refusal("call_back", ROW) == refusal("call_back", CALL) == ""
    assert refusal("call_back", ROW, CALL) == "refusal.one_at_a_time"


def test_undo_needs_something_to_undo() -> None:
    assert refusal("undo") == "refusal.nothing_to_undo"
    assert refusal("undo", undoable=True) == ""


def test_hints_begin_with_help() -> None:
    assert [action.id for action in hints()][:3] == ["help", "reassign", "acknowledge"]


def test_keys_are_written_for_people() -> None:
    assert key_name("ctrl+p") == "Ctrl+P"
    assert key_name("slash") == "/"
    assert key_name("enter", plain=True) == "Enter"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_key_table_names_every_key(language: str) -> None:
    table = keys_markdown(load(language))  # type: ignore[arg-type]
    assert table.count("\n| `") == sum(bool(action.keys) for action in ACTIONS)
    assert "action." not in table
    assert "| `r` |" in table
