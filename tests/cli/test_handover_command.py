"""`rings handover`: what a shift leaves behind in text and JSON, given and taken without a screen."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from console.bootstrap import open_desk
from console.cli import main
from console.clock import FloorClock, SystemClock
from console.domain.event import Event
from console.domain.instants import parse_rfc3339

SITE = '[agents.li]\nname = "Li Na"\n[agents.wang]\nname = "Wang Fang"\n[roles]\nviewer = ["guest"]\n'
MORNING, AFTERNOON = (parse_rfc3339(f"2026-03-02T{clock}+08:00") for clock in ("09:00:00", "16:05:00"))


async def broken_at_the_end_of_a_shift(path: Path) -> None:
    """A ticket that nobody called about in the morning, on a floor whose clock says a little past four."""
    machine = SystemClock().now()
    desk, store = await open_desk(path, clock=FloorClock(machine, AFTERNOON, 1), site=SITE)
    accepted = {"agent": "li", "customer": "13800000042"}
    await desk.ingest(
        [
            Event(
                source="desk", id="1", type="ticket.accepted", subject="ticket/1", time=MORNING, data=accepted
            )
        ]
    )
    await store.write(lambda writer: writer.put_meta("schedule", str(MORNING)))
    await store.close()


def test_it_is_printed_given_and_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rings.db"
    asyncio.run(broken_at_the_end_of_a_shift(path))

    def rings(*words: str, code: int = 0) -> str:
        assert main(["handover", *words, "--store", str(path), "--lang", "en"]) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    assert "it takes a supervisor" in rings("give", "--to", "wang", "--as", "guest", code=2)
    assert rings("give", "--to", "Wang", "--note", "a part comes", "--as", "li") == (
        "Handed over to Wang Fang; it counts when they take over\n"
    )
    lines = rings("--as", "wang").splitlines()
    assert lines[0].startswith("Three Rings: early shift 08:00–16:00, as of 16:")
    assert lines[1].startswith("Li Na handed over to Wang Fang at 16:")
    assert lines[1].endswith("to be taken over by 16:30")
    assert lines[2:5] == ["“a part comes”", "", "Broken: 1"]
    assert lines[5].split()[2:] == ["ticket", "138****0042", "Li", "Na", "contact", "30m"]
    assert lines[7] == "Li Na has: 1"
    told = json.loads(rings("--json"))
    assert (told["state"], told["giver"], told["taker"], told["note"]) == (
        "given",
        "li",
        "wang",
        "a part comes",
    )
    assert (told["due"], told["broken"]) == ("2026-03-02T08:30:00.000Z", 1)
    assert [row["item"] for row in told["breached"]] == ["ticket/1"]
    assert "themselves" in rings("take", "--as", "li", code=2)
    assert rings("take", "--as", "wang") == "Wang Fang took over the early shift\n"
    assert json.loads(rings("--json"))["shift"]["name"] == "late"


def test_to_whom_must_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["handover", "give"])
    assert (stopped.value.code, "--to NAME" in capsys.readouterr().err) == (2, True)
