"""What a command prints holds no customer's number, and commands take what it holds instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.cli import main
from console.masks import mask_data, mask_id, mask_text

NUMBER = "13900000001"
WRITTEN = "139-0000 0001"
ITEM = "callback/renewal/139****0001/a1"
DAY = [
    (
        "customer.account",
        f"customer/{NUMBER}",
        "2026-03-02T09:00:00",
        {"expires": "2026-03-02T08:00:00+08:00"},
    ),
    ("ticket.opened", "ticket/20260302001", "2026-03-02T09:00:00", {"customer": NUMBER, "name": "王小明"}),
    ("item.noted", "ticket/20260302001", "2026-03-02T09:05:00", {"text": f"or try {NUMBER}", "actor": "li"}),
    (
        "ticket.assigned",
        "ticket/20260302001",
        "2026-03-02T09:06:00",
        {"agent": "li", "title": f"asks for {WRITTEN}", "tags": [f"tel {NUMBER}"]},
    ),
    ("item.noted", "ticket/20260302001", "2026-03-02T09:07:00", {"text": f"now {WRITTEN}.", "actor": "li"}),
]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command on that day, after which the renewal is overdue, and answers what it prints."""
    lines = [
        json.dumps(
            {"specversion": "1.0", "id": f"a{number}", "source": "crm", "type": kind, "subject": item,
             "time": f"{clock}+08:00", "data": data}
        )
        for number, (kind, item, clock, data) in enumerate(DAY, 1)
    ]  # fmt: skip
    (tmp_path / "day.ndjson").write_text("\n".join(lines), encoding="utf-8")
    store = ["--store", str(tmp_path / "rings.db")]
    assert main(["ingest", str(tmp_path / "day.ndjson"), *store]) == 0
    capsys.readouterr()

    def told(*words: str) -> str:
        main([*words, *store])
        return capsys.readouterr().out

    return told


COMMANDS = (
    "status --json", "status --lang zh", "breaches --json", "breaches --csv", "breaches",
    f"explain {ITEM} --json", f"explain {ITEM}", "explain ticket/20260302001 --json",
    "report --format json --from 2026-03-01T00:00:00Z", "handover --json",
)  # fmt: skip


def test_no_number_leaves_by_a_command(run: Any) -> None:
    for words in COMMANDS:
        text = run(*words.split())
        assert text, words
        assert NUMBER not in text, words
        assert NUMBER[3:] not in text, words
        assert WRITTEN[3:] not in text, words
        assert "王小明" not in text, words


def test_nor_by_the_note_of_a_hand_over(run: Any) -> None:
    run("handover", "give", "--to", "wang", "--note", f"call {NUMBER} back")
    for words in (("handover",), ("handover", "--json")):
        text = run(*words)
        assert "call 139****0001 back" in text
        assert NUMBER not in text


def test_what_is_shown_can_be_acknowledged_and_explained(run: Any) -> None:
    assert ITEM in run("breaches", "--json")
    assert ITEM in run("explain", ITEM)
    assert "acknowledged" in run("ack", ITEM, "--lang", "en")


def test_a_text_holds_its_customers_number_however_it_is_written() -> None:
    own = "+8613900000001"
    for written, hidden in {
        "139 0000 0001": "139 **** 0001",
        "(+86)139-0000-0001": "(+86)139-****-0001",
        "call 0086 13900000001!": "call 0086 139****0001!",
        "13900000001.": "139****0001.",
        "0000001": "*****01",
        "on 2026-03-02, ticket 20260302": "on 2026-03-02, ticket 20260302",
    }.items():
        assert mask_text(written, own) == hidden
    assert mask_text("dial 8888-0042, or 8888-0043", "+8675588880042") == "dial ****-**42, or 8888-0043"
    assert mask_text("4711 rang", "acct-4711") == "4711 rang"
    told = {"title": "of 139 0000 0001", "phone": 13900000001, "order": 20260302001, "more": {"x": [own]}}
    assert mask_data(told, own) == {
        "title": "of 139 **** 0001",
        "phone": "139****0001",
        "order": 20260302001,
        "more": {"x": ["+86139****0001"]},
    }


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ("wife: 137 1234 5678", "wife: 137 **** 5678"),
        ("or +86 137-1234-5678, evenings", "or +86 1**-****-5678, evenings"),
        ("at 0755-88880042", "at 075*-****0042"),
        ("in Berlin +49 30 1234567", "in Berlin +49 3* ***4567"),
        ("+1 (212) 555-0142.", "+1 (21*) ***-0142."),
        ("from 2026-03-02 09:00 to 2026-03-05", "from 2026-03-02 09:00 to 2026-03-05"),
        ("order 2026-0042, 3 x 1200", "order 2026-0042, 3 x 1200"),
    ],
)
def test_other_numbers_in_a_text_are_hidden_as_people_write_them(written: str, hidden: str) -> None:
    assert mask_text(written) == hidden


def test_rejected_lines_are_shown_without_numbers(run: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ndjson"
    bad.write_text(f'{{"id": "", "data": {{"customer": "{NUMBER}"}}}}\n', encoding="utf-8")
    run("ingest", str(bad))
    for words in (("rejects",), ("rejects", "--json")):
        text = run(*words)
        assert "139****0001" in text
        assert NUMBER not in text


def test_what_systems_call_their_own_items_stays() -> None:
    for item in (
        "ticket/20260302001",
        "call/1795326119.2",
        "callback/call/1795326119.2",
        "report/finding/1234567",
    ):
        assert mask_id(item) == item
    assert mask_id(f"customer/+86{NUMBER}") == "customer/139****0001"
    assert mask_text("call/1795326119.2 or 13900000001") == "call/1795326119.2 or 139****0001"
    assert mask_data({"from": NUMBER, "queue": "north"}) == {"from": "139****0001", "queue": "north"}
