"""The filter language: what is typed, half typed, quoted and turned round."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.query import FIELDS, Query, parse_query

ITEM = {
    "kind": "ticket", "queue": "billing", "owner": None, "band": "at_risk", "norm": "ticket.due",
    "state": "waiting", "customer": "+8613800000042", "severity": "high",
}  # fmt: skip
WORDS = "ticket/77 +8613800000042 ma li billing"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("kind:ticket", True),
        ("kind:tick", True),
        ("kind:call", False),
        ("-kind:call", True),
        ("!kind:ticket", False),
        ("KIND:Ticket", True),
        ("kind：ticket", True),
        ("queue:billing", True),
        ("queue:bill", False),
        ("queue:none", False),
        ("owner:none", True),
        ("-owner:none", False),
        ("owner:li", False),
        ("-owner:li", True),
        ("band:at", True),
        ("band:breached", False),
        ("norm:ticket.due state:waiting severity:high", True),
        ("severity:critical", False),
        ("customer:0042", True),
        ("customer:0043", False),
        ("138", True),
        ("MA", True),
        ('"ma li"', True),
        ('"li ma"', False),
        ("ma 77", True),
        ("-ma", False),
        ("-mao", True),
        ("ma -77", False),
        ("https://x", False),
    ],
)
def test_what_is_found(text: str, found: bool) -> None:
    query = parse_query(text)
    assert query.problems == ()
    assert query.finds(ITEM, WORDS) is found


@pytest.mark.parametrize("text", ["kind:", "kind:x", "band:b:", "severity:", "-queue:", "kind:c"])
def test_what_makes_no_sense_yet_is_named_and_left_out(text: str) -> None:
    query = parse_query(f"138 {text}")
    assert query.problems == (text.lstrip("-"),)
    assert (query.terms, query.words) == ((), ("138",))


def test_an_unknown_field_is_a_word() -> None:
    assert parse_query("colour:red").words == ("colour:red",)


def test_a_lone_sign_is_a_word() -> None:
    assert parse_query("- !").words == ("-", "!")


@pytest.mark.parametrize(
    ("text", "filters"), [("", False), ("  ", False), ("x", True), ("-x", True), ("kind:", False)]
)
def test_whether_it_filters(text: str, filters: bool) -> None:
    assert bool(parse_query(text)) is filters


@given(st.lists(st.sampled_from([*'abz-!":% \t_\\：', *FIELDS, "none", "\x00", "电话"]), max_size=12))
def test_any_text_can_be_typed(parts: list[str]) -> None:
    query = parse_query("".join(parts))
    assert isinstance(query, Query)
    assert query.finds(ITEM, WORDS) in (True, False)
    assert all(name in FIELDS and value for name, value, _ in query.terms)
