"""`rings on-call`: who is called now, who is next, and what is said where nobody is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.cli import main

CONFIG = """
store = "rings.db"
[[asterisk]]
name = "pbx1"
user = "console"
secret_file = "not-ours-to-read"
[rota]
zone = "Asia/Shanghai"
[[rota.shift]]
who = "li"
hours = "18:00-24:00"
[[rota.shift]]
who = "wang"
hours = "00:00-09:00"
[[rota.cover]]
hours = "18:00-09:00"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("RINGS_STORE", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    path = tmp_path / "serve.toml"
    path.write_text(CONFIG)
    return path


def test_who_is_on_call_is_told_without_the_daemons_secrets(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = config.with_name("site.toml")
    site.write_text('zone = "Asia/Shanghai"\n[agents.li]\nname = "Li Na"\n')
    store = ["--store", str(config.with_name("rings.db"))]
    assert main(["site", "apply", str(site), *store]) == 0
    capsys.readouterr()
    evening = ["--config", str(config), "--at", "2026-03-02T20:00:00+08:00"]
    assert main(["on-call", *evening]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "Li Na" in line
    assert "2026-03-03 00:00" in line
    assert "wang" in line
    assert main(["on-call", *evening, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "at": "2026-03-02T12:00:00.000Z",
        "on_call": "li",
        "name": "Li Na",
        "until": "2026-03-02T16:00:00.000Z",
        "next": "wang",
        "next_name": "wang",
        "gaps": [],
    }


def test_by_day_nobody_is(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noon = ["--config", str(config), "--at", "2026-03-02T12:00:00+08:00"]
    assert main(["on-call", *noon, "--lang", "zh"]) == 1
    assert "2026-03-02 18:00" in capsys.readouterr().out
    # There is no store, so people are called by their ids.
    assert main(["on-call", *noon, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["on_call"], told["next_name"]) == (None, "li")


def test_gaps_are_told_by_json_as_by_text(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Somebody must be on call till ten, and wang is till nine: an hour a day.
    config.write_text(CONFIG.replace('hours = "18:00-09:00"', 'hours = "18:00-10:00"'))
    evening = ["--config", str(config), "--at", "2026-03-02T20:00:00+08:00"]
    assert main(["on-call", *evening, "--json"]) == 0
    gaps = json.loads(capsys.readouterr().out)["gaps"]
    assert len(gaps) == 14
    assert gaps[0] == {"from": "2026-03-03T01:00:00.000Z", "until": "2026-03-03T02:00:00.000Z"}


def test_no_rota_or_a_bad_one_is_one_line(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text, says in (
        ('store = "x"\n', "has no [rota]"),
        (CONFIG.replace("18:00-24:00", "dusk"), ":11: rota.shift.1.hours"),
        (None, "serve.md"),
    ):
        if text is None:
            config.unlink()
        else:
            config.write_text(text)
        assert main(["on-call", "--config", str(config)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert says in line


def test_doctor_tries_the_settings_before_the_daemons_first_start(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(CONFIG.replace('user = "console"', "user = 3"))
    assert main(["doctor", "--config", str(config)]) == 2
    told = capsys.readouterr()
    assert told.out.startswith(f"mend  {config}:5: ")
    assert "rings serve" in told.err
