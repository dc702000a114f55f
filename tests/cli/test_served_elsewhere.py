"""Whoever names no store is told of the daemon's, where their own is another one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.backup_kit import said, stores

__all__ = ["stores"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose daemon works on `floor/rings.db`, with nothing in the data folder."""
    monkeypatch.delenv("RINGS_STORE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    settings = tmp_path / "config" / "three-rings" / "serve.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'store = "{tmp_path}/floor/rings.db"\n')
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code"),
    [([], 2), (["run"], 2), (["status"], 3), (["breaches"], 2), (["ack", "call/1"], 2), (["doctor"], 2)],
)
def test_no_empty_store_is_taken_for_a_quiet_floor(
    home: Path, words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    got, out, err = said(capsys, *words)
    assert (got, out) == (code, "")
    assert f"rings serve works on {home}/floor/rings.db ({home}/config/three-rings/serve.toml)" in err
    assert not (home / "data").exists()


def test_whoever_names_a_store_means_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = said(capsys, "status", "--store", home / "own.db")
    assert err.startswith(f"rings status: no store at {home}/own.db yet; rings ingest FILE")


def test_doctor_tells_where_the_two_differ(
    home: Path, stores: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = home / "data" / "three-rings" / "rings.db"
    own.parent.mkdir(parents=True)
    shutil.copy(stores / "rings.db", own)
    own.chmod(0o600)
    _, out, _ = said(capsys, "doctor")
    assert f"mend  rings serve works on {home}/floor/rings.db" in out
    settings = home / "config" / "three-rings" / "serve.toml"
    settings.write_text(f'store = "{own}"\n')
    _, out, _ = said(capsys, "doctor")
    assert "rings serve works on" not in out
