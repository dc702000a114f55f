"""`rings users`: a PIN comes from the terminal or on stdin, is kept as a hash alone, and nobody sees it."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path

import pytest

from console.cli import main
from console.service import pins


def test_users_are_added_changed_listed_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rings.db"
    monkeypatch.setattr(pins, "COST", (2**4, 8, 1))
    monkeypatch.setattr("console.bootstrap.who", lambda: "root")

    def rings(*words: str, typed: str = "", code: int = 0) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert main(["users", *words, "--store", str(path), "--lang", "en"]) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    assert rings("add", "li", "--stdin", typed="harbour-gate\n") == "li may sign in\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rings("add", "zhou", "--role", "viewer", "--no-pin")
    assert [line.split() for line in rings().splitlines()] == [
        ["li", "li", "supervisor", "PIN"],
        ["zhou", "zhou", "viewer", "no", "PIN"],
    ]
    rings("role", "zhou", "admin")
    # From now on there is an administrator, and root is none: an own PIN is all that is left to change.
    assert "it takes an administrator" in rings("remove", "li", code=2)
    monkeypatch.setattr("console.bootstrap.who", lambda: "li")
    assert "name or the PIN is wrong" in rings("pin", "li", "--stdin", typed="0000\nopen-sesame\n", code=2)
    assert rings("pin", "li", "--stdin", typed="harbour-gate\nopen-sesame\n") == "li has a new PIN\n"
    monkeypatch.setattr("console.bootstrap.who", lambda: "zhou")
    assert "--stdin" in rings("pin", "li", code=2)
    first = json.loads(rings("--json").splitlines()[0])
    assert (first["user"], first["pin"], first["held_for_s"]) == ("li", True, 0)
    rings("remove", "li")
    assert not [word for word in (b"harbour-gate", b"open-sesame") if word in path.read_bytes()]
