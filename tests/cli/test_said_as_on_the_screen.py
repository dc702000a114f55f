"""What is said in text is said as on the screen; what programs read stays as it is written."""

from __future__ import annotations

import json

import pytest

from tests.cli.rings_command import Rings

PROMISED = {
    "specversion": "1.0", "source": "desk", "id": "1", "type": "callback.requested", "subject": "callback/7",
    "time": "2026-03-02T09:00:00Z", "data": {"customer": "13700001111", "due": "2026-03-02T10:00:00Z"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-03-02T09:54:59.500Z", "5:01"),  # what is left is rounded up
        ("2026-03-02T10:09:59.000Z", "+9:59"),
        ("2026-03-02T10:14:59.000Z", "+14m"),
        ("2026-03-02T11:40:00.000Z", "+1h"),
        ("2026-03-04T09:59:59.000Z", "+47h"),
        ("2026-04-11T10:00:00.000Z", "+40d"),
    ],
)
def test_status_says_lengths_of_time_as_the_board_does(rings: Rings, at: str, told: str) -> None:
    rings("ingest", "-", stdin=json.dumps(PROMISED).encode())
    lines = rings("status", "--at", at, "--lang", "en").stdout.decode().splitlines()
    line = next(line for line in lines if "callback/7" in line)
    assert line.split()[1] == told


@pytest.mark.parametrize(
    ("language", "limits", "severity"),
    [("en", ["as promised", "3 rings"], "high"), ("zh", ["按约定", "3 声"], "高")],
)
def test_norms_are_told_in_words_and_to_programs_as_they_are_written(
    rings: Rings, language: str, limits: list[str], severity: str
) -> None:
    rings("ingest", "-", stdin=json.dumps(PROMISED).encode())
    listed = rings("norms", "list", "--lang", language).stdout.decode()
    assert "field:" not in listed
    rows = {line.split()[0]: line for line in listed.splitlines()}
    assert f"  {limits[0]}  " in rows["ticket.due"]
    assert f"  {limits[1]}  " in rows["call.pickup.three-rings"]
    shown = rings("norms", "show", "ticket.due", "--lang", language).stdout.decode()
    assert f"limit     {limits[0]}\n" in shown
    assert f"severity  {severity}\n" in shown
    told = {norm["id"]: norm for norm in rings.json("norms", "list")}
    assert told["ticket.due"]["limit"] == "field:due"
    assert told["ticket.due"]["severity"] == "high"
    assert told["callback.due"]["form"] == "clock"


def test_a_note_that_is_too_long_is_cut_and_that_is_said(rings: Rings) -> None:
    rings("ingest", "-", stdin=json.dumps(PROMISED).encode())
    for note, told in (
        ("n" * 4_000, ""),
        ("n" * 4_001, "rings ack: a text has 4,000 characters at most; what is beyond them was cut off\n"),
    ):
        answer = rings("ack", "7", "--note", note, "--lang", "en")
        assert (answer.returncode, answer.stderr.decode()) == (0, told)
