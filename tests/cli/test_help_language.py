"""Help speaks the language that the same line asks for."""

from __future__ import annotations

import pytest

from console.cli import main


@pytest.mark.parametrize("words", ["--help --lang zh", "audit --help --lang=zh", "audit --lang zh -h"])
def test_help_speaks_the_language_that_is_asked_for(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    try:
        code = main(words.split())
    except SystemExit as stopped:
        code = int(stopped.code or 0)
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert "核对日志" in out
    main(["--help"])
    assert "核对日志" not in capsys.readouterr().out
