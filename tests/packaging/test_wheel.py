"""The wheel carries all that it needs and runs from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.pty.terminal import Terminal


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel in it and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(ROOT)]
    subprocess.run([*pip, *build], check=True)
    wheel = next(folder.glob("*.whl"))
    place = folder / "site"
    install = ["install", "--no-deps", "--no-index", "--target", str(place), str(wheel)]
    subprocess.run([*pip, *install], check=True)
    return place


def environ_of(place: Path, home: Path) -> dict[str, str]:
    own = {"PYTHONPATH": str(place), "HOME": str(home), "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": ""}
    return {**os.environ, **own}


def test_its_fixtures_are_its_own(installed: Path, tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "console", "paths"],
        env=environ_of(installed, tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(installed / "console" / "_fixtures") in answer.stdout
    assert (installed / "console" / "_fixtures" / "norms" / "1-calls.toml").is_file()


def test_the_demo_runs_from_another_folder(installed: Path, tmp_path: Path) -> None:
    terminal = Terminal(
        [sys.executable, "-m", "console", "demo", "--lang", "en"],
        environ=environ_of(installed, tmp_path),
        cwd=tmp_path,
    )
    try:
        terminal.wait_for("DEMO")
        terminal.wait_for(lambda text: "breached" in text or "▲" in text)
        terminal.press("q")
        assert terminal.end() == 0
    finally:
        terminal.close()
