"""`rings web` before it serves: what it asks for first, each in one line."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from console.bootstrap import open_desk
from console.cli import main
from console.service import pins, users


async def _store(path: Path, *, pinned: bool) -> None:
    desk, store = await open_desk(path, actor="root")
    if pinned:
        now = desk.now()
        await store.write(lambda writer: users.add(writer, "li", "lead", pins.hashed("246810"), "root", now))
    await store.close()


def test_it_opens_for_nobody_where_nobody_can_sign_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rings.db"
    assert main(["web", "--store", str(path), "--lang", "en"]) == 2
    assert "no store at" in capsys.readouterr().err
    asyncio.run(_store(path, pinned=False))
    for host in ("127.0.0.1", "0.0.0.0"):
        assert main(["web", "--store", str(path), "--host", host, "--lang", "en"]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert "rings users add NAME" in err


def test_without_its_library_it_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "COST", (2**4, 8, 1))
    asyncio.run(_store(tmp_path / "rings.db", pinned=True))
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    for lang, word in (("en", "needs a library"), ("zh", "缺少所需的库")):
        assert main(["web", "--store", str(tmp_path / "rings.db"), "--lang", lang]) == 2
        line = capsys.readouterr().err
        assert line.count("\n") == 1
        assert word in line
        assert "pip install 'three-rings[web]'" in line


@pytest.mark.parametrize("words", [["--port", "0"], ["--port", "70000"], ["--most", "0"], ["--url", "rings"]])
def test_what_makes_no_sense_is_a_usage_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["web", *words])
    assert ended.value.code == 2
    assert "--help" in capsys.readouterr().err
