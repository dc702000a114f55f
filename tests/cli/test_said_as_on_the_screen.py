"""What is said in text is said as on the screen; what programs read stays as it is written."""

from __future__ import annotations

import json
from pathlib import Path

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
    ("language", "limits", "site", "severity"),
    [
        ("en", ["as promised", "3 rings", "as promised, else 30m", "each 30s"], "this site", "high"),
        ("zh", ["按约定", "3 声", "按约定，否则 30m", "每 30s"], "本站", "高"),
    ],
)
def test_norms_are_told_in_words_and_to_programs_as_they_are_written(
    rings: Rings, language: str, limits: list[str], site: str, severity: str
) -> None:
    rings("ingest", "-", stdin=json.dumps(PROMISED).encode())
    listed = rings("norms", "list", "--lang", language).stdout.decode()
    assert "field:" not in listed
    rows = {line.split()[0]: line for line in listed.splitlines()}
    assert f"  {limits[0]}  " in rows["ticket.due"]
    assert f"  {limits[1]}  " in rows["call.pickup.three-rings"]
    assert f"  {limits[2]}  " in rows["callback.due"]
    assert f"  {limits[3]}  " in rows["call.mute.check-in"]
    assert f" {site}  " in rows["handover.accepted"]
    shown = rings("norms", "show", "ticket.due", "--lang", language).stdout.decode()
    assert f"limit     {limits[0]}\n" in shown
    assert f"severity  {severity}\n" in shown
    told = {norm["id"]: norm for norm in rings.json("norms", "list")}
    assert told["ticket.due"]["limit"] == "field:due"
    assert told["ticket.due"]["severity"] == "high"
    assert told["callback.due"]["form"] == "clock"
    assert told["callback.due"]["limit"] == "field:due, 30m"
    assert told["handover.accepted"]["doc"] == "site"


def test_a_note_that_is_too_long_is_cut_and_that_is_said(rings: Rings) -> None:
    rings("ingest", "-", stdin=json.dumps(PROMISED).encode())
    for note, told in (
        ("n" * 4_000, ""),
        ("n" * 4_001, "rings ack: a text has 4,000 characters at most; what is beyond them was cut off\n"),
    ):
        answer = rings("ack", "7", "--note", note, "--lang", "en")
        assert (answer.returncode, answer.stderr.decode()) == (0, told)


CASES = Path(__file__).parents[1] / "contract"


@pytest.mark.parametrize(
    ("language", "causes"),
    [
        (
            "en",
            {
                "missing: a word to the customer before the appointment",
                "missing: the customer's consent or the customer's own wish",
            },
        ),
        ("zh", {"缺：预约时间前告知客户", "缺：客户同意或客户自己要求"}),
    ],
)
def test_a_report_tells_causes_in_words_and_to_programs_as_they_are(
    rings: Rings, language: str, causes: set[str]
) -> None:
    rings("ingest", str(CASES / "job-late.ndjson"))
    day = ("--from", "2026-03-02T00:00:00Z", "--until", "2026-03-03T00:00:00Z")
    text = rings("report", *day, "--lang", language).stdout.decode()
    assert causes <= {line.rpartition("  ")[0].strip() for line in text.splitlines()}
    assert "window_end" not in text
    told = json.loads(rings("report", *day, "--format", "json").stdout)
    causes = {one["cause"] for one in told["causes"]}
    assert "missing:job.late_notice[past!=window_end]" in causes


def test_what_was_seen_is_no_cause_by_being_missing(rings: Rings) -> None:
    """Found on a checklist: no mat. That something was missing is not said of it."""
    rings("ingest", str(CASES / "job-five-ones.ndjson"))
    day = ("--from", "2026-03-02T00:00:00Z", "--until", "2026-03-03T00:00:00Z")
    text = rings("report", *day, "--lang", "en").stdout.decode()
    assert [line.split("  ")[0] for line in text.splitlines() if "no mat" in line] == ["no mat"]
    item = next(one["item"] for one in rings.json("breaches") if one["missing"] == ["no mat"])
    (told,) = (
        line
        for line in rings("explain", item, "--lang", "en").stdout.decode().splitlines()
        if "no mat" in line
    )
    assert told.split() == ["found", "no", "mat"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "missing users trained\n"),
        ("zh", "缺培训用户\n"),
    ],
)
def test_one_thing_that_may_be_told_in_two_ways_is_named_once(rings: Rings, language: str, told: str) -> None:
    rings("ingest", str(CASES / "job-finished.ndjson"))
    assert told in rings("breaches", "--lang", language).stdout.decode()


def test_chinese_lists_have_their_own_comma(rings: Rings) -> None:
    rings("ingest", str(CASES / "job-setting-out.ndjson"))
    text = rings("breaches", "--lang", "zh").stdout.decode()
    assert "缺备件、工具" in text
    assert ", " not in text


def test_a_hand_over_names_a_call_for_help_by_what_it_is_about(rings: Rings) -> None:
    """The console gives orders ids of their own; nobody knows anything by them."""
    rings("ingest", str(CASES / "agent-help-from-lead.ndjson"))
    text = rings("handover", "--lang", "en").stdout.decode()
    assert "report late  " in text
    assert "h3" not in text
